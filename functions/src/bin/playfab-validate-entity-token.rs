//! `POST /Authentication/ValidateEntityToken`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_VALIDATE_ENTITY_TOKEN)
}
