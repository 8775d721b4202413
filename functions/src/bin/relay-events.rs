//! Invoked by the table's stream.

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::events(&functions::routes::RELAY_EVENTS)
}
