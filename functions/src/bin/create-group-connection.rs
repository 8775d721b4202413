//! `POST /api/v3/group_connections`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::CREATE_GROUP_CONNECTION)
}
