//! `GET /api/v3/games/verify`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::VERIFY_GAME)
}
