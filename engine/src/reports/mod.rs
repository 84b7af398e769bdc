//! Figures and recipients of runs (SPEC 5.10, 14.1): totals come from counters, which the statements that change
//! messages keep; people come by keyset pages.

mod export;
mod message;
mod people;
mod problems;
mod report;
mod store;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::{
    campaign::{Campaign, CampaignStatus},
    channel::Channel,
    id::{CampaignId, RunId},
    limits::Wait,
    message::Recipient,
    pace,
    page::{Page, PageQuery},
    progress::{self, Progress},
    remedy::Problem,
    report::Who,
    stats::{Figures, Grouped},
};
use sqlx::PgConnection;

use crate::{Engine, Error, Result, campaigns, db::Tx, limits};

pub use export::{COLUMNS as RESULT_COLUMNS, ResultRow, Results, begin_export, next_rows};
pub use message::{any_message, message};
pub(crate) use people::fill_some;
pub use people::{is_filling, make_list};
pub use report::report;

/// How many of the messages that were sent last are shown.
const LATEST: i32 = 12;

/// The figures of a campaign's newest run; of a draft, all zero.
pub async fn figures(tx: &mut Tx, id: CampaignId) -> Result<(Campaign, Vec<Grouped>)> {
    let detail = campaigns::get(tx, id).await?;
    Ok((detail.campaign, detail.groups))
}

/// How a campaign stands at this moment: everything on its page that changes while it is sent.
pub async fn progress(engine: &Engine, tx: &mut Tx, id: CampaignId) -> Result<Progress> {
    let campaign = campaigns::brief(tx, id).await?;
    let (problems, latest) = match campaign.run_id {
        Some(run) => (problems::of(tx.conn(), run).await?, store::latest(tx.conn(), run, LATEST).await?),
        None => (Vec::new(), Vec::new()),
    };
    let starts_in = progress::starts_in(&campaign, tx.now);
    let (per_second, seconds_left) = pace(engine, tx, &campaign);
    let left = seconds_left.and_then(|seconds| TimeDelta::try_seconds(seconds.try_into().ok()?));
    let done_at = left.and_then(|left| tx.now.checked_add_signed(left));
    let wait = wait_of(tx, &campaign).await?;
    Ok(Progress { campaign, starts_in, per_second, seconds_left, done_at, wait, problems, latest })
}

/// The messages of a campaign's newest run that were settled last, newest first.
pub async fn latest(tx: &mut Tx, campaign: &Campaign, most: i32) -> Result<Vec<Recipient>> {
    campaigns::scope(tx)?;
    match campaign.run_id {
        Some(run) => store::latest(tx.conn(), run, most).await,
        None => Ok(Vec::new()),
    }
}

/// What the rest of a campaign that is on waits for, if a limit of the workspace holds it.
pub async fn wait(tx: &mut Tx, id: CampaignId) -> Result<Option<Wait>> {
    let campaign = campaigns::brief(tx, id).await?;
    wait_of(tx, &campaign).await
}

async fn wait_of(tx: &mut Tx, campaign: &Campaign) -> Result<Option<Wait>> {
    let now = tx.now;
    let is_on = campaign.status == CampaignStatus::Running && progress::starts_in(campaign, now).is_none();
    // Before anybody is planned a run that finds the hour used up stands as still as one that is in the middle.
    if !is_on || campaign.figures.audience > 0 && campaign.figures.waiting == 0 {
        return Ok(None);
    }
    limits::wait(tx.conn(), Channel::Email, now).await
}

/// Messages a second and how many seconds the rest takes at that pace; none when it is not running or not known.
/// What was read of the campaign is a reading itself, for those who look where nobody listens.
pub fn pace(engine: &Engine, tx: &Tx, campaign: &Campaign) -> (Option<f64>, Option<u64>) {
    let Some(run) = campaign.run_id else { return (None, None) };
    let Figures { sent, failed, in_doubt, waiting, .. } = campaign.figures;
    let is_on = campaign.status == CampaignStatus::Running && progress::starts_in(campaign, tx.now).is_none();
    engine.live.read(run, tx.now, is_on.then_some(sent + failed + in_doubt));
    let per_second = engine.live.per_second(run, tx.now);
    (per_second, pace::seconds_left(waiting, per_second))
}

