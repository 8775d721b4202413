//! `GET /api/v3/groups/{id}/events`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_GROUP_EVENTS)
}
