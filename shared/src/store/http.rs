//! The HTTP client that calls AWS: HTTP/1.1 over TLS, which is all that DynamoDB speaks. The SDK's own client speaks HTTP/2
//! and to proxies as well, which is a twelfth of every archive.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    self, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::error::Error;
use crate::store::tls;

/// Amazon's roots, of which every AWS endpoint has one: reading the system's trust store costs more than all the rest of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// How long one address is waited for. The handshake after it is part of the attempt, which has its own time.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// An HTTP client that trusts Amazon's roots and those in `more_roots` (PEM), and also speaks plain HTTP to a local endpoint.
///
/// # Errors
/// [`Error`] where the roots are no certificates.
pub fn http_client(more_roots: Option<&[u8]>) -> Result<SharedHttpClient, Error> {
    Ok(client_of(connector(more_roots)?))
}

/// The client that sends everything by `connector`.
pub fn client_of(connector: SharedHttpConnector) -> SharedHttpClient {
    http_client_fn(move |_, _| connector.clone())
}

/// The same without the SDK around it.
///
/// # Errors
/// [`Error`] where the roots are no certificates.
pub fn connector(more_roots: Option<&[u8]>) -> Result<SharedHttpConnector, Error> {
    let mut roots = RootCertStore::empty();
    for pem in [Some(AMAZON_ROOTS), more_roots].into_iter().flatten() {
        for root in CertificateDer::pem_slice_iter(pem) {
            roots.add(root.map_err(Error::internal)?).map_err(Error::internal)?;
        }
    }
    let tls = ClientConfig::builder_with_provider(Arc::new(tls::provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();

    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    // Requests are small: none waits for a full packet.
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(https);
    Ok(SharedHttpConnector::new(AwsHttp(client)))
}

/// Hyper's client, with its pool of connections, as the SDK calls it.
#[derive(Debug)]
struct AwsHttp(Client<HttpsConnector<HttpConnector>, SdkBody>);

impl http::HttpConnector for AwsHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|e| ConnectorError::user(e.into()))?;
            let response =
                client.request(request).await.map_err(|e| ConnectorError::io(e.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|e| ConnectorError::other(e.into(), None))
        })
    }
}