/// Why people of a campaign's newest run were not sent to, or not yet, with what can be done about it.
pub async fn problems(tx: &mut Tx, id: CampaignId) -> Result<Vec<Problem>> {
    match campaigns::brief(tx, id).await?.run_id {
        Some(run) => problems::of(tx.conn(), run).await,
        None => Ok(Vec::new()),
    }
}

/// A page of a campaign's recipients, in the order they were planned; `status` (a part of the balance, what was
/// reported of those sent to, or what people did) narrows it,
/// `search` finds addresses that begin with it.
pub async fn recipients(tx: &mut Tx, id: CampaignId, query: &PageQuery) -> Result<Page<Recipient>> {
    recipients_told(tx, id, query, None).await
}

/// A page of those of a campaign's recipients who were told this: a provider's code, or the word of a skip reason.
pub async fn recipients_told(
    tx: &mut Tx,
    id: CampaignId,
    query: &PageQuery,
    code: Option<&str>,
) -> Result<Page<Recipient>> {
    let campaign = campaigns::brief(tx, id).await?;
    let who = Who::parse(query.status.as_deref().unwrap_or_default());
    let who = who.map_err(|refused| Error::field("status", refused.code, refused.message))?;
    let Some(run) = campaign.run_id else { return Ok(Page { data: vec![], next_cursor: None }) };
    let after = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let (limit, search) = (query.limit(), query.search());
    let narrow = store::Narrow { states: who.states.as_deref(), engaged: who.engaged, search: search.as_deref(), code };
    let rows = store::recipients(tx.conn(), run, &narrow, after, limit as i64 + 1).await?;
    let page = Page::cut(rows, limit, |(n, _)| n.to_string());
    Ok(Page { data: page.data.into_iter().map(|(_, recipient)| recipient).collect(), next_cursor: page.next_cursor })
}

/// Puts the figures of their newest runs into campaigns.
pub(crate) async fn fill_figures(conn: &mut PgConnection, campaigns: &mut [Campaign]) -> Result<()> {
    let runs: Vec<_> = campaigns.iter().filter_map(|campaign| campaign.run_id).collect();
    let all = store::counters(conn, &runs).await?;
    for campaign in campaigns {
        let own = all.iter().filter(|counter| Some(counter.run_id) == campaign.run_id);
        campaign.figures = fold(own.map(|counter| (counter.kind.as_str(), counter.count)));
    }
    Ok(())
}

/// The figures of some runs by which senders are judged; what machines and single links did is left out.
pub(crate) async fn ends(conn: &mut PgConnection, runs: &[RunId]) -> Result<BTreeMap<RunId, Figures>> {
    let all = store::ends(conn, runs).await?;
    let of = |run: &RunId| fold(all.iter().filter(|one| one.run_id == *run).map(|one| (one.kind.as_str(), one.count)));
    Ok(runs.iter().map(|run| (*run, of(run))).collect())
}

/// How messages ended that were not sent, by reason, most frequent first.
pub(crate) async fn groups(conn: &mut PgConnection, run: RunId) -> Result<Vec<Grouped>> {
    store::groups(conn, run).await
}

/// Counters into figures: waiting is what is left of the audience.
fn fold<'a>(counters: impl Iterator<Item = (&'a str, i64)>) -> Figures {
    let mut figures = Figures::default();
    for (kind, count) in counters {
        match kind {
            "audience" => figures.audience += count,
            "accepted" => figures.sent += count,
            "skipped" => figures.skipped += count,
            "failed" => figures.failed += count,
            "in_doubt" => figures.in_doubt += count,
            "cancelled" => figures.cancelled += count,
            "delivered" => figures.delivered += count,
            "bounced" => figures.bounced += count,
            "complained" => figures.complained += count,
            "opened" => figures.opened += count,
            "clicked" => figures.clicked += count,
            "unsubscribed" => figures.unsubscribed += count,
            "machine_opened" => figures.machine_opened += count,
            "machine_clicked" => figures.machine_clicked += count,
            _ => {}
        }
    }
    let settled = figures.sent + figures.skipped + figures.failed + figures.in_doubt + figures.cancelled;
    figures.waiting = figures.audience - settled;
    figures
}
