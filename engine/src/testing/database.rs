//! A database for each test, cloned from a template that has the schema of this program.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, migrate::Migrator, postgres::PgConnectOptions};

use super::cluster;
use crate::{db::Db, secrets::sha256};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
static COUNT: AtomicU32 = AtomicU32::new(0);
/// Databases of ended tests that each new one removes.
const SWEPT: usize = 3;

/// An empty database with the newest schema, one test's own. It is removed by some later test.
#[derive(Clone, Debug)]
pub struct TestDb(PgConnectOptions);

impl TestDb {
    /// Makes it.
    pub async fn new() -> Self {
        let options = cluster::options().await;
        let mut admin = connect(&options, "postgres").await;
        let template = template(&options, &mut admin).await;
        sweep(&mut admin).await;
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        execute(&mut admin, format!("drop database if exists {name} with (force)")).await;
        execute(&mut admin, format!("create database {name} template {template}")).await;
        Self(options.database(&name))
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.0.clone()
    }

    /// Pools for it.
    pub fn pools(&self) -> Db {
        Db::new(self.options())
    }
}

/// The template's name, which says what is in it; made by the first test that needs it.
async fn template(options: &PgConnectOptions, admin: &mut PgConnection) -> String {
    let sums: Vec<u8> = MIGRATIONS.iter().flat_map(|migration| migration.checksum.to_vec()).collect();
    let mark: String = sha256(&sums)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let name = format!("template_{mark}");
    if exists(admin, &name).await {
        return name;
    }
    let _lock = cluster::lock("template");
    if !exists(admin, &name).await {
        make_template(options, admin, &name).await;
    }
    name
}

async fn make_template(options: &PgConnectOptions, admin: &mut PgConnection, name: &str) {
    for old in names_like(admin, "template\\_%").await {
        execute(admin, format!("drop database if exists {old} with (force)")).await;
    }
    execute(admin, "drop database if exists unfinished_template with (force)".into()).await;
    execute(admin, "create database unfinished_template".into()).await;
    let pools = Db::new(options.clone().database("unfinished_template"));
    pools.migrate().await.expect("the migrations");
    pools.close().await;
    execute(admin, format!("alter database unfinished_template rename to {name}")).await;
}

/// Removes a few databases whose process has ended.
async fn sweep(admin: &mut PgConnection) {
    let left = names_like(admin, "test\\_%").await;
    let is_left = |name: &&String| {
        let pid = name.split('_').nth(1).unwrap_or_default();
        !Path::new("/proc").join(pid).exists()
    };
    for name in left.iter().filter(is_left).take(SWEPT) {
        // Another test may be removing it at this moment.
        let drop = AssertSqlSafe(format!("drop database if exists {name} with (force)"));
        let _ = sqlx::query(drop).execute(&mut *admin).await;
    }
}

async fn exists(admin: &mut PgConnection, name: &str) -> bool {
    let exists = sqlx::query_scalar("select exists (select from pg_database where datname = $1)").bind(name);
    exists.fetch_one(admin).await.expect("an answer")
}

async fn names_like(admin: &mut PgConnection, pattern: &str) -> Vec<String> {
    let names = sqlx::query_scalar("select datname::text from pg_database where datname like $1 order by datname");
    names.bind(pattern).fetch_all(admin).await.expect("names of databases")
}

async fn connect(options: &PgConnectOptions, database: &str) -> PgConnection {
    PgConnection::connect_with(&options.clone().database(database)).await.expect("a connection")
}

async fn execute(admin: &mut PgConnection, statement: String) {
    sqlx::query(AssertSqlSafe(statement)).execute(admin).await.expect("a statement about databases");
}
