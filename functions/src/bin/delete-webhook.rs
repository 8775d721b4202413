//! `DELETE /api/v3/webhooks/{id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::DELETE_WEBHOOK)
}
