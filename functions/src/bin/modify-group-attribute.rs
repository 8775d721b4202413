//! `PATCH /api/v3/groups/{id}/modify_attribute`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::MODIFY_GROUP_ATTRIBUTE)
}
