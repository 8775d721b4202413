//! `GET /api/v3/webhooks`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_WEBHOOKS)
}
