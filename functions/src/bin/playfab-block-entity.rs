//! `POST /Group/BlockEntity`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_BLOCK_ENTITY)
}
