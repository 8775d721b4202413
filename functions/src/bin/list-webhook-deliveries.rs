//! `GET /api/v3/webhooks/{id}/deliveries`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_WEBHOOK_DELIVERIES)
}
