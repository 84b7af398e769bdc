//! Applies stored reports to the ledger: some at a time, run by run, each run in a transaction of its own. The reports are
//! taken out of their queue afterwards. A crash between the two changes nothing, for what is applied again changes nothing.
//!
//! Messages that somebody else is at work on at this moment are left, with their report, for the next time: so whoever
//! applies never waits for a message, and cannot stand in the way of who settles, decides or stops. Counters come after
//! the messages, as everywhere; then what follows for the people (`effects`), in the order of `audience::consent`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    change::change,
    effects, read, refs,
    report::{Report, Said, Search},
    store::{self, Changes, Kept, Locked},
};
use crate::{Engine, Error, Result, live, sending::public_id, tracking};

/// Stored reports that are taken at once.
const REPORTS: usize = 500;
/// Receipts after which no further report is taken at once: a report may have a thousand.
const RECEIPTS: usize = 5_000;

/// What is said of a message, and the report that it came in.
pub(super) struct Reported {
    pub(super) report: Uuid,
    pub(super) said: Said,
}

/// What becomes of the reports: all that are not named are applied.
#[derive(Default)]
pub(super) struct Fates {
    /// Cannot be applied, or not in full, with what is wrong.
    faults: BTreeMap<Uuid, String>,
    /// Not now.
    later: BTreeSet<Uuid>,
    /// Not before then.
    postponed: BTreeMap<Uuid, DateTime<Utc>>,
}

impl Fates {
    pub(super) fn fault(&mut self, report: Uuid, what: String) {
        self.faults.entry(report).or_insert(what);
    }

    pub(super) fn postpone(&mut self, report: Uuid, until: DateTime<Utc>) {
        self.postponed.insert(report, until);
    }

    /// Whether there is nothing left to do for a report.
    fn is_done(&self, report: &Uuid) -> bool {
        !self.later.contains(report) && !self.postponed.contains_key(report)
    }
}

/// Applies what waits. Where it is much, some at a time and two at once: to read reports and to write what follows take
/// about the same time.
pub async fn apply_waiting(engine: &Engine, stop: &CancellationToken) -> Result<()> {
    if !apply_some(engine).await? {
        return Ok(());
    }
    let both = stop.child_token();
    let beside = tokio::spawn(apply_all(engine.clone(), both.clone()));
    let here = apply_all(engine.clone(), both).await;
    let beside = beside.await.map_err(|error| Error::internal("applying reports", error))?;
    here.and(beside)
}

/// Whoever fails stops the other one after its batch, so that it is told at once and not when all is done.
async fn apply_all(engine: Engine, both: CancellationToken) -> Result<()> {
    let mut applied = Ok(true);
    while !both.is_cancelled() && matches!(applied, Ok(true)) {
        applied = apply_some(&engine).await;
    }
    if applied.is_err() {
        both.cancel();
    }
    applied.map(drop)
}

/// Applies the oldest stored reports; says whether there may be more. Two who do so at the same time get different ones.
pub async fn apply_some(engine: &Engine) -> Result<bool> {
    let now = engine.clock.now();
    let mut tx = engine.db.global().begin().await?;
    let raw = store::take(&mut tx, now, REPORTS).await?;
    let mut fates = Fates::default();
    let Sorted { read, mut by_run, searches } = sort(engine, &raw, &mut fates);
    refs::find(engine, searches, &mut by_run, &mut fates, now).await?;
    for ((tenant, run), reported) in &by_run {
        apply_or_set_aside(engine, (*tenant, *run), reported, now, &mut fates).await?;
    }
    let done: Vec<_> = raw[..read].iter().map(|raw| raw.id).filter(|id| fates.is_done(id)).collect();
    let moves = !done.is_empty() || !fates.postponed.is_empty();
    if moves {
        store::postpone(&mut tx, &fates.postponed).await?;
        store::done(&mut tx, &done, &fates.faults).await?;
        tx.commit().await?;
    }
    Ok(moves && (raw.len() == REPORTS || read < raw.len()))
}

pub(super) type ByRun = BTreeMap<(TenantId, RunId), Vec<Reported>>;

/// Reports that were read.
struct Sorted {
    /// How many.
    read: usize,
    by_run: ByRun,
    /// Those whose message is not known yet.
    searches: Vec<Search>,
}

/// Reads as many reports as are taken at once.
fn sort(engine: &Engine, raw: &[Kept], fates: &mut Fates) -> Sorted {
    let mut sorted = Sorted { read: 0, by_run: ByRun::new(), searches: Vec::new() };
    let mut receipts = 0;
    for kept in raw {
        if receipts >= RECEIPTS {
            break;
        }
        sorted.read += 1;
        match read(&engine.keys, kept) {
            Ok(report) => {
                receipts += report.told.len();
                sorted.add(kept, report);
            }
            Err(what) => fates.fault(kept.id, what),
        }
    }
    sorted
}

