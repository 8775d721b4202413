//! `POST /Group/DeleteGroup`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_DELETE_GROUP)
}
