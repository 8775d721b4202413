//! `PUT /api/v3/group_connections/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::UPDATE_GROUP_CONNECTION)
}
