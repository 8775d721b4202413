//! `POST /api/v3/webhooks/{id}/replay`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::REPLAY_WEBHOOK)
}
