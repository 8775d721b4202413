//! Signed values: what Guildhall hands out and must recognise when it comes back, without storing it.
//!
//! A signed value is `payload.signature` in base64url, where the signature is HMAC-SHA-256 over the purpose and the
//! payload. It is not a JWT on purpose: there is one algorithm, so none to choose or confuse; and time is an input here,
//! while JWT libraries read the clock themselves.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::error::Error;

/// What a signed value is for; one for another purpose is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An authentication token.
    Token,
    /// A position in a list.
    Cursor,
    /// A session ticket, which can be exchanged for a token.
    Session,
    /// A fingerprint.
    Fingerprint,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Token => b"token\0",
            Self::Cursor => b"cursor\0",
            Self::Session => b"session\0",
            Self::Fingerprint => b"fingerprint\0",
        }
    }
}

/// The deployment's signing keys: the current one signs, the previous one still verifies, so that keys can be rotated.
pub struct Keys {
    current: Option<Hmac<Sha256>>,
    previous: Option<Hmac<Sha256>>,
}

/// The key is too short to be secret.
#[derive(Debug, thiserror::Error)]
#[error("a signing key needs at least {} bytes", Keys::MIN_BYTES)]
pub struct KeyTooShort;

impl Keys {
    /// The fewest bytes of a signing key.
    pub const MIN_BYTES: usize = 32;

    /// Keys that sign with `current` and verify with both.
    pub fn new(current: &[u8], previous: Option<&[u8]>) -> Result<Self, KeyTooShort> {
        Ok(Self { current: Some(keyed(current)?), previous: previous.map(keyed).transpose()? })
    }

    /// No keys, for whoever is handed nothing signed: nothing verifies, and signing is an error.
    pub const fn none() -> Self {
        Self { current: None, previous: None }
    }

    /// Signs `value` for `purpose`.
    pub fn sign<T: Serialize>(&self, purpose: Purpose, value: &T) -> Result<String, Error> {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).map_err(Error::internal)?);
        let signature = mac(self.current()?, purpose, &payload).finalize().into_bytes();
        Ok(format!("{payload}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What stands for `text` in a key of the table, and does not tell it. Another signing key makes another one.
    pub fn fingerprint(&self, text: &str) -> Result<String, Error> {
        let whole = mac(self.current()?, Purpose::Fingerprint, text).finalize().into_bytes();
        Ok(URL_SAFE_NO_PAD.encode(&whole[..16]))
    }

    fn current(&self) -> Result<&Hmac<Sha256>, Error> {
        self.current.as_ref().ok_or_else(|| Error::internal("no key to sign with"))
    }

    /// The value, if it was signed here for `purpose`.
    pub fn verify<T: DeserializeOwned>(&self, purpose: Purpose, signed: &str) -> Option<T> {
        let (payload, signature) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        // `verify_slice` compares in constant time.
        self.current
            .iter()
            .chain(&self.previous)
            .any(|key| mac(key, purpose, payload).verify_slice(&signature).is_ok())
            .then(|| URL_SAFE_NO_PAD.decode(payload).ok())
            .flatten()
            .and_then(|json| serde_json::from_slice(&json).ok())
    }
}

fn keyed(key: &[u8]) -> Result<Hmac<Sha256>, KeyTooShort> {
    if key.len() < Keys::MIN_BYTES {
        return Err(KeyTooShort);
    }
    Hmac::new_from_slice(key).map_err(|_| KeyTooShort)
}

fn mac(key: &Hmac<Sha256>, purpose: Purpose, payload: &str) -> Hmac<Sha256> {
    key.clone().chain_update(purpose.label()).chain_update(payload)
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keys(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[u8] = b"0123456789abcdef0123456789abcdef";
    const TWO: &[u8] = b"fedcba9876543210fedcba9876543210";

    fn keys(current: &[u8], previous: Option<&[u8]>) -> Keys {
        Keys::new(current, previous).unwrap()
    }

    #[test]
    fn a_signed_value_is_recognised_for_its_purpose_only() {
        let keys = keys(ONE, None);
        let signed = keys.sign(Purpose::Token, &42).unwrap();
        assert_eq!(keys.verify::<u32>(Purpose::Token, &signed), Some(42));
        assert_eq!(keys.verify::<u32>(Purpose::Cursor, &signed), None);
    }

    #[test]
    fn any_change_to_a_signed_value_makes_it_unknown() {
        let keys = keys(ONE, None);
        let signed = keys.sign(Purpose::Token, &"somebody").unwrap();
        for position in 0..signed.len() {
            let mut bytes = signed.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            assert_eq!(keys.verify::<String>(Purpose::Token, &forged), None, "{position}");
        }
        for forged in ["", ".", "a.b", &signed[..signed.len() - 1], &format!("{signed}A")] {
            assert_eq!(keys.verify::<String>(Purpose::Token, forged), None, "{forged}");
        }
    }

    #[test]
    fn the_previous_key_verifies_and_does_not_sign() {
        let old = keys(ONE, None).sign(Purpose::Token, &1).unwrap();
        let rotated = keys(TWO, Some(ONE));
        assert_eq!(rotated.verify::<u32>(Purpose::Token, &old), Some(1));
        let new = rotated.sign(Purpose::Token, &2).unwrap();
        assert_eq!(keys(TWO, None).verify::<u32>(Purpose::Token, &new), Some(2));
        assert_eq!(keys(TWO, None).verify::<u32>(Purpose::Token, &old), None);
    }

    #[test]
    fn without_keys_nothing_verifies_and_nothing_is_signed() {
        let signed = keys(ONE, None).sign(Purpose::Token, &1).unwrap();
        let payload = signed.split_once('.').unwrap().0;
        let unkeyed = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        let forged = mac(&unkeyed, Purpose::Token, payload).finalize().into_bytes();
        let forged = format!("{payload}.{}", URL_SAFE_NO_PAD.encode(forged));
        for value in [&signed, &forged, &format!("{payload}."), ""] {
            assert_eq!(Keys::none().verify::<u32>(Purpose::Token, value), None, "{value}");
        }
        assert!(matches!(Keys::none().sign(Purpose::Token, &1), Err(Error::Internal(_))));
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(Keys::new(&ONE[..31], None).is_err());
        assert!(Keys::new(ONE, Some(b"short")).is_err());
    }
}
