//! `POST /Group/AcceptGroupInvitation`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_ACCEPT_GROUP_INVITATION)
}
