//! `POST /api/v3/groups/{id}/blocks`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::BLOCK_GROUP_USER)
}
