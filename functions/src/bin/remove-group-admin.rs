//! `PUT /api/v3/group_connections/remove_admin/{user_id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::REMOVE_GROUP_ADMIN)
}
