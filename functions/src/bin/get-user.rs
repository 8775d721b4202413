//! `GET /api/v3/users/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::GET_USER)
}
