//! Whom to trust, and TLS from the first byte; TLS that is asked for later (STARTTLS) is lettre's, with the same trust.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use domain::provider::SmtpConfig;
use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, TlsParameters};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::gather::Gathering;
use crate::{Error, Result};

/// How to speak TLS with one server.
pub(super) struct Tls {
    /// For STARTTLS.
    pub(super) later: TlsParameters,
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    pub(super) fn new(config: &SmtpConfig) -> Result<Self> {
        let host = config.host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).map_err(|error| Error::internal("name for TLS", error))?;
        let mut later = TlsParameters::builder(host);
        if let Some(pem) = &config.ca_certificate {
            let own = Certificate::from_pem(pem.as_bytes());
            later = later.add_root_certificate(own.map_err(|error| Error::internal("certificate", error))?);
        }
        let later = later.build().map_err(|error| Error::internal("TLS parameters", error))?;
        let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::internal("TLS versions", error))?;
        let roots = trusted(config.ca_certificate.as_deref())?;
        let client = client.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { later, connector: TlsConnector::from(Arc::new(client)), name })
    }

    /// TLS from the first byte.
    pub(super) async fn wrap(&self, stream: Gathering) -> io::Result<Box<dyn AsyncTokioStream>> {
        let secured = self.connector.connect(self.name.clone(), stream).await?;
        Ok(Box::new(Secured(secured)))
    }
}

/// The authorities that are trusted: the public ones, and those that the account names.
pub(in crate::providers) fn trusted(pem: Option<&str>) -> Result<RootCertStore> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let wrong = || Error::field("config.ca_certificate", "invalid", "No certificate can be read from this.");
    let mut own = 0;
    for certificate in CertificateDer::pem_slice_iter(pem.unwrap_or_default().as_bytes()) {
        roots.add(certificate.or(Err(wrong()))?).or(Err(wrong()))?;
        own += 1;
    }
    if pem.is_some() && own == 0 { Err(wrong()) } else { Ok(roots) }
}

/// An encrypted stream in the form that lettre takes.
#[derive(Debug)]
struct Secured(TlsStream<Gathering>);

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secured {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
