//! `POST /Group/ListMembershipOpportunities`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_LIST_MEMBERSHIP_OPPORTUNITIES)
}
