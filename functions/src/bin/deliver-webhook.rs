//! Invoked by the queue of deliveries.

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::events(&functions::routes::DELIVER_WEBHOOK)
}
