//! `PATCH /api/v3/groups/{id}/codes/{code_id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::UPDATE_GROUP_CODE)
}
