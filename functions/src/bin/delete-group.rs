//! `DELETE /api/v3/groups/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::DELETE_GROUP)
}
