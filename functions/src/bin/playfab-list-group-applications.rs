//! `POST /Group/ListGroupApplications`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_LIST_GROUP_APPLICATIONS)
}
