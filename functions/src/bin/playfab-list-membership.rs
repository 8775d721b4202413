//! `POST /Group/ListMembership`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_LIST_MEMBERSHIP)
}
