//! The background work on imports: one process has an import in hand for a while. Others take over when its lease has run
//! out, and whoever was only slow writes nothing any more.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{ImportId, ListId, TenantId},
    import::{ImportStatus, ListChoice, Mapping, RowReader},
};
use tokio_util::sync::CancellationToken;

use super::{
    batch::Job,
    going::Going,
    source::Source,
    store::{self, Claim},
    undo,
};
use crate::{
    Engine, Error, Result,
    accounts::{Actor, Who},
    db::{Tx, new_id},
    sending::LEASE,
};

/// How often to look for work that nobody announced.
const POLL: Duration = Duration::from_secs(2);
/// How long one import is worked on while others may wait.
const TURN: TimeDelta = TimeDelta::seconds(20);
/// How long a file may take to come.
const COMES_WITHIN: TimeDelta = TimeDelta::days(1);

/// Works until told to stop; then finishes the batch in hand and returns.
pub async fn work(engine: Engine, stop: CancellationToken) {
    let name = new_id(engine.clock.now()).to_string();
    while !stop.is_cancelled() {
        let busy = turns(&engine, &name, &stop).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "imports: trying again");
            false
        });
        if busy {
            continue;
        }
        tokio::select! {
            () = engine.wake_imports.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Works until nothing is left to do: for tests and benchmarks.
pub async fn run_until_idle(engine: &Engine) -> Result<()> {
    let stop = CancellationToken::new();
    while turns(engine, "until idle", &stop).await? {}
    Ok(())
}

/// Gives every import that waits a turn; says whether there was any.
async fn turns(engine: &Engine, name: &str, stop: &CancellationToken) -> Result<bool> {
    let mut busy = false;
    for tenant in store::tenants(engine.db.global()).await? {
        let mut tx = begin(engine, tenant).await?;
        let now = tx.now;
        store::sweep(tx.conn(), now - COMES_WITHIN).await?;
        let open = store::open(tx.conn(), now).await?;
        tx.commit().await?;
        for import in open {
            if stop.is_cancelled() {
                return Ok(false);
            }
            busy |= turn(engine, name, stop, (tenant, import)).await?;
        }
    }
    Ok(busy)
}

/// One import in hand.
pub(super) struct Hand<'a> {
    pub(super) engine: &'a Engine,
    pub(super) stop: &'a CancellationToken,
    pub(super) tenant: TenantId,
    pub(super) import: ImportId,
    pub(super) token: i64,
    until: DateTime<Utc>,
}

impl Hand<'_> {
    pub(super) fn ids(&self) -> (ImportId, i64) {
        (self.import, self.token)
    }

    pub(super) async fn begin(&self) -> Result<Tx> {
        begin(self.engine, self.tenant).await
    }

    /// Whether it is somebody else's turn, or time to stop.
    pub(super) fn is_over(&self) -> bool {
        self.stop.is_cancelled() || self.engine.clock.now() >= self.until
    }
}

async fn begin(engine: &Engine, tenant: TenantId) -> Result<Tx> {
    engine.begin(&Actor { tenant, who: Who::Worker, address: None }).await
}

pub(super) fn lease(now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::from_std(LEASE).unwrap_or(TimeDelta::zero())
}

async fn turn(
    engine: &Engine,
    name: &str,
    stop: &CancellationToken,
    (tenant, import): (TenantId, ImportId),
) -> Result<bool> {
    let mut tx = begin(engine, tenant).await?;
    let now = tx.now;
    let claim = store::claim(tx.conn(), import, name, now, lease(now)).await?;
    tx.commit().await?;
    let Some(claim) = claim else { return Ok(false) };
    let hand = Hand { engine, stop, tenant, import, token: claim.token, until: now + TURN };
    let done = match claim.status {
        ImportStatus::Undoing => undo::some(&hand, &claim).await,
        _ => take(&hand, claim).await,
    };
    let mut tx = hand.begin().await?;
    let done = match done {
        Err(error) if !matches!(error, Error::Unavailable(_)) => {
            tracing::error!(error = &error as &dyn std::error::Error, %import, "an import cannot go on");
            let (now, fault) = (tx.now, in_words(&error));
            store::fail(tx.conn(), hand.ids(), &fault, now).await
        }
        done => done,
    };
    store::release(tx.conn(), import, hand.token).await?;
    tx.commit().await?;
    done.map(|()| true)
}

