//! `POST /api/v3/webhooks`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::CREATE_WEBHOOK)
}
