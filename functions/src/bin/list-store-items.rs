//! `GET /api/v3/games/store_items`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::LIST_STORE_ITEMS)
}