/// Why an import cannot go on, for people.
fn in_words(error: &Error) -> String {
    match error {
        Error::NotFound => "The list that people were to go on is gone.".to_owned(),
        Error::Conflict { message, .. } => format!("{message}."),
        other => format!("It cannot go on: {other}. The server's log says more."),
    }
}

/// Goes on with a dry run or an import until it is over, its turn is, or it is to stop.
async fn take(hand: &Hand<'_>, claim: Claim) -> Result<()> {
    let Some(mapping) = claim.mapping.clone() else {
        return Err(Error::Internal { what: "an import without a mapping", source: None });
    };
    let mut tx = hand.begin().await?;
    let now = tx.now;
    if claim.status == ImportStatus::Stopping {
        store::stop_at_rest(tx.conn(), hand.ids(), now).await?;
        return tx.commit().await;
    }
    let is_check = claim.status == ImportStatus::Checking;
    let list = match claim.status {
        ImportStatus::Queued => begin_run(&mut tx, hand, &claim, &mapping).await?,
        _ => claim.list,
    };
    let is_ours = !is_check || store::begin_check(tx.conn(), hand.import, hand.token).await?;
    if is_check && is_ours {
        store::clear_rejects(tx.conn(), hand.import).await?;
    }
    let stages = store::stages(tx.conn()).await?;
    tx.commit().await?;
    if !is_ours {
        return Ok(());
    }
    let known_list = match (is_check, &mapping.list) {
        (true, ListChoice::Named(name)) => named_list(hand, name).await?,
        _ => list,
    };
    let begun = begins(&claim, is_check);
    let reader = RowReader::new(mapping.clone(), domain::phone::parse, stages);
    let job = Job {
        import: hand.import,
        named: reader.named(),
        evidence: format!("File {}, imported {}", claim.file, now.format("%Y-%m-%d")),
        joins: mapping.list != ListChoice::None,
        mapping,
        by: claim.by,
        list: known_list,
        found: claim.found,
    };
    let delimiter = job.found.delimiter.bytes().next().unwrap_or(b',');
    let mut source = Source::new((hand.tenant, hand.import), delimiter, begun, reader);
    Going::new(hand, &job, is_check).go(&mut source).await
}

/// Where to go on, and how many rows are before it.
fn begins(claim: &Claim, is_check: bool) -> (u64, u64) {
    let (begin, before) = (claim.found.begins_at, claim.found.first_row - 1);
    match is_check || claim.started_at.is_none() {
        true => (begin, before),
        false => (begin.max(claim.position.unsigned_abs()), before.max(claim.row_at.unsigned_abs())),
    }
}

/// What an import needs before its first row: its list, and the custom fields that it fills.
async fn begin_run(tx: &mut Tx, hand: &Hand<'_>, claim: &Claim, mapping: &Mapping) -> Result<Option<ListId>> {
    let now = tx.now;
    let list = match &mapping.list {
        ListChoice::None => None,
        ListChoice::Known(list) => Some(*list),
        ListChoice::Named(name) => Some(store::list_named(tx, name, claim.list, hand.import).await?),
    };
    for (key, field) in &mapping.custom {
        store::insert_custom_field(tx, key, field).await?;
    }
    if claim.started_at.is_none() {
        store::clear_rejects(tx.conn(), hand.import).await?;
    }
    store::begin_run(tx.conn(), hand.import, hand.token, list, now).await?;
    Ok(list)
}

async fn named_list(hand: &Hand<'_>, name: &str) -> Result<Option<ListId>> {
    let mut tx = hand.begin().await?;
    let list = store::find_list(tx.conn(), name).await?;
    tx.rollback().await?;
    Ok(list)
}
