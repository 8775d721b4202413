//! `POST /api/v3/groups`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::CREATE_GROUP)
}
