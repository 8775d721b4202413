//! `DELETE /api/v3/group_connections/leave/{group_id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LEAVE_GROUP)
}
