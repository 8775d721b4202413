//! `POST /Group/RemoveGroupInvitation`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_REMOVE_GROUP_INVITATION)
}
