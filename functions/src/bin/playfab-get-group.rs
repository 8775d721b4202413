//! `POST /Group/GetGroup`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_GET_GROUP)
}
