//! `GET /api/v3/groups`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_GROUPS)
}
