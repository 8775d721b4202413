//! DynamoDB over TLS on a loopback port: the embedded engine, with TLS in front.

use std::net::SocketAddr;

use local::certificate::acceptor;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Failure;
use crate::certificates::Certificates;

/// Serves what answers at `url` until this program ends, and tells the port.
///
/// # Errors
/// [`Failure`] where the certificates are of no use or no port is to be had.
pub async fn serve(url: &str, certificates: &Certificates) -> Result<u16, Failure> {
    let chain: Vec<_> =
        CertificateDer::pem_file_iter(&certificates.chain)?.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&certificates.key)?;
    let tls = acceptor(chain, key)?;

    let engine_address = url.strip_prefix("http://").ok_or("the engine speaks plain HTTP")?;
    let engine_address: SocketAddr = engine_address.parse()?;

    let front = TcpListener::bind("127.0.0.1:0").await?;
    let port = front.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = front.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                socket.set_nodelay(true)?;
                let mut client = tls.accept(socket).await?;
                let mut engine = TcpStream::connect(engine_address).await?;
                engine.set_nodelay(true)?;
                copy_bidirectional(&mut client, &mut engine).await
            });
        }
    });
    Ok(port)
}
