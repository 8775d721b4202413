//! `POST /Group/ChangeMemberRole`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_CHANGE_MEMBER_ROLE)
}
