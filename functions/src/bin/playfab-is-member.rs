//! `POST /Group/IsMember`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_IS_MEMBER)
}
