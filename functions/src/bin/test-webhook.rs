//! `POST /api/v3/webhooks/{id}/test`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::TEST_WEBHOOK)
}
