//! `PATCH /api/v3/webhooks/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::UPDATE_WEBHOOK)
}
