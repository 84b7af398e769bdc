//! The log: one line an event on standard error, levels by `CARILLON_LOG` (default `info`). No personal data goes in.

use std::{error::Error, io::IsTerminal};

use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn start() {
    let wanted = std::env::var("CARILLON_LOG").unwrap_or_default();
    let quiet = "info,sqlx::postgres::notice=warn,leptos_router=warn,tower_sessions=warn";
    let filter = if wanted.trim().is_empty() { quiet.to_owned() } else { format!("{quiet},{wanted}") };
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(quiet));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// Says why the program ends with a failure: the error and its causes, for a person at a terminal.
#[expect(clippy::print_stderr, reason = "the program's last words go to the terminal, whatever is logged")]
pub fn tell_failure(error: &(dyn Error + 'static)) {
    eprintln!("carillon: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}
