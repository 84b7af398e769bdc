//! An SMTP server on loopback that takes everything and keeps nothing, on threads of its own, so that what it costs can
//! be told from what sending costs; and a client that speaks to it as fast as it can.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed},
    },
};

use chrono::{DateTime, Utc};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    task::JoinSet,
};

use crate::{Result, measure::now};

/// What the server's threads are called.
pub const NAME: &str = "sink";

/// The server; it ends when it is dropped.
pub struct Sink {
    port: u16,
    state: Arc<State>,
    runtime: Option<Runtime>,
}

/// What happened so far.
pub struct Counts {
    /// Messages taken.
    pub messages: usize,
    /// Their bytes, headers and all.
    pub bytes: usize,
    /// Connections ever made.
    pub opened: usize,
    /// The most that were open at once.
    pub most_open: usize,
}

#[derive(Default)]
struct State {
    messages: AtomicUsize,
    bytes: AtomicUsize,
    opened: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    /// In microseconds; 0: none yet.
    first_at: AtomicI64,
}

impl Sink {
    /// Begins to listen on a free port.
    pub fn new() -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name(NAME).enable_all().build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let (port, state) = (listener.local_addr()?.port(), Arc::<State>::default());
        runtime.spawn(serve(listener, state.clone()));
        Ok(Self { port, state, runtime: Some(runtime) })
    }

    /// The port, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        let state = &self.state;
        Counts {
            messages: state.messages.load(Relaxed),
            bytes: state.bytes.load(Relaxed),
            opened: state.opened.load(Relaxed),
            most_open: state.most_open.load(Relaxed),
        }
    }

    /// When the first message was taken since [`Sink::forget`].
    pub fn first_at(&self) -> Option<DateTime<Utc>> {
        let micros = self.state.first_at.load(Relaxed);
        DateTime::from_timestamp_micros(micros).filter(|_| micros != 0)
    }

    /// The next message is the first again.
    pub fn forget(&self) {
        self.state.first_at.store(0, Relaxed);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(listener: std::net::TcpListener, state: Arc<State>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let state = state.clone();
        tokio::spawn(async move {
            state.opened.fetch_add(1, Relaxed);
            let open = state.open.fetch_add(1, Relaxed) + 1;
            state.most_open.fetch_max(open, Relaxed);
            // A client that hangs up ends its conversation; that is its affair.
            let _ = converse(stream, &state).await;
            state.open.fetch_sub(1, Relaxed);
        });
    }
}

async fn converse(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut stream, mut line, mut answers) = (BufReader::new(stream), Vec::new(), Vec::new());
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    while read_line(&mut stream, &mut line).await? {
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            b"DATA" => {
                answers.extend_from_slice(b"354 Go on\r\n");
                stream.write_all(&answers).await?;
                answers.clear();
                let bytes = read_message(&mut stream, &mut line).await?;
                state.bytes.fetch_add(bytes, Relaxed);
                state.messages.fetch_add(1, Relaxed);
                if state.first_at.load(Relaxed) == 0 {
                    let at = now().timestamp_micros();
                    // Somebody else's may have been first.
                    let _ = state.first_at.compare_exchange(0, at, Relaxed, Relaxed);
                }
                b"250 2.0.0 Taken\r\n"
            }
            b"EHLO" => b"250-sink\r\n250 PIPELINING\r\n",
            b"QUIT" => return stream.write_all(b"221 Bye\r\n").await,
            _ => b"250 OK\r\n",
        };
        answers.extend_from_slice(answer);
        // To commands that came together the answers go together.
        if stream.buffer().is_empty() {
            stream.write_all(&answers).await?;
            answers.clear();
        }
    }
    Ok(())
}

/// False at the end of the conversation.
async fn read_line(stream: &mut BufReader<TcpStream>, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    Ok(stream.read_until(b'\n', line).await? > 0)
}

async fn read_message(stream: &mut BufReader<TcpStream>, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut bytes = 0;
    while read_line(stream, line).await? {
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes += line.len();
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// Hands over so many messages of this size on so many connections at once, each made once.
pub async fn raw(port: u16, connections: usize, messages: usize, size: usize) -> Result {
    let left = Arc::new(AtomicUsize::new(messages));
    let mut body = [b"x".repeat(76).as_slice(), b"\r\n"].concat().repeat(size.div_ceil(78));
    body.extend(b".\r\n");
    let (body, mut clients) = (Arc::<[u8]>::from(body), JoinSet::new());
    for _ in 0..connections {
        clients.spawn(client(port, left.clone(), body.clone()));
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    Ok(())
}

async fn client(port: u16, left: Arc<AtomicUsize>, body: Arc<[u8]>) -> io::Result<()> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (mut stream, mut line) = (BufReader::new(stream), Vec::new());
    read_line(&mut stream, &mut line).await?;
    let next = |left: usize| left.checked_sub(1);
    let envelope = b"MAIL FROM:<hall@market.example>\r\nRCPT TO:<p1@crowd.example>\r\nDATA\r\n";
    say(&mut stream, &mut line, b"EHLO here\r\n", 2).await?;
    while left.fetch_update(Relaxed, Relaxed, next).is_ok() {
        say(&mut stream, &mut line, envelope, 3).await?;
        say(&mut stream, &mut line, &body, 1).await?;
    }
    Ok(())
}

/// Says something and hears so many lines.
async fn say(stream: &mut BufReader<TcpStream>, line: &mut Vec<u8>, words: &[u8], lines: usize) -> io::Result<()> {
    stream.write_all(words).await?;
    for _ in 0..lines {
        let is_answered = read_line(stream, line).await? && matches!(line.first(), Some(b'2' | b'3'));
        if !is_answered {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(())
}
