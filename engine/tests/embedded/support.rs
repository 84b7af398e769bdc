//! Data folders and processes for the tests of the embedded database.
//! A server that is killed, or that runs as another user, is this test program itself, told by its environment to play
//! a part.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use engine::embedded::{Cluster, Durability, EmbeddedError, Privilege, Settings};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{Connection, postgres::PgConnection};

pub(crate) const PART: &str = "CARILLON_TEST_PART";
pub(crate) const DATA: &str = "CARILLON_TEST_DATA";
const POLL: Duration = Duration::from_millis(20);

/// A place for one test; what runs there is killed and all is removed at the end.
pub(crate) struct Scratch {
    pub(crate) folder: PathBuf,
}

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let unique = format!("carillon-embedded-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(unique);
        fs::create_dir(&folder).expect("a scratch folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("its mode");
        Self { folder }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.data().join("postgres")
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(self.data())
    }

    pub(crate) fn durable_settings(&self) -> Settings {
        Settings { durability: Durability::Durable, ..self.settings() }
    }

    pub(crate) fn settings_as(&self, privilege: Privilege) -> Settings {
        Settings { privilege: Some(privilege), ..self.settings() }
    }

    /// The number in `postmaster.pid`.
    pub(crate) fn postmaster(&self) -> Option<i32> {
        first_number(&self.cluster().join("postmaster.pid"))
    }

    /// A server in a process of its own, when it is serving.
    pub(crate) fn server(&self) -> Child {
        let mut child = self.part("serve");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        assert!(lines.any(|line| line.is_ok_and(|line| line.ends_with("serving"))), "the server does not serve");
        child
    }

    /// This program in a process of its own, playing a part.
    pub(crate) fn part(&self, part: &str) -> Child {
        let program = std::env::current_exe().expect("this program");
        command(&program, part, &self.data()).spawn().expect("a child")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let file = fs::read_to_string(self.cluster().join("postmaster.pid")).unwrap_or_default();
        if let Some(pid) = self.postmaster().filter(|pid| is_running(*pid)) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
        }
        // The fifth line is the socket's folder.
        if let Some(socket) = file.lines().nth(4).filter(|socket| socket.contains("/carillon-")) {
            let _ = fs::remove_dir_all(socket);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn settings(data: PathBuf) -> Settings {
    Settings { data, bin: None, privilege: None, durability: Durability::ForTests }
}

/// The command that makes the test `part` of this program play its part.
pub(crate) fn command(program: &Path, part: &str, data: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["a_part", "--exact", "--nocapture"]);
    command.env(PART, part).env(DATA, data).env_remove("XDG_RUNTIME_DIR").current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.process_group(0);
    command
}

/// Runs a statement on a fresh connection.
pub(crate) async fn execute(cluster: &Cluster, statement: &'static str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(&cluster.options()).await?;
    sqlx::query(statement).execute(&mut connection).await?;
    connection.close().await
}

/// Asks for one text on a fresh connection.
pub(crate) async fn ask(cluster: &Cluster, question: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(&cluster.options()).await?;
    let answer = sqlx::query_scalar(question).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer)
}

/// Asserts that a cluster works, by writing and reading.
pub(crate) async fn assert_works(cluster: &Cluster) {
    execute(cluster, "create table if not exists bell (name text)").await.expect("a table");
    execute(cluster, "insert into bell values ('Emmanuel')").await.expect("a row");
    let name = ask(cluster, "select name from bell limit 1").await.expect("an answer");
    assert_eq!(name, "Emmanuel");
}

/// Whether the process is there and has not ended.
pub(crate) fn is_running(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Kills a process as the kernel's memory killer would.
pub(crate) fn kill_hard(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("a process to kill");
}

/// Kills our child and reaps it.
pub(crate) fn kill_child(mut child: Child) {
    child.kill().expect("a child to kill");
    child.wait().expect("a killed child");
}

/// Waits, a minute at most, until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .unwrap_or_else(|_| panic!("waited for {what} in vain"));
}

/// The refusal of a start that must fail.
pub(crate) async fn refusal(settings: Settings) -> EmbeddedError {
    match Cluster::serve(settings).await {
        Err(error) => error,
        Ok(_) => panic!("the start is not refused"),
    }
}

fn first_number(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
}
