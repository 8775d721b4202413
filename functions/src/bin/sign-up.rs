//! `POST /api/v3/users`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::SIGN_UP)
}
