//! `POST /api/v3/sessions`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::SIGN_IN)
}
