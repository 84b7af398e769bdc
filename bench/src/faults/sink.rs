//! A mail server on loopback that misbehaves by plan, on threads of its own. It writes down each address whose message
//! it took before it answers, and when each message was begun.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Write},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use chrono::{DateTime, Utc};
use tokio::runtime::{Builder, Runtime};

use super::talk;
use crate::{Result, measure::now, sink::NAME};

/// What is done with a message.
#[derive(Clone, Copy)]
pub enum Act {
    /// It is taken.
    Take,
    /// It is taken, and no answer is given.
    TakeSilently,
    /// It is refused with these words. After 421 the server hangs up.
    Refuse(Stage, &'static str),
    /// The server hangs up where it should ask for the message.
    HangUp,
}

/// Where in the conversation a message is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// When its recipient is named.
    Recipient,
    /// When it is about to be handed over.
    Data,
    /// When all of it is there.
    Dot,
}

/// What happens to an address's message at its so-manieth call, 1 for the first.
pub type Plan = Box<dyn Fn(&str, u32) -> Act + Send + Sync>;

/// The server; it ends when it is dropped.
pub struct Sink {
    port: u16,
    book: Arc<Book>,
    runtime: Option<Runtime>,
}

/// What the server keeps.
pub(super) struct Book {
    pub(super) plan: Plan,
    /// Refuses the account, whoever the message is for.
    pub(super) refuses_all: AtomicBool,
    pages: Mutex<Pages>,
}

struct Pages {
    file: File,
    taken: Vec<String>,
    last_at: DateTime<Utc>,
    unanswered: Vec<String>,
    calls: HashMap<String, u32>,
    begun: Vec<DateTime<Utc>>,
    malformed: Vec<String>,
}

impl Sink {
    /// Begins to listen on a free port; whom it takes messages for is written into this file, too.
    pub fn new(log: &Path, plan: Plan) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name(NAME).enable_all().build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let pages = Pages {
            file: File::create(log)?,
            taken: Vec::new(),
            last_at: DateTime::UNIX_EPOCH,
            unanswered: Vec::new(),
            calls: HashMap::new(),
            begun: Vec::new(),
            malformed: Vec::new(),
        };
        let book = Arc::new(Book { plan, refuses_all: AtomicBool::new(false), pages: Mutex::new(pages) });
        let port = listener.local_addr()?.port();
        runtime.spawn(talk::serve(listener, book.clone()));
        Ok(Self { port, book, runtime: Some(runtime) })
    }

    /// The port, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// To whom messages were taken since the first `before`, as often as they were.
    pub fn taken(&self, before: usize) -> Vec<String> {
        self.book.pages().taken.get(before..).unwrap_or_default().to_vec()
    }

    /// How many were taken, and when the last one was.
    pub fn last(&self) -> (usize, DateTime<Utc>) {
        let pages = self.book.pages();
        (pages.taken.len(), pages.last_at)
    }

    /// To whom messages were taken without an answer.
    pub fn unanswered(&self) -> Vec<String> {
        self.book.pages().unanswered.clone()
    }

    /// When messages were begun, in order.
    pub fn begun(&self) -> Vec<DateTime<Utc>> {
        let mut begun = self.book.pages().begun.clone();
        begun.sort();
        begun
    }

    /// To whom messages were taken that break the rules of mail, and which.
    pub fn malformed(&self) -> Vec<String> {
        self.book.pages().malformed.clone()
    }

    /// From now on the account is refused, or not any more.
    pub fn refuse_all(&self, does: bool) {
        self.book.refuses_all.store(does, Relaxed);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message is begun.
    pub(super) fn begin(&self) {
        let at = now();
        self.pages().begun.push(at);
    }

    /// A call for this address: says what is to be done with it.
    pub(super) fn call(&self, to: &str) -> Act {
        let mut pages = self.pages();
        let calls = pages.calls.entry(to.to_owned()).or_default();
        *calls += 1;
        let calls = *calls;
        drop(pages);
        (self.plan)(to, calls)
    }

    /// A whole message is here and is taken: from now on its address is written down.
    pub(super) fn take(&self, to: &str, message: &[u8], is_silent: bool) -> io::Result<()> {
        let mut pages = self.pages();
        writeln!(pages.file, "{to}")?;
        pages.taken.push(to.to_owned());
        pages.last_at = now();
        if is_silent {
            pages.unanswered.push(to.to_owned());
        }
        if let Some(flaw) = talk::flaw(message) {
            pages.malformed.push(format!("{to}: {flaw}"));
        }
        Ok(())
    }
}
