//! `POST /api/v3/groups/{id}/add_attribute`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::ADD_GROUP_ATTRIBUTES)
}
