//! The mail server of the crash test: a process of its own, which writes down each message that it takes before it says
//! so. While the file `<log>.hold` exists it takes messages and keeps the answer to itself.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use crate::Result;

/// The driver's side of it.
pub struct Post {
    log: PathBuf,
    port: u16,
    _process: Child,
}

impl Post {
    /// Starts the process: this program again, under another name.
    pub async fn start(log: &Path) -> Result<Self> {
        fs::write(log, "")?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("post").arg("--log").arg(log).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn()?;
        let out = process.stdout.take().ok_or("no output")?;
        let first = BufReader::new(out).lines().next_line().await?.ok_or("the mail server said nothing")?;
        Ok(Self { log: log.to_owned(), port: first.trim().parse()?, _process: process })
    }

    /// The port, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// To whom messages were taken, in order, as often as they were.
    pub fn log(&self) -> Result<Vec<String>> {
        Ok(fs::read_to_string(&self.log)?.lines().map(str::to_owned).collect())
    }

    /// How many were taken: every line is as long as every other.
    pub fn taken(&self) -> Result<u64> {
        Ok(fs::metadata(&self.log)?.len() / LINE as u64)
    }

    /// From now on keeps its answers to itself.
    pub fn hold(&self) -> Result {
        Ok(fs::write(beside(&self.log, "hold"), "")?)
    }

    /// Whether a message has been taken whose answer is held back.
    pub fn is_holding(&self) -> Result<bool> {
        Ok(beside(&self.log, "held").try_exists()?)
    }

    /// Answers again.
    pub fn release(&self) -> Result {
        for name in ["hold", "held"] {
            let gone = fs::remove_file(beside(&self.log, name));
            if gone.is_err() && beside(&self.log, name).try_exists()? {
                gone?;
            }
        }
        Ok(())
    }
}

/// The length of a line of the log, with its end.
const LINE: usize = 64;

fn beside(log: &Path, name: &str) -> PathBuf {
    log.with_extension(name)
}

/// The process: serves until it is killed.
pub async fn serve(log: &Path) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let log = Arc::new(log.to_owned());
    loop {
        let (stream, _) = listener.accept().await?;
        let log = log.clone();
        // A client that dies in the middle is what this is for.
        tokio::spawn(async move { converse(stream, &log).await.is_ok() });
    }
}

async fn converse(stream: TcpStream, log: &Path) -> Result {
    stream.set_nodelay(true)?;
    let (mut stream, mut line, mut to) = (BufReader::new(stream), String::new(), String::new());
    stream.write_all(b"220 post ESMTP\r\n").await?;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 OK\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 Go on\r\n").await?;
                take(&mut stream, &to, log).await?;
                b"250 2.0.0 Taken\r\n"
            }
            "QUIT" => return Ok(stream.write_all(b"221 Bye\r\n").await?),
            _ => b"250 OK\r\n",
        };
        stream.write_all(answer).await?;
    }
}

/// Takes a whole message and writes it down; a message that breaks off was not taken.
async fn take(stream: &mut BufReader<TcpStream>, to: &str, log: &Path) -> Result {
    let mut line = Vec::new();
    while line != b".\r\n" {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err("broken off".into());
        }
    }
    let mut file = OpenOptions::new().append(true).open(log)?;
    file.write_all(format!("{to:<width$}\n", width = LINE - 1).as_bytes())?;
    while beside(log, "hold").try_exists()? {
        fs::write(beside(log, "held"), "")?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}
