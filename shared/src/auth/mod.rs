//! Who is calling: tokens, service keys and passwords.

pub mod caller;
pub mod codes;
pub mod keys;
pub mod passwords;
pub mod secrets;
pub mod signatures;
pub mod token;
