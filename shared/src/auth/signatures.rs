//! Signatures of webhooks' messages, by which a receiver knows from whom they come: version 1 of Standard Webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::domain::webhook::SigningSecret;
use crate::error::Error;

/// The secret that is made of these random bytes.
pub fn secret_of(bytes: [u8; 32]) -> SigningSecret {
    SigningSecret::new(&STANDARD.encode(bytes))
}

/// The signature of a message that is sent at that time, as its header has it: HMAC-SHA-256 over its id, the time and the body.
pub fn sign(
    secret: &SigningSecret,
    message_id: &str,
    time: Timestamp,
    body: &str,
) -> Result<String, Error> {
    let base64 = secret.expose().trim_start_matches(SigningSecret::PREFIX);
    let key = STANDARD.decode(base64).map_err(|_| Error::internal("a secret is not base64"))?;
    let mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
    let signed = format!("{message_id}.{}.{body}", time.as_second());
    let signature = mac.chain_update(signed).finalize().into_bytes();
    Ok(format!("v1,{}", STANDARD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_specification_shows() {
        // From the specification's repository: what its libraries are tested with.
        let secret = SigningSecret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let time = Timestamp::from_second(1_614_265_330).unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", time, body).unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_written_as_standard_webhooks_has_it() {
        let secret = secret_of([7; 32]);
        assert_eq!(secret.expose(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    }
}
