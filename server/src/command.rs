//! The commands (their names are fixed: DESIGN 8). Those that need the database use the one that a server keeps
//! running, or start it for their own time.

use std::io::Read;

use clap::Subcommand;
use domain::{
    account::{NewKey, NewUser, NewWorkspace},
    id::TenantId,
};
use engine::{
    Engine,
    accounts::{self, Actor, keys, resets, users},
    demo,
};

use crate::{
    config::Config,
    database::{Database, Failure},
    serve::{self, Only},
};

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the console and the API, and send.
    Serve {
        /// Only half of it: `web` or `work`.
        #[arg(long)]
        only: Option<Only>,
    },
    /// Bring the database's schema up to date.
    Migrate,
    /// Check settings, key and database, and say what is wrong.
    Check,
    /// Fill the data folder with a demo workspace of made-up people and campaigns, and print how to sign in.
    Demo,
    /// Workspaces.
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// People who sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Keys for programs.
    #[command(subcommand)]
    ApiKey(KeyCommand),
}

/// What can be done with workspaces.
#[derive(Subcommand)]
pub enum TenantCommand {
    /// Make a workspace.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its short name; made from the name when left out.
        #[arg(long, default_value = "")]
        slug: String,
        /// IANA name of its time zone.
        #[arg(long, default_value = "America/New_York")]
        time_zone: String,
        /// Postal address, printed in the footers of marketing e-mail.
        #[arg(long, default_value = "Postal address not set yet")]
        postal_address: String,
    },
    /// List all workspaces.
    List,
}

/// What can be done with users.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a user to a workspace; the password is read from standard input.
    Create {
        /// Address to sign in with.
        #[arg(long)]
        email: String,
        /// Name as others see it.
        #[arg(long, default_value = "")]
        name: String,
        /// Short name of the workspace.
        #[arg(long)]
        tenant: String,
        /// admin, marketer, approver, owner or viewer; several with commas.
        #[arg(long, value_delimiter = ',', required = true)]
        role: Vec<String>,
        /// Read the password from standard input (a password on the command line would be seen by others).
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Print a link with which a user sets a new password: for when no mail can be sent. It works once, for an hour.
    ResetLink {
        /// The address they sign in with.
        #[arg(long)]
        email: String,
    },
}

/// What can be done with API keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key and print it: it is not shown again.
    Create {
        /// Short name of the workspace.
        #[arg(long)]
        tenant: String,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// read, send, manage; several with commas.
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// The last day it is good, such as 2027-01-31; until it is revoked when left out.
        #[arg(long)]
        expires_at: Option<String>,
    },
}

/// Runs a command.
pub async fn run(command: Command) -> Result<(), Failure> {
    let config = Config::from_env()?;
    if let Command::Serve { only } = command {
        return serve::run(&config, only).await;
    }
    let database = Database::join(&config).await?;
    let done = with_engine(command, &database.engine, &config).await;
    database.close().await?;
    done
}

async fn with_engine(command: Command, engine: &Engine, config: &Config) -> Result<(), Failure> {
    match command {
        Command::Serve { .. } => Ok(()),
        Command::Migrate => say("The schema is up to date."),
        Command::Check => check(engine, config).await,
        Command::Demo => {
            let made = demo::create(engine).await?;
            let (at, email, password) = (&config.public_url, made.email, made.password);
            say(format!("The demo workspace is ready: {at}/sign-in\nE-mail: {email}\nPassword: {password}"))
        }
        Command::Tenant(TenantCommand::Create { name, slug, time_zone, postal_address }) => {
            let new = NewWorkspace { name, slug, time_zone, postal_address };
            say(accounts::create_workspace(engine, &new).await?)
        }
        Command::Tenant(TenantCommand::List) => {
            for workspace in accounts::workspaces(engine).await? {
                say(format!("{}\t{}\t{}", workspace.id, workspace.slug, workspace.name))?;
            }
            Ok(())
        }
        Command::User(UserCommand::Create { email, name, tenant, role, .. }) => {
            let new = NewUser { email, name, password: password()?, roles: role };
            let mut tx = engine.begin(&operator(engine, &tenant).await?).await?;
            let id = users::create(engine, &mut tx, &new).await?;
            tx.commit().await?;
            say(id)
        }
        Command::User(UserCommand::ResetLink { email }) => match resets::link(engine, &email).await {
            Err(engine::Error::NotFound) => Err(format!("nobody signs in with {email}").into()),
            link => say(link?),
        },
        Command::ApiKey(KeyCommand::Create { tenant, name, scopes, expires_at }) => {
            let mut tx = engine.begin(&operator(engine, &tenant).await?).await?;
            let key = keys::create(&mut tx, &NewKey { name, scopes, expires_at }).await?;
            tx.commit().await?;
            say(key.secret)
        }
    }
}

async fn operator(engine: &Engine, slug: &str) -> Result<Actor, Failure> {
    let tenant: TenantId = match accounts::workspace_by_slug(engine, slug).await {
        Ok(tenant) => tenant,
        Err(engine::Error::NotFound) => return Err(format!("there is no workspace {slug}").into()),
        Err(error) => return Err(error.into()),
    };
    Ok(Actor::command_line(tenant))
}

async fn check(engine: &Engine, config: &Config) -> Result<(), Failure> {
    engine.db.check().await?;
    let database = if config.database.is_some() { "DATABASE_URL" } else { "embedded PostgreSQL" };
    say(format!("Database: {database}, answers, schema up to date."))?;
    say("Key: good.")?;
    if !config.site.join("pkg/carillon.css").exists() {
        return Err(format!("the console's files are not in {}: run script/build", config.site.display()).into());
    }
    say(format!("Console: {}", config.public_url))
}

/// The first line of standard input.
fn password() -> Result<String, Failure> {
    let mut typed = String::new();
    std::io::stdin().take(4096).read_to_string(&mut typed)?;
    Ok(typed.lines().next().unwrap_or_default().to_owned())
}

/// Prints a result, for people and programs.
#[expect(clippy::print_stdout, reason = "a command's result goes to standard output")]
fn say(result: impl std::fmt::Display) -> Result<(), Failure> {
    println!("{result}");
    Ok(())
}
