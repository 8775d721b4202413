//! `POST /Group/InviteToGroup`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_INVITE_TO_GROUP)
}
