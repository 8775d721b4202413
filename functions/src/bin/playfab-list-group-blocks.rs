//! `POST /Group/ListGroupBlocks`

fn main() -> Result<(), functions::environment::StartError> {
    functions::serve::http(&functions::routes::PLAYFAB_LIST_GROUP_BLOCKS)
}
