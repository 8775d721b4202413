//! Whom receivers of webhooks are known by: the roots that the system trusts. They are read once, when something is first sent.

use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use shared::domain::delivery::Problem;

/// The configuration by which receivers are greeted.
///
/// # Errors
/// [`Problem::NotTrusted`] where the system trusts nobody.
pub fn config() -> Result<Arc<ClientConfig>, Problem> {
    static CONFIG: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    CONFIG.get_or_init(read).clone().ok_or(Problem::NotTrusted)
}

fn read() -> Option<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    // Some that cannot be read leave the others as good as they are.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(Arc::new(config))
}
