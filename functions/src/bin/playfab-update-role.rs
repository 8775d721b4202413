//! `POST /Group/UpdateRole`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_UPDATE_ROLE)
}
