//! The program under test: `carillon serve` with a data folder of its own, killed without warning.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{Child, Command},
};

use crate::Result;

/// How long a start may take: PostgreSQL may have to recover.
const LOOKS: usize = 1_200;
const LOOK: Duration = Duration::from_millis(100);

/// It and its database.
pub struct Program {
    path: PathBuf,
    data: PathBuf,
    port: u16,
    process: Child,
}

impl Program {
    /// Starts it in a new data folder and waits until it is ready.
    pub async fn start(path: Option<&Path>, data: &Path) -> Result<Self> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => std::env::current_exe()?.with_file_name("carillon"),
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = spawn(&path, data, port)?;
        let mut program = Self { path, data: data.to_owned(), port, process };
        program.wait().await?;
        Ok(program)
    }

    /// SIGKILL: no handler, no farewell. Its PostgreSQL lives on.
    pub async fn kill(&mut self) -> Result {
        Ok(self.process.kill().await?)
    }

    /// Starts again after a kill.
    pub async fn start_again(&mut self) -> Result {
        self.process = spawn(&self.path, &self.data, self.port)?;
        self.wait().await
    }

    /// SIGKILL for the postmaster; its children notice and end.
    pub fn kill_database(&self) -> Result {
        let file = fs::read_to_string(self.data.join("postgres/postmaster.pid"))?;
        let pid = file.lines().next().ok_or("no number in postmaster.pid")?;
        let killed = std::process::Command::new("kill").args(["-KILL", pid]).status()?;
        if killed.success() { Ok(()) } else { Err(format!("the postmaster {pid} could not be killed").into()) }
    }

    /// Ends it as an operator would, and its PostgreSQL with it.
    pub async fn stop(&mut self) -> Result {
        if let Some(pid) = self.process.id() {
            let told = std::process::Command::new("kill").args(["-TERM", &pid.to_string()]).status()?;
            if !told.success() {
                return Err("the program could not be told to stop".into());
            }
        }
        let ended = self.process.wait().await?;
        if ended.success() { Ok(()) } else { Err(format!("the program ended with {ended}").into()) }
    }

    /// Until it is ready; fails when it has ended instead.
    async fn wait(&mut self) -> Result {
        for _ in 0..LOOKS {
            if let Some(ended) = self.process.try_wait()? {
                return Err(format!("the program ended with {ended}; see {}", self.data.display()).into());
            }
            if is_ready(self.port).await {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err("the program does not get ready".into())
    }
}

fn spawn(path: &Path, data: &Path, port: u16) -> Result<Child> {
    fs::create_dir_all(data)?;
    let log = File::options().create(true).append(true).open(data.with_extension("log"))?;
    let mut command = Command::new(path);
    command.arg("serve").env("CARILLON_DATA", data).env("CARILLON_ADDR", format!("127.0.0.1:{port}"));
    command.env_remove("DATABASE_URL").env_remove("CARILLON_SECRET_KEY").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().map_err(|error| format!("{}: {error}; build it first", path.display()).into())
}

async fn is_ready(port: u16) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    ask.await.is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
