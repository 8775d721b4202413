//! What the functions work with here.

use aws_sdk_dynamodb::Client;
use shared::App;
use shared::app::Clock;
use shared::auth::keys::Keys;
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::outbox::Outbox;
use shared::store::Store;

use crate::folder::Folder;
use crate::{ServerError, table};

/// The table that `client` finds, and the key of the folder, or a new one where there is no folder.
///
/// # Errors
/// [`ServerError`] where the table cannot be made, or the key cannot be kept.
pub async fn open(
    client: Client,
    folder: Option<&Folder>,
    limits: Limits,
    clock: Clock,
    passwords: Passwords,
    outbox: Outbox,
) -> Result<App, ServerError> {
    const TABLE: &str = "guildhall";
    table::create_if_missing(&client, TABLE).await?;
    table::expire(&client, TABLE).await?;
    let entropy = Entropy::system();
    let key = match folder {
        Some(folder) => folder.signing_key(&entropy)?,
        None => entropy.secret().map_err(|_| "no randomness is to be had")?,
    };
    Ok(App {
        store: Store::new(client, TABLE.to_owned(), entropy.clone()),
        keys: Keys::new(key.as_bytes(), None)?,
        passwords,
        limits,
        outbox,
        clock,
        entropy,
    })
}
