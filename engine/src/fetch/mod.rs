//! Gets small things from hosts that are named beforehand, over TLS, without following where an answer leads, and not from
//! this machine or its network (DESIGN 5).

mod guard;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long all of it may take.
const TIME: Duration = Duration::from_secs(5);

/// How hosts are reached, and who is believed to be one.
#[derive(Clone)]
pub struct Fetch {
    roots: Arc<RootCertStore>,
    /// Everybody is here, instead of where the DNS says.
    only: Option<SocketAddr>,
    /// `CARILLON_ALLOW_PRIVATE_TARGETS`: addresses of this network are as good as others.
    pub allows_private: bool,
}

impl Default for Fetch {
    fn default() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self { roots: Arc::new(roots), only: None, allows_private: false }
    }
}

/// Why nothing was got.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    /// It has no public address.
    #[error("its address is one of a private network")]
    Private,
    /// It answered with something else.
    #[error("it answered with {0}")]
    Answered(StatusCode),
    /// There was no answer.
    #[error("it could not be reached: {0}")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn unreachable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> NotFetched {
    NotFetched::Unreachable(error.into())
}

impl Fetch {
    /// With every host at this address, and known by what this authority signed.
    #[cfg(any(test, feature = "testing"))]
    pub fn at(address: SocketAddr, authority: rustls::pki_types::CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority).expect("an authority's certificate");
        Self { roots: Arc::new(roots), only: Some(address), allows_private: true }
    }

    /// What lies there, of at most so many bytes.
    pub(crate) async fn get(&self, host: &str, path: &str, most: usize) -> Result<Bytes, NotFetched> {
        match tokio::time::timeout(TIME, self.got(host, path, most)).await {
            Ok(got) => got,
            Err(late) => Err(unreachable(late)),
        }
    }

    async fn got(&self, host: &str, path: &str, most: usize) -> Result<Bytes, NotFetched> {
        let stream = self.connect(host).await?;
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unreachable)?
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).map_err(unreachable)?;
        let secured = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(unreachable)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(secured)).await.map_err(unreachable)?;
        let driver = tokio::spawn(connection);
        let request = Request::get(path)
            .header(header::HOST, host)
            .header(header::USER_AGENT, concat!("Carillon/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close")
            .body(Empty::<Bytes>::new())
            .map_err(unreachable)?;
        let answer = sender.send_request(request).await.map_err(unreachable)?;
        let status = answer.status();
        if status != StatusCode::OK {
            driver.abort();
            return Err(NotFetched::Answered(status));
        }
        let body = Limited::new(answer.into_body(), most).collect().await;
        driver.abort();
        Ok(body.map_err(unreachable)?.to_bytes())
    }

    /// To the first address that may be gone to: the one that was looked at is the one that is connected to.
    async fn connect(&self, host: &str) -> Result<TcpStream, NotFetched> {
        let all: Vec<SocketAddr> = match self.only {
            Some(address) => vec![address],
            None => tokio::net::lookup_host((host, 443)).await.map_err(unreachable)?.collect(),
        };
        let may = |address: &&SocketAddr| self.allows_private || guard::is_public(address.ip());
        let mut last =
            if all.is_empty() { unreachable(io::Error::other("it has no address")) } else { NotFetched::Private };
        for address in all.iter().filter(may) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = unreachable(error),
            }
        }
        Err(last)
    }
}
