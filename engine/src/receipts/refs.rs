//! Finds messages by the id that the provider gave them: for reports that bear none of ours. The ledger has no index of
//! these ids (each settled message would pay for it), so the runs that were sent at the time are read, once for all
//! reports that wait together. The answer that brings the id may still be on its way: what is not found waits.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{ProviderId, RunId, TenantId},
    receipt::Receipt,
};

use super::{
    apply::{ByRun, Fates, Reported},
    report::{Said, Search, again_after},
    store,
};
use crate::{Engine, Result};

/// Runs that are looked through at once: the newest of those that were sent at the time.
const RUNS: i64 = 20;
/// How far the provider's clock may be from ours.
const CLOCKS: TimeDelta = TimeDelta::hours(1);

/// Adds what is found to what is to be applied; says of the rest when it is looked for again.
pub(super) async fn find(
    engine: &Engine,
    searches: Vec<Search>,
    by_run: &mut ByRun,
    fates: &mut Fates,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut by_account: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for search in searches {
        by_account.entry((search.tenant, search.provider)).or_default().push(search);
    }
    for ((tenant, provider), searches) in by_account {
        let found = found(engine, (tenant, provider), &searches).await?;
        for search in searches {
            match found.get(&search.sought.provider_ref) {
                Some(message) => {
                    let reported = Reported { report: search.report, said: said(search, *message) };
                    by_run.entry((tenant, message.0)).or_default().push(reported);
                }
                None => not_found(&search, fates, now),
            }
        }
    }
    Ok(())
}

fn said(search: Search, message: (RunId, i32)) -> Said {
    let sought = search.sought;
    let receipt = Receipt { message, happened: sought.happened, at: sought.at, key: sought.key };
    Said { receipt, detail: sought.detail, only_to: None }
}

fn not_found(search: &Search, fates: &mut Fates, now: DateTime<Utc>) {
    match again_after(now - search.received_at) {
        Some(wait) => fates.postpone(search.report, now + wait),
        None => {
            fates
                .fault(search.report, format!("No message here has the provider's id {}.", search.sought.provider_ref));
        }
    }
}

/// Run and number of the messages that have these ids.
async fn found(
    engine: &Engine,
    (tenant, provider): (TenantId, ProviderId),
    searches: &[Search],
) -> Result<BTreeMap<String, (RunId, i32)>> {
    let mut wanted: Vec<_> = searches.iter().map(|search| search.sought.provider_ref.clone()).collect();
    wanted.retain(|id| !id.is_empty());
    let times = searches.iter().map(|search| search.sought.mailed_at);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(BTreeMap::new()) };
    let mut found = BTreeMap::new();
    let mut tx = engine.db.begin_for(tenant).await?;
    for run in store::runs_through(&mut tx, provider, (first - CLOCKS, last + CLOCKS), RUNS).await? {
        if wanted.is_empty() {
            break;
        }
        for (id, n) in store::by_ref(&mut tx, (tenant, run), &wanted).await? {
            wanted.retain(|one| *one != id);
            found.insert(id, (run, n));
        }
    }
    Ok(found)
}
