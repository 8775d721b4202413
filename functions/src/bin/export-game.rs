//! Invoked by an operator.

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::events(&functions::routes::EXPORT_GAME)
}
