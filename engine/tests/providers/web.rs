//! An HTTP server that answers as a test tells it, and remembers what it was asked: enough of HTTP/1.1 for one client.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
};

/// What it does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers with a status, the name of an error (empty for none) and a body.
    Say(u16, &'static str, String),
    /// Closes before the request has been read.
    CloseAtOnce,
    /// Reads the whole request, and closes without an answer.
    CloseAfter,
    /// Answers in part, and closes.
    CloseWithin,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: serde_json::Value,
}

/// The server.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) url: String,
    reply: Arc<Mutex<Reply>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<Mutex<usize>>,
}

impl Web {
    pub(crate) async fn new(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let web = Self { url, reply: Arc::new(Mutex::new(reply)), asked: Arc::default(), connections: Arc::default() };
        let serving = web.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *serving.connections.lock().unwrap() += 1;
                let serving = serving.clone();
                tokio::spawn(async move { serving.attend(stream).await });
            }
        });
        web
    }

    pub(crate) fn replies(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// Requests of one connection; none when it has ended.
    async fn attend(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufStream::new(stream);
        loop {
            if matches!(*self.reply.lock().unwrap(), Reply::CloseAtOnce) {
                return None;
            }
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).await.ok()? == 0 {
                    return None;
                }
            }
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            stream.read_exact(&mut body).await.ok()?;
            let body = serde_json::from_slice(&body).unwrap_or_default();
            self.asked.lock().unwrap().push(Asked { head, body });
            let reply = self.reply.lock().unwrap().clone();
            let ends = matches!(reply, Reply::CloseWithin);
            let written = match reply {
                Reply::Say(status, name, body) => {
                    let name = if name.is_empty() { String::new() } else { format!("x-amzn-errortype: {name}\r\n") };
                    format!(
                        "HTTP/1.1 {status} X\r\n{name}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                        body.len()
                    )
                }
                Reply::CloseWithin => "HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{\"Mess".into(),
                Reply::CloseAtOnce | Reply::CloseAfter => return None,
            };
            stream.write_all(written.as_bytes()).await.ok()?;
            stream.flush().await.ok()?;
            if ends {
                return None;
            }
        }
    }
}
