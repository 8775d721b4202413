//! `POST /Group/RemoveMembers`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_REMOVE_MEMBERS)
}
