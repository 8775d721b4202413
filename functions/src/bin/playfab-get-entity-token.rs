//! `POST /Authentication/GetEntityToken`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_GET_ENTITY_TOKEN)
}
