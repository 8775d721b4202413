//! `POST /Group/UnblockEntity`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_UNBLOCK_ENTITY)
}
