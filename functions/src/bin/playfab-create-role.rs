//! `POST /Group/CreateRole`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_CREATE_ROLE)
}
