//! `POST /Group/ApplyToGroup`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_APPLY_TO_GROUP)
}
