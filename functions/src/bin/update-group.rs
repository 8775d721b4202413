//! `PUT /api/v3/groups/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::UPDATE_GROUP)
}
