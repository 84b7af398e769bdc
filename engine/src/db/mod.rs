//! The database: two pools and one way to begin a transaction.
//!
//! `app` runs as the role carillon_app, which row-level security binds: a transaction sees the workspace that it was
//! begun for and nothing else (DESIGN 3). `owner` is for migrations and for making workspaces.

mod migrate;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::{access::Verb, id::TenantId};
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{Result, accounts::Actor};

/// For the rest of a transaction people are looked up by key, one after the other, whatever PostgreSQL knows of the tables.
/// Left to itself it scanned all 200,000 contacts for a batch of some (52 µs a person), and with tables that had never been
/// analysed it compared everybody with everybody.
pub(crate) const BY_KEY: &str =
    "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off";
/// As it is without [`BY_KEY`].
pub(crate) const AS_IT_SEES_FIT: &str =
    "set local enable_seqscan = on; set local enable_hashjoin = on; set local enable_mergejoin = on";

/// The pools.
#[derive(Clone)]
pub struct Db {
    app: PgPool,
    owner: PgPool,
}

impl Db {
    /// Pools for this database. Connections are made when they are first needed, so this works while it is away.
    pub fn new(options: PgConnectOptions) -> Self {
        let pool = |max| PgPoolOptions::new().max_connections(max).acquire_timeout(Duration::from_secs(5));
        let app = pool(24).after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql("set role carillon_app").execute(connection).await.map(drop) })
        });
        Self { app: app.connect_lazy_with(options.clone()), owner: pool(4).connect_lazy_with(options) }
    }

    /// Begins a transaction for the actor's workspace in one round trip.
    pub async fn begin(&self, actor: Actor, now: DateTime<Utc>) -> Result<Tx> {
        let inner = self.begin_for(actor.tenant).await?;
        Ok(Tx { inner, actor, now, wakes: None })
    }

    /// Begins a transaction that sees one workspace, for those who act for the workspace itself (jobs, tests).
    pub async fn begin_for(&self, tenant: TenantId) -> Result<Transaction<'static, Postgres>> {
        // Only a Uuid is ever put in here.
        let begin = format!("begin; set local carillon.tenant = '{}'", tenant.0.hyphenated());
        Ok(self.app.begin_with(AssertSqlSafe(begin)).await?)
    }

    /// Enters the workspace that a transaction of the owner has just made: from here on it sees nothing else, and is bound
    /// as all others are.
    pub(crate) async fn enter(
        mut founding: Transaction<'static, Postgres>,
        actor: Actor,
        now: DateTime<Utc>,
    ) -> Result<Tx> {
        let tenant = actor.tenant.0.hyphenated();
        let enter = format!("set local role carillon_app; set local carillon.tenant = '{tenant}'");
        sqlx::raw_sql(AssertSqlSafe(enter)).execute(&mut *founding).await?;
        Ok(Tx { inner: founding, actor, now, wakes: None })
    }

    /// Begins one that no other of this kind runs beside in the workspace, for what is decided by what others have
    /// decided: two that look at the same time would both find nothing. Also in one round trip. A holder that was
    /// frozen is let go of after a while.
    pub(crate) async fn begin_alone_for(&self, tenant: TenantId) -> Result<Transaction<'static, Postgres>> {
        let (first, last) = tenant.0.as_u64_pair();
        let begin = format!(
            "begin; set local carillon.tenant = '{}'; set local idle_in_transaction_session_timeout = '10s';
             select pg_advisory_xact_lock({})",
            tenant.0.hyphenated(),
            (first ^ last).cast_signed()
        );
        Ok(self.app.begin_with(AssertSqlSafe(begin)).await?)
    }

    /// The pool of the bound role without a workspace: it sees the global tables and may ask the named functions.
    pub fn global(&self) -> &PgPool {
        &self.app
    }

    /// The pool of the owning role, which no policy binds.
    pub fn owner(&self) -> &PgPool {
        &self.owner
    }

    /// Brings the schema up to date. Several processes may start at once: one does it, the others wait.
    pub async fn migrate(&self) -> Result<()> {
        migrate::run(&self.owner).await
    }

    /// Whether the database answers and its schema is the one that this program was built with.
    pub async fn check(&self) -> Result<()> {
        migrate::check(&self.owner).await
    }

    /// Makes the partitions of this month and the next, where they are missing.
    pub(crate) async fn make_partitions(&self, now: DateTime<Utc>) -> Result<()> {
        sqlx::query_scalar!("select make_partitions($1)", now).fetch_one(&self.owner).await?;
        Ok(())
    }

    /// Drops what providers reported in months before that one.
    pub(crate) async fn drop_old_reports(&self, before: DateTime<Utc>) -> Result<()> {
        sqlx::query_scalar!("select drop_old_reports($1)", before).fetch_one(&self.owner).await?;
        Ok(())
    }

    /// Forgets the leases of workers that are not there any more: for a database that this process has to itself.
    pub async fn forget_leases(&self) -> Result<()> {
        sqlx::query!("update chunk set leased_until = null, worker = null, token = token + 1 where worker is not null")
            .execute(&self.owner)
            .await?;
        sqlx::query!("update message set due_at = noted_at where due_at is not null and noted_at is not null")
            .execute(&self.owner)
            .await?;
        sqlx::query!(
            "update import set leased_until = null, worker = null, token = token + 1 where worker is not null"
        )
        .execute(&self.owner)
        .await?;
        Ok(())
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        self.app.close().await;
        self.owner.close().await;
    }
}

/// A transaction in one workspace, with who acts and when. It undoes itself unless committed.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    /// Who acts.
    pub actor: Actor,
    /// The moment that everything in it happens at.
    pub now: DateTime<Utc>,
    wakes: Option<Arc<Notify>>,
}

impl Tx {
    /// What statements run on.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// The workspace.
    pub fn tenant(&self) -> Uuid {
        self.actor.tenant.0
    }

    /// Refuses unless the actor may do this to everything in the workspace.
    pub fn allow(&self, verb: Verb) -> Result<()> {
        self.actor.allow(verb)
    }

    /// Wakes somebody once it has been committed: before, there would be nothing to see.
    pub(crate) fn wake_when_done(&mut self, whom: &Arc<Notify>) {
        self.wakes = Some(whom.clone());
    }

    /// Leaves everything as it was, at once and not when the connection is next used.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }

    /// Makes it last.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        if let Some(sleeper) = self.wakes {
            sleeper.notify_one();
        }
        Ok(())
    }
}

/// A new id: a UUIDv7, which sorts by time.
pub fn new_id(now: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let mut random = [0u8; 10];
    crate::secrets::fill_random(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
