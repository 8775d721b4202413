//! `DELETE /api/v3/group_connections/cancel/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::CANCEL_GROUP_CONNECTION)
}
