//! HTTPS, from both sides: the server's certificate, and the client that calls DynamoDB.

use std::future::pending;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use jiff::{SignedDuration, Timestamp};
use local::certificate::Certificate;
use local::engine::client_through;
use local::serving::{Listener, Patience, serve};
use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, SignatureAlgorithm,
};
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{self, cipher_suite};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ServerConfig, SupportedCipherSuite, SupportedProtocolVersion};
use shared::app::system_clock;
use shared::entropy::Entropy;
use shared::store::{Store, http};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn made(at: &[&str]) -> Certificate {
    Certificate::open(names(at), system_clock()(), None).unwrap()
}

/// Where a table answers by HTTPS that has no item, with that certificate.
async fn table(certificate: &Certificate) -> String {
    table_behind(certificate.acceptor().unwrap()).await
}

async fn table_behind(acceptor: TlsAcceptor) -> String {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let listener = Listener::by_tls(tcp, acceptor);
    let router = Router::new().fallback(async || "{}");
    tokio::spawn(serve(listener, router, Patience::default(), pending()));
    format!("https://localhost:{port}")
}

/// The client that functions use.
fn client_for(url: &str, more_roots: Option<&str>) -> Client {
    client_through(url, http::http_client(more_roots.map(str::as_bytes)).unwrap())
}

/// What an item is answered with.
async fn get_item(
    url: &str,
    more_roots: Option<&str>,
) -> Result<GetItemOutput, SdkError<GetItemError>> {
    get_item_of(&client_for(url, more_roots)).await
}

async fn get_item_of(client: &Client) -> Result<GetItemOutput, SdkError<GetItemError>> {
    let key = || AttributeValue::S("a".to_owned());
    client.get_item().table_name("guildhall").key("pk", key()).key("sk", key()).send().await
}

#[track_caller]
fn assert_is_lost(answer: Result<GetItemOutput, SdkError<GetItemError>>) {
    let Err(SdkError::DispatchFailure(failure)) = answer else { panic!("{answer:?}") };
    assert!(failure.is_io(), "so that the store calls again: {failure:?}");
}

#[tokio::test]
async fn dynamodb_is_trusted_by_the_roots_that_are_named_and_by_no_other() {
    let ours = made(&["localhost"]);
    let url = table(&ours).await;
    assert_eq!(get_item(&url, Some(&ours.pem)).await.unwrap().item, None);
    assert_is_lost(get_item(&url, None).await);
    assert_is_lost(get_item(&url, Some(&made(&["localhost"]).pem)).await);
    let elsewhere = made(&["elsewhere"]);
    let url = table(&elsewhere).await;
    assert_is_lost(get_item(&url, Some(&elsewhere.pem)).await);
}

/// What greets clients with a certificate of that kind, by that version and those suites, and what they have to trust.
fn greeting(
    kind: &'static SignatureAlgorithm,
    version: &'static SupportedProtocolVersion,
    suites: &[SupportedCipherSuite],
) -> (TlsAcceptor, String) {
    let key = KeyPair::generate_for(kind).unwrap();
    let certificate =
        CertificateParams::new(names(&["localhost"])).unwrap().self_signed(&key).unwrap();
    let private = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = CryptoProvider { cipher_suites: suites.to_vec(), ..ring::default_provider() };
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate.pem())
}

// RSA, which AWS uses today, is tried by the benchmark (.ci/test-speed): rcgen makes no such keys with ring.
#[tokio::test]
async fn dynamodb_is_spoken_to_by_aes_with_certificates_of_either_curve() {
    for kind in [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384] {
        for suite in [
            cipher_suite::TLS13_AES_256_GCM_SHA384,
            cipher_suite::TLS13_AES_128_GCM_SHA256,
            cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        ] {
            let (acceptor, root) = greeting(kind, suite.version(), &[suite]);
            let answer = get_item(&table_behind(acceptor).await, Some(&root)).await;
            assert_eq!(answer.unwrap().item, None, "{kind:?} {suite:?}");
        }
    }
    let other = cipher_suite::TLS13_CHACHA20_POLY1305_SHA256;
    let (acceptor, root) = greeting(&PKCS_ECDSA_P256_SHA256, other.version(), &[other]);
    assert_is_lost(get_item(&table_behind(acceptor).await, Some(&root)).await);
}

#[test]
fn roots_that_are_no_certificates_are_refused() {
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(http::http_client(Some(nonsense.as_bytes())).is_err());
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_lost_and_so_is_one_of_nobody() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hang_up = tokio::spawn(async move {
        for part in
            ["", "HTTP/1.1 200 OK\r\ncontent-le", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"]
        {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _head = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(part.as_bytes()).await.unwrap();
        }
    });
    assert_is_lost(get_item(&url, None).await);
    assert_is_lost(get_item(&url, None).await);
    // Its head has arrived, so the SDK calls this another thing, after which the store calls again as well.
    let cut_off = get_item(&url, None).await;
    assert!(matches!(cut_off, Err(SdkError::ResponseError(_))), "{cut_off:?}");
    hang_up.await.unwrap();
    assert_is_lost(get_item(&url, None).await);
}

/// Counts the connections through which calls reach a server, each of which is greeted by TLS.
async fn count_connections(tcp: TcpListener, certificate: Certificate, count: Arc<AtomicUsize>) {
    let acceptor = certificate.acceptor().unwrap();
    loop {
        let (stream, _) = tcp.accept().await.unwrap();
        count.fetch_add(1, Ordering::Relaxed);
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            let mut head = [0; 4096];
            while let Ok(1..) = stream.read(&mut head).await {
                let body = if head.starts_with(b"GET") { "healthy: dynamodb" } else { "{}" };
                let answer =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
    }
}

#[tokio::test]
async fn what_is_opened_beforehand_is_what_calls_go_through() {
    let certificate = made(&["localhost"]);
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("https://localhost:{}", tcp.local_addr().unwrap().port());
    let count = Arc::new(AtomicUsize::new(0));
    tokio::spawn(count_connections(tcp, certificate.clone(), count.clone()));
    let client = client_for(&url, Some(&certificate.pem));
    let store = Store::new(client, "guildhall".to_owned(), Entropy::system());
    store.prime(1).await;
    assert_eq!(count.load(Ordering::Relaxed), 1);
    for _ in 0..3 {
        assert_eq!(get_item_of(store.client()).await.unwrap().item, None);
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn whoever_does_not_greet_by_tls_is_hung_up_on() {
    let url = table(&made(&["localhost"])).await;
    let mut client = TcpStream::connect(url.strip_prefix("https://").unwrap()).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[test]
fn a_certificate_is_kept_until_it_is_about_to_end_or_is_for_other_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.json");
    let open = |at: &[&str], now| Certificate::open(names(at), now, Some(&file)).unwrap().pem;
    let days = |days: i64| NOW + SignedDuration::from_hours(24 * days);
    let first = open(&["localhost"], NOW);
    assert_eq!(open(&["localhost"], days(366)), first);
    let renewed = open(&["localhost"], days(367));
    assert_ne!(renewed, first);
    assert_ne!(open(&["localhost", "192.0.2.1"], days(367)), renewed);
    std::fs::write(&file, "nonsense").unwrap();
    open(&["localhost"], NOW);
}
