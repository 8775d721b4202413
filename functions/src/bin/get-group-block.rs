//! `GET /api/v3/groups/{id}/blocks/{user_id}`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::GET_GROUP_BLOCK)
}
