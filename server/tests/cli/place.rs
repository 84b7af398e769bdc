//! A data folder with a free port, and the program run on them. Whatever still runs at the end is killed, and all is
//! removed.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, AtomicU32, Ordering},
    thread,
    time::Duration,
};

const POLL: Duration = Duration::from_millis(50);
/// Patience for a start or an end on a busy machine: two minutes.
const POLLS: u32 = 2400;

/// A place for one installation.
pub(crate) struct Place {
    folder: PathBuf,
    settings: Vec<(&'static str, String)>,
}

/// A running `carillon serve`.
pub(crate) struct Server {
    child: Child,
    port: u16,
    log: PathBuf,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("carillon-cli-{}-{n}", std::process::id()));
        fs::create_dir_all(folder.join("site/pkg")).expect("a folder");
        fs::write(folder.join("site/pkg/carillon.css"), "").expect("a file");
        Self { folder, settings: Vec::new() }
    }

    /// With one more setting.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// The program with these arguments; what the developer's own shell says about Carillon does not reach it.
    pub(crate) fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carillon"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = ["CARILLON_", "LEPTOS_", "PG"].iter().any(|start| text.starts_with(start));
            if (ours && text != "CARILLON_PG_BIN") || text == "DATABASE_URL" || text == "XDG_RUNTIME_DIR" {
                command.env_remove(name);
            }
        }
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        command.env("CARILLON_DATA", self.data()).env("LEPTOS_SITE_ROOT", self.folder.join("site"));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with_input(args, "")
    }

    /// Runs a command to its end, with this on its standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.program(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        // Wrong use ends before it reads anything.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("its end");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// A server that is ready.
    pub(crate) fn serve(&self) -> Server {
        let server = self.start(&[]);
        server.wait_until_ready();
        server
    }

    /// A server that is starting.
    pub(crate) fn start(&self, args: &[&str]) -> Server {
        let port = free_port();
        let log = self.folder.join(format!("{port}.log"));
        let mut command = self.program(&["serve"]);
        command.args(args).env("CARILLON_ADDR", format!("127.0.0.1:{port}"));
        command.stdout(Stdio::null()).stderr(File::create(&log).expect("a log"));
        Server { child: command.spawn().expect("the program"), port, log }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The number in `postmaster.pid`, if it is there.
    pub(crate) fn postmaster(&self) -> Option<u32> {
        self.pid_file().lines().next()?.trim().parse().ok()
    }

    fn pid_file(&self) -> String {
        fs::read_to_string(self.data().join("postgres/postmaster.pid")).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let file = self.pid_file();
        if let Some(pid) = self.postmaster() {
            signal(pid, "QUIT");
        }
        // The fifth line is the socket's folder.
        if let Some(socket) = file.lines().nth(4).filter(|socket| socket.contains("/carillon-")) {
            let _ = fs::remove_dir_all(socket);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The status that it answers with, or why there is none.
    pub(crate) fn status(&self, path: &str) -> Result<u16, String> {
        let answer = self.ask(path).map_err(|error| format!("{error}: {}", self.log()))?;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.ok_or_else(|| format!("{answer:?}: {}", self.log()))
    }

    fn ask(&self, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.status("/health/ready") == Ok(200)
    }

    #[track_caller]
    pub(crate) fn wait_until_ready(&self) {
        until(&format!("readiness: {}", self.log()), || self.is_ready());
    }

    /// Tells it to stop, and waits until it has; gives its exit code.
    #[track_caller]
    pub(crate) fn stop(mut self) -> Option<i32> {
        signal(self.pid(), "TERM");
        self.wait()
    }

    /// Waits until it has ended by itself; gives its exit code.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let mut code = None;
        until("the server's end", || {
            let ended = self.child.try_wait().expect("a child");
            code = ended.and_then(|status| status.code());
            ended.is_some()
        });
        code
    }

    /// Ends it as the kernel's memory killer would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a child to kill");
        self.child.wait().expect("a killed child");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ran {
    /// Asserts that it was done, and gives what it printed.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out.trim_end().to_owned()
    }

    /// Asserts that it ended with this code and said this.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        assert!(self.err.contains(words), "no {words:?} in {}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// Whether the process is there and has not ended.
pub(crate) fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Sends a signal.
pub(crate) fn signal(pid: u32, name: &str) {
    let kill = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).stderr(Stdio::null()).status();
    kill.expect("a shell");
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..POLLS {
        if is_so() {
            return;
        }
        thread::sleep(POLL);
    }
    panic!("waited in vain for {what}");
}

/// A port of this test's own, below those that the system gives to others by itself.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id().wrapping_mul(16);
    loop {
        let n = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed).into()) % 12_000;
        let port = 20_000 + u16::try_from(n).expect("less than 12,000");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