impl Sorted {
    fn add(&mut self, kept: &Kept, report: Report) {
        for said in report.told {
            let run = (report.tenant, said.receipt.message.0);
            self.by_run.entry(run).or_default().push(Reported { report: kept.id, said });
        }
        if let Some((sought, provider)) = report.sought.zip(kept.provider) {
            let (tenant, received_at) = (report.tenant, kept.received_at);
            self.searches.push(Search { report: kept.id, tenant, provider, received_at, sought });
        }
    }
}

/// What cannot be applied together is applied one by one; what cannot be applied even so is set aside, so that it does
/// not hold up the others for ever.
async fn apply_or_set_aside(
    engine: &Engine,
    ids: (TenantId, RunId),
    reported: &[Reported],
    now: DateTime<Utc>,
    fates: &mut Fates,
) -> Result<()> {
    let refused = match apply(engine, ids, reported, now, fates).await {
        Ok(()) => return Ok(()),
        Err(away @ Error::Unavailable(_)) => return Err(away),
        Err(refused) => refused,
    };
    match reported {
        [one] => {
            tracing::error!(error = &refused as &dyn std::error::Error, report = %one.report, "a receipt is set aside");
            fates.fault(one.report, format!("Cannot be applied: {refused}."));
        }
        several => {
            for one in several.chunks(1) {
                Box::pin(apply_or_set_aside(engine, ids, one, now, fates)).await?;
            }
        }
    }
    Ok(())
}

/// One transaction.
async fn apply(
    engine: &Engine,
    (tenant, run): (TenantId, RunId),
    reported: &[Reported],
    now: DateTime<Utc>,
    fates: &mut Fates,
) -> Result<()> {
    let mut by_message: BTreeMap<i32, Vec<&Reported>> = BTreeMap::new();
    for one in reported {
        by_message.entry(one.said.receipt.message.1).or_default().push(one);
    }
    let mut tx = engine.db.begin_for(tenant).await?;
    let changed = match change_all(&mut tx, (tenant, run), &mut by_message, now).await {
        Ok(changed) => changed,
        Err(refused) => {
            // At once, not when the connection is next used: until then the messages would look as if in use.
            tx.rollback().await?;
            return Err(refused);
        }
    };
    tx.commit().await?;
    for (report, what) in changed.unfit {
        fates.fault(report, what);
    }
    for (n, about) in by_message {
        for one in about {
            match changed.busy.contains(&n) {
                true => drop(fates.later.insert(one.report)),
                false => fates.fault(one.report, format!("There is no message {} here.", public_id(run, n))),
            }
        }
    }
    Ok(())
}

/// What was left undone.
#[derive(Default)]
struct Left {
    /// Messages that somebody else is at work on.
    busy: Vec<i32>,
    /// Reports that are not about whom their message went to.
    unfit: Vec<(Uuid, String)>,
}

/// Changes the messages that nobody else is at work on and takes them out of `by_message`.
async fn change_all(
    conn: &mut PgConnection,
    ids: (TenantId, RunId),
    by_message: &mut BTreeMap<i32, Vec<&Reported>>,
    now: DateTime<Utc>,
) -> Result<Left> {
    let ns: Vec<_> = by_message.keys().copied().collect();
    let (mut changes, mut told, mut left) = (Changes::default(), Vec::new(), Left::default());
    for message in store::lock(conn, ids, &ns).await? {
        let mut about = by_message.remove(&message.n).unwrap_or_default();
        about.retain(|one| is_fit(one, &message, &mut left.unfit));
        change(&mut changes, &mut told, &message, &about);
    }
    tracking::know(conn, ids, &changes.people()).await?;
    let new: BTreeSet<_> = store::apply(conn, ids, &changes, now).await?.into_iter().collect();
    if !new.is_empty() {
        live::changed(conn, ids.0, ids.1).await?;
        // What was known before has had its effect, which may have been taken back since.
        told.retain(|one| new.contains(&one.event));
        effects::follow(conn, ids, &told, now).await?;
    }
    let untouched: Vec<_> = by_message.keys().copied().collect();
    if !untouched.is_empty() {
        left.busy = store::existing(conn, ids, &untouched).await?;
    }
    Ok(left)
}

/// Whether what is said can be of this message: where only its id was known, it must name whom it went to.
fn is_fit(one: &Reported, message: &Locked, unfit: &mut Vec<(Uuid, String)>) -> bool {
    let address = message.address.as_deref().unwrap_or_default();
    let is_fit = one.said.only_to.as_deref().is_none_or(|to| to.eq_ignore_ascii_case(address));
    if !is_fit {
        unfit.push((one.report, "It is about another address than the one that its message went to.".to_owned()));
    }
    is_fit
}
