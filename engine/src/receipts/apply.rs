//! Applies stored reports to the ledger: some at a time, run by run, each run in a transaction of its own. The reports are
//! marked as applied afterwards. A crash between the two changes nothing, for what is applied again changes nothing.
//!
//! Messages that somebody else is at work on at this moment are left, with their report, for the next time: so whoever
//! applies never waits for a message, and cannot stand in the way of who settles, decides or stops. Counters come after
//! the messages, as everywhere; then what follows for the people (`effects`), in the order of `audience::consent`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    id::{RunId, TenantId},
    receipt::{Receipt, counted, fold},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Report,
    effects::{self, Told},
    read,
    store::{self, Changes, Locked, Raw},
};
use crate::{Engine, Error, Result, live, secrets::sha256, sending::public_id};

/// Stored reports that are taken at once.
const REPORTS: usize = 500;
/// Receipts after which no further report is taken at once: a report may have a thousand.
const RECEIPTS: usize = 5_000;

/// A receipt and the report that it came in.
struct Reported {
    report: Uuid,
    receipt: Receipt,
}

/// What becomes of the reports: all that are not named are applied.
#[derive(Default)]
struct Fates {
    /// Cannot be applied, or not in full, with what is wrong.
    faults: BTreeMap<Uuid, String>,
    /// Not now.
    later: BTreeSet<Uuid>,
}

impl Fates {
    fn fault(&mut self, report: Uuid, what: String) {
        self.faults.entry(report).or_insert(what);
    }
}

/// Applies the oldest stored reports; says whether there may be more. Two who do so at the same time get different ones.
pub async fn apply_some(engine: &Engine) -> Result<bool> {
    let now = engine.clock.now();
    let mut tx = engine.db.global().begin().await?;
    let raw = store::take(&mut tx, now, REPORTS).await?;
    let mut fates = Fates::default();
    let (read, by_run) = sort(&raw, &mut fates);
    for ((tenant, run), reported) in &by_run {
        apply_or_set_aside(engine, (*tenant, *run), reported, now, &mut fates).await?;
    }
    let done: Vec<_> = raw[..read].iter().map(|raw| raw.id).filter(|id| !fates.later.contains(id)).collect();
    if !done.is_empty() {
        store::mark(&mut tx, &done, &fates.faults, now).await?;
        tx.commit().await?;
    }
    Ok(!done.is_empty() && (raw.len() == REPORTS || read < raw.len()))
}

type ByRun = BTreeMap<(TenantId, RunId), Vec<Reported>>;

/// Reads as many reports as are taken at once: how many, and their receipts by run.
fn sort(raw: &[Raw], fates: &mut Fates) -> (usize, ByRun) {
    let (mut by_run, mut receipts) = (ByRun::new(), 0);
    for (i, raw) in raw.iter().enumerate() {
        if receipts >= RECEIPTS {
            return (i, by_run);
        }
        match read(&raw.source, &raw.body) {
            Ok(Report { tenant, receipts: own }) => {
                receipts += own.len();
                for receipt in own {
                    by_run.entry((tenant, receipt.message.0)).or_default().push(Reported { report: raw.id, receipt });
                }
            }
            Err(what) => fates.fault(raw.id, what),
        }
    }
    (raw.len(), by_run)
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
        by_message.entry(one.receipt.message.1).or_default().push(one);
    }
    let mut tx = engine.db.begin_for(tenant).await?;
    let known = match change_all(&mut tx, (tenant, run), &mut by_message, now).await {
        Ok(known) => known,
        Err(refused) => {
            // At once, not when the connection is next used: until then the messages would look as if in use.
            tx.rollback().await?;
            return Err(refused);
        }
    };
    tx.commit().await?;
    for (n, about) in by_message {
        for one in about {
            match known.contains(&n) {
                true => drop(fates.later.insert(one.report)),
                false => fates.fault(one.report, format!("There is no message {} here.", public_id(run, n))),
            }
        }
    }
    Ok(())
}

/// Changes the messages that nobody else is at work on and takes them out of `by_message`; of those that stay in it, says
/// which there are.
async fn change_all(
    conn: &mut PgConnection,
    ids: (TenantId, RunId),
    by_message: &mut BTreeMap<i32, Vec<&Reported>>,
    now: DateTime<Utc>,
) -> Result<Vec<i32>> {
    let ns: Vec<_> = by_message.keys().copied().collect();
    let (mut changes, mut told) = (Changes::default(), Vec::new());
    for message in store::lock(conn, ids.1, &ns).await? {
        let about = by_message.remove(&message.n).unwrap_or_default();
        change(&mut changes, &mut told, &message, &about);
    }
    let new: BTreeSet<_> = store::apply(conn, ids, &changes, now).await?.into_iter().collect();
    if !new.is_empty() {
        live::changed(conn, ids.0, ids.1).await?;
        // What was known before has had its effect, which may have been taken back since.
        told.retain(|one| new.contains(&one.event));
        effects::follow(conn, ids, &told, now).await?;
    }
    let left: Vec<_> = by_message.keys().copied().collect();
    if left.is_empty() { Ok(Vec::new()) } else { store::existing(conn, ids.1, &left).await }
}

/// Asks the domain what the receipts make of a message.
fn change(changes: &mut Changes, told: &mut Vec<Told>, message: &Locked, about: &[&Reported]) {
    let folded = fold(message.state, about.iter().map(|one| &one.receipt));
    for one in folded.events {
        let event = event_id(one);
        changes.event(message.n, event, one);
        told.push(Told::new(event, message, one));
    }
    if folded.state != message.state {
        changes.state(message, folded.state);
        for kind in counted(message.state) {
            changes.count(kind, message.reason.as_deref(), -1);
        }
        for kind in counted(folded.state) {
            changes.count(kind, None, 1);
        }
    }
}

/// The same for the same report, so that its event is stored once.
fn event_id(receipt: &Receipt) -> Uuid {
    let sum = sha256(format!("{} {:?}", receipt.key, receipt.happened).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sum[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
