//! TLS for the sink, by a certificate that is good for a hundred years and for 127.0.0.1 only.

use std::sync::Arc;

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

/// The authority that signed the sink's certificate, as PEM.
pub const CA: &str = include_str!("tls/ca.pem");
const CERTIFICATE: &str = include_str!("tls/server.pem");
const KEY: &str = include_str!("tls/server.key");

/// What bytes go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}
pub(super) type Wire = Box<dyn Stream>;

/// The server's side of a handshake; none when the client does not like it.
pub(super) async fn accept(stream: Wire) -> Option<Wire> {
    let certificates = CertificateDer::pem_slice_iter(CERTIFICATE.as_bytes());
    let certificates = certificates.collect::<Result<_, _>>().expect("the certificate");
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).expect("its key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .expect("a server's settings");
    let secured = TlsAcceptor::from(Arc::new(config)).accept(stream).await.ok()?;
    Some(Box::new(secured))
}
