//! `GET /api/v3/groups/{id}/blocks`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_GROUP_BLOCKS)
}
