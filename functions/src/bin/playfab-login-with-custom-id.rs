//! `POST /Client/LoginWithCustomID`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_LOGIN_WITH_CUSTOM_ID)
}
