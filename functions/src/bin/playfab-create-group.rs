//! `POST /Group/CreateGroup`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_CREATE_GROUP)
}
