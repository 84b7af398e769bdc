//! `carillon`: one program for the server and for everything an operator does by hand.

use std::process::ExitCode;

use clap::Parser;
use server::{command::Command, telemetry};

/// Multi-channel campaigns to people who agreed to hear from you.
#[derive(Parser)]
#[command(name = "carillon", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Of those that were tried, the one that sending spends least time in (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Wrong use exits with 2, help and version with 0; clap does both.
    let cli = Cli::parse();
    telemetry::start();
    match server::command::run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            telemetry::tell_failure(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
