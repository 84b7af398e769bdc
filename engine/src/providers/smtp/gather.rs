//! The connection under everything else, which can be told to hold back what is written: so a message and its final dot
//! go together, and it is known whether a message that broke off had gone whole.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The most that is held back: what is larger goes in parts.
const MOST: usize = 32 * 1024;

/// What is written to a connection waits here until it is let go.
#[derive(Debug, Default)]
pub(super) struct Gate {
    is_shut: AtomicBool,
    waiting: AtomicUsize,
}

impl Gate {
    /// From now on what is written waits, up to a bound.
    pub(super) fn shut(&self) {
        self.is_shut.store(true, Relaxed);
    }

    /// What waits goes when it is flushed, with what is written until then.
    pub(super) fn open(&self) {
        self.is_shut.store(false, Relaxed);
    }

    /// Whether all that was written has gone: whoever is at the other end may have it. Under TLS the last record is among
    /// it, without which nobody can read the end.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_shut.load(Relaxed) && self.waiting.load(Relaxed) == 0
    }
}

/// A connection with a gate.
#[derive(Debug)]
pub(super) struct Gathering {
    stream: TcpStream,
    gate: Arc<Gate>,
    waiting: Vec<u8>,
    /// Of what waits, so much has gone.
    gone: usize,
}

impl Gathering {
    pub(super) fn new(stream: TcpStream, gate: Arc<Gate>) -> Self {
        Self { stream, gate, waiting: Vec::new(), gone: 0 }
    }

    /// Writes what waits.
    fn poll_go(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.gone < self.waiting.len() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.waiting[self.gone..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.gone += written;
            self.gate.waiting.fetch_sub(written, Relaxed);
        }
        self.waiting.clear();
        self.gone = 0;
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Gathering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Gathering {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.waiting.len() + bytes.len() > MOST {
            ready!(self.poll_go(context))?;
        }
        // Too much at once waits for nothing, and what does not wait need not be copied.
        if self.waiting.is_empty() && (bytes.len() > MOST || !self.gate.is_shut.load(Relaxed)) {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        self.waiting.extend_from_slice(bytes);
        self.gate.waiting.fetch_add(bytes.len(), Relaxed);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.gate.is_shut.load(Relaxed) {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_go(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_go(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Gathering {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    async fn pair() -> (Gathering, Arc<Gate>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (here, there) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        let gate = Arc::<Gate>::default();
        (Gathering::new(here.unwrap(), gate.clone()), gate, there.unwrap().0)
    }

    async fn write(stream: &mut Gathering, bytes: &[u8]) {
        stream.write_all(bytes).await.unwrap();
        stream.flush().await.unwrap();
    }

    #[tokio::test]
    async fn what_waits_goes_in_one_piece_with_what_follows() {
        let (mut stream, gate, mut there) = pair().await;
        gate.shut();
        write(&mut stream, b"the message").await;
        assert_eq!(there.try_read(&mut [0; 64]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert!(!gate.is_empty(), "nothing of it has gone");
        gate.open();
        assert!(!gate.is_empty(), "it may go, and has not gone yet");
        write(&mut stream, b", and its end").await;
        assert!(gate.is_empty());
        let mut got = [0; 64];
        let length = there.read(&mut got).await.unwrap();
        assert_eq!(&got[..length], b"the message, and its end");
        // From here on nothing waits.
        write(&mut stream, b"more").await;
        assert_eq!(there.read(&mut got).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn what_is_large_goes_in_parts_and_in_order() {
        let (mut stream, gate, mut there) = pair().await;
        let bytes: Vec<u8> = (0..MOST * 5 + 7).map(|i| (i % 251) as u8).collect();
        gate.shut();
        let reader = tokio::spawn(async move {
            let mut got = Vec::new();
            there.read_to_end(&mut got).await.unwrap();
            got
        });
        for part in [&bytes[..10], &bytes[10..MOST * 2 + 20], &bytes[MOST * 2 + 20..MOST * 3], &bytes[MOST * 3..]] {
            write(&mut stream, part).await;
        }
        gate.open();
        write(&mut stream, b".").await;
        stream.shutdown().await.unwrap();
        assert_eq!(reader.await.unwrap(), [&bytes[..], b"."].concat());
    }

    #[tokio::test]
    async fn what_did_not_go_is_known_not_to_have_gone() {
        let (mut stream, gate, there) = pair().await;
        gate.shut();
        write(&mut stream, b"the message").await;
        // Gone for good: the next writes are refused, sooner or later.
        there.set_zero_linger().unwrap();
        drop(there);
        tokio::time::timeout(std::time::Duration::from_secs(10), stream.stream.readable()).await.unwrap().unwrap();
        let _ = stream.stream.try_read(&mut [0; 1]);
        gate.open();
        stream.write_all(b".").await.unwrap();
        stream.flush().await.unwrap_err();
        assert!(!gate.is_empty(), "the end never went");
    }
}
