//! `carillon-bench NAME`: measures one thing that Carillon does, on a durable PostgreSQL of its own, beside what the same
//! machine could do at most in the same run. The last line it prints is one JSON object; docs/PERFORMANCE.md explains.

mod clock;
mod crash;
mod events;
mod faults;
mod import;
mod limits;
mod measure;
mod place;
mod plan;
mod search;
mod send;
mod sink;
mod stage;
mod start;
mod statements;
mod track;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum, value_parser};
use place::Place;
use serde_json::Value;

/// What everything here returns: a benchmark that fails only has to say why.
type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Measures Carillon beside what the machine can do at most.
#[derive(Clone, Parser)]
#[command(name = "carillon-bench", version, arg_required_else_help = true)]
struct Options {
    /// What to measure.
    name: Name,
    /// How many recipients.
    #[arg(long, default_value_t = 100_000, default_value_if("name", "pauses", "20000"), value_parser = value_parser!(i32).range(1..=20_000_000))]
    n: i32,
    /// Which made-up people: the same seed gives the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to make the database, in a folder of its own that is removed at the end [default: the temporary folder]. It
    /// should be on the kind of disk that the product would use: what is measured waits for it.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How often: runs of `crash`, cycles of `pauses`.
    #[arg(long, default_value_t = 1, default_value_if("name", "pauses", "200"))]
    runs: u32,
    /// Messages a second that the account allows, `storm` only. It must be less than the machine can do, else it limits
    /// nothing.
    #[arg(long, default_value_t = 150)]
    quota: u32,
    /// Also tell which statements the database was busy with: `send`, `plan`, `import` and `events` only.
    #[arg(long)]
    statements: bool,
    /// The program to kill, `crash` only [default: `carillon` beside this one].
    #[arg(long)]
    program: Option<PathBuf>,
    /// Where to write down what is taken: `post` only.
    #[arg(long)]
    log: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// What this PostgreSQL can do at most with the ledger: write its rows, lease and settle them.
    Limits,
    /// Start pressed: until the answer, and until the first message is handed over.
    Start,
    /// Freezing a campaign's audience into the ledger.
    Plan,
    /// A CSV of people, from the first byte to the last contact.
    Import,
    /// Contacts by what is typed into their search.
    Search,
    /// A whole campaign to an SMTP server on loopback.
    Send,
    /// Signed reports of a provider: accepted, and applied.
    Events,
    /// Opens and clicks of one campaign while another one is sent.
    Track,
    /// A whole campaign of the real program, which is killed again and again, and its database too.
    Crash,
    /// A campaign that is paused and resumed again and again.
    Pauses,
    /// A mail server that takes messages and says nothing, one of twenty.
    Silence,
    /// A mail server that refuses three calls of ten, in many ways.
    Storm,
    /// People to whom nothing can be sent, among those to whom it can.
    Poison,
    /// The mail server of `crash`, in a process of its own.
    #[value(hide = true)]
    Post,
}

/// Of those that were tried, the one that sending spends least time in (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Wrong use exits with 2 and lists the names there are; clap does both.
    match run(&Options::parse()).await {
        Ok(Some(measured)) => {
            println!("{measured}");
            ExitCode::SUCCESS
        }
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => {
            tell_failure(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<Option<Value>> {
    match options.name {
        Name::Post => {
            crash::serve_post(options.log.as_deref().ok_or("post needs --log")?).await?;
            Ok(None)
        }
        Name::Crash => crash::run(options).await.map(Some),
        _ => in_place(options).await.map(Some),
    }
}

async fn in_place(options: &Options) -> Result<Value> {
    let parent = options.data.clone().unwrap_or_else(std::env::temp_dir);
    let place = Place::open(parent, options.statements).await?;
    let measured = tokio::select! {
        measured = measure(options, &place) => measured,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    };
    place.close().await?;
    measured
}

async fn measure(options: &Options, place: &Place) -> Result<Value> {
    match options.name {
        Name::Limits => limits::run(options, place).await,
        Name::Start => start::run(options, place).await,
        Name::Plan => plan::run(options, place).await,
        Name::Import => import::run(options, place).await,
        Name::Search => search::run(options, place).await,
        Name::Send => send::run(options, place).await,
        Name::Events => events::run(options, place).await,
        Name::Track => track::run(options, place).await,
        Name::Pauses => faults::pauses(options, place).await,
        Name::Silence => faults::silence(options, place).await,
        Name::Storm => faults::storm(options, place).await,
        Name::Poison => faults::poison(options, place).await,
        Name::Crash | Name::Post => Err("has no place".into()),
    }
}

#[expect(clippy::print_stderr, reason = "the program's last words go to the terminal")]
fn tell_failure(error: &dyn Error) {
    eprintln!("carillon-bench: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("  because: {cause}");
        source = cause.source();
    }
}
