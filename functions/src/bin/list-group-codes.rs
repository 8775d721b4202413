//! `GET /api/v3/groups/{id}/codes`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_GROUP_CODES)
}
