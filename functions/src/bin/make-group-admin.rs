//! `PUT /api/v3/group_connections/make_admin/{user_id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::MAKE_GROUP_ADMIN)
}
