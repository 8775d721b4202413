//! `POST /Group/AddMembers`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_ADD_MEMBERS)
}
