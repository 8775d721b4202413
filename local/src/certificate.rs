//! A certificate that is made for this server, because some SDKs call nothing but HTTPS.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;

use crate::ServerError;
use crate::folder::{read, write_private};

/// Apple's clients take no certificate that is valid for longer than 398 days.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 397);

/// One that is about to end is made anew.
const LEFT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A certificate, signed by itself, with its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Certificate {
    /// The names and addresses that it is for.
    names: Vec<String>,
    ends_at: Timestamp,
    /// As PEM, for clients to trust.
    pub pem: String,
    key: String,
}

impl Certificate {
    /// The certificate that `file` remembers, if it is for those names and will not end soon; else a new one, which `file`
    /// then remembers.
    ///
    /// # Errors
    /// [`ServerError`] where the file cannot be used.
    pub fn open(
        names: Vec<String>,
        now: Timestamp,
        file: Option<&Path>,
    ) -> Result<Self, ServerError> {
        let Some(file) = file else { return Self::make(names, now) };
        let remembered = read(file)?.and_then(|json| serde_json::from_slice::<Self>(&json).ok());
        if let Some(remembered) = remembered
            && remembered.names == names
            && now + LEFT < remembered.ends_at
        {
            return Ok(remembered);
        }
        let made = Self::make(names, now)?;
        write_private(file, &serde_json::to_vec_pretty(&made)?)?;
        Ok(made)
    }

    fn make(names: Vec<String>, now: Timestamp) -> Result<Self, ServerError> {
        let ends_at = now + LIFETIME;
        let mut params = CertificateParams::new(names.clone())?;
        params.distinguished_name.push(DnType::CommonName, "Guildhall on this machine");
        // A day ago, for clients whose clock is behind.
        params.not_before = SystemTime::from(now - SignedDuration::from_hours(24)).into();
        params.not_after = SystemTime::from(ends_at).into();
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { names, ends_at, pem, key: key.serialize_pem() })
    }

    /// What greets clients with this certificate.
    ///
    /// # Errors
    /// [`ServerError`] where the certificate and its key, which may have been remembered, do not go together.
    pub fn acceptor(&self) -> Result<TlsAcceptor, ServerError> {
        let chain = vec![CertificateDer::from_pem_slice(self.pem.as_bytes())?];
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes())?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
