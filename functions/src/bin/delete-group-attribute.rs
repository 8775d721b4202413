//! `DELETE /api/v3/groups/{id}/attributes/{key+}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::DELETE_GROUP_ATTRIBUTE)
}
