//! Messages in doubt: seen and decided about (DESIGN 2). Only what is still in doubt changes, so two people, or a person
//! and a late answer of the provider, cannot both have their way; each is told how many had been decided already. Who
//! decided what is an event of the message; one that was sent again is known by it, should it come into doubt anew.

mod policy;
mod store;

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignStatus},
    doubt::{CHOSEN_MAX, Decided, Decision, DoubtReason, Doubted, InDoubt, NewDecision, Place},
    id::{CampaignId, RunId},
    page::{Page, PageQuery},
};
use uuid::Uuid;

use super::from_public_id;
use crate::{
    Engine, Error, Result,
    accounts::{Actor, audit},
    campaigns,
    db::Tx,
};

pub(super) use policy::apply_policies;

/// Messages decided in one transaction.
const SLICE: i64 = 5_000;
/// Transactions of one call: a hundred thousand messages, which takes seconds.
const SLICES: usize = 20;

/// Opens a run again, unless it was stopped: it is open until nobody waits.
pub(super) async fn reopen(tx: &mut Tx, run: RunId) -> Result<bool> {
    store::reopen(tx.conn(), run).await
}

/// Campaigns with messages in doubt, newest first, with how many. Owners see their own.
pub async fn campaigns(tx: &mut Tx, query: &PageQuery) -> Result<Page<InDoubt>> {
    let owner = campaigns::scope(tx)?;
    let before = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.limit();
    let rows = store::campaigns(tx.conn(), owner, before, Some(limit as i64 + 1)).await?;
    Ok(Page::cut(rows, limit, |campaign| campaign.campaign_id.to_string()))
}

/// A page of a campaign's messages in doubt, by reason and in the order of sending; `status` narrows it to a reason.
pub async fn list(tx: &mut Tx, id: CampaignId, query: &PageQuery) -> Result<Page<Doubted>> {
    let campaign = campaigns::get(tx, id).await?.campaign;
    let only = match query.status.as_deref().filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(DoubtReason::parse(word).map_err(|r| Error::field("status", r.code, r.message))?),
    };
    let Some(run) = campaign.run_id else { return Ok(Page { data: vec![], next_cursor: None }) };
    let after: Place = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(Place::START);
    let mut places = after.onwards();
    places.retain(|place| only.is_none_or(|only| place.reason == only));
    let limit = query.limit();
    let rows = store::page(tx.conn(), run, &places, limit as i64 + 1).await?;
    let page = Page::cut(rows, limit, |(place, _)| place.to_string());
    Ok(Page { data: page.data.into_iter().map(|(_, doubted)| doubted).collect(), next_cursor: page.next_cursor })
}

/// Decides about the messages that are named.
pub async fn decide(engine: &Engine, tx: &mut Tx, id: CampaignId, new: &NewDecision) -> Result<Decided> {
    tx.allow(Verb::SendCampaigns)?;
    let decision = parse(&new.decision)?;
    check_count(&new.ids)?;
    let campaign = campaigns::get(tx, id).await?.campaign;
    let run = campaign.run_id.ok_or(Error::NotFound)?;
    let ns = numbers_in(run, &new.ids).ok_or(Error::NotFound)?;
    if store::count_known(tx.conn(), run, &ns).await? != ns.len() as i64 {
        return Err(Error::NotFound);
    }
    carry_out(engine, tx, &campaign, run, decision, &ns).await
}

/// Decides about all messages of a campaign that are in doubt, a slice a transaction, in order, so that none is decided
/// about twice by one call. What is left after very many (or a failure) is told, and decided by the next call.
pub async fn decide_all(engine: &Engine, actor: &Actor, id: CampaignId, decision: &str) -> Result<Decided> {
    let (mut done, mut from) = (Decided::default(), Some(Place::START));
    for _ in 0..SLICES {
        let Some(place) = from else { break };
        let mut tx = engine.begin(actor).await?;
        let (slice, next) = decide_slice(engine, &mut tx, id, decision, place).await?;
        tx.commit().await?;
        done.changed += slice.changed;
        done.already_decided += slice.already_decided;
        done.left = slice.left;
        from = next;
    }
    Ok(done)
}

/// Decides as asked: about those named or about all.
pub async fn decide_as_asked(engine: &Engine, actor: &Actor, id: CampaignId, new: &NewDecision) -> Result<Decided> {
    if new.all {
        return decide_all(engine, actor, id, &new.decision).await;
    }
    let mut tx = engine.begin(actor).await?;
    let done = decide(engine, &mut tx, id, new).await?;
    tx.commit().await?;
    Ok(done)
}

/// Decides about the next ones after a place; says where the ones after them begin, if there may be any.
async fn decide_slice(
    engine: &Engine,
    tx: &mut Tx,
    id: CampaignId,
    decision: &str,
    from: Place,
) -> Result<(Decided, Option<Place>)> {
    tx.allow(Verb::SendCampaigns)?;
    let decision = parse(decision)?;
    let campaign = campaigns::get(tx, id).await?.campaign;
    let Some(run) = campaign.run_id else { return Ok((Decided::default(), None)) };
    let found = store::next(tx.conn(), run, &from.onwards(), SLICE).await?;
    let ns: Vec<i32> = found.iter().map(|place| place.n).collect();
    let done = carry_out(engine, tx, &campaign, run, decision, &ns).await?;
    Ok((done, found.last().copied()))
}

/// Moves the messages out of doubt and counts, notes and audits it. A run that is sent again to some is open until
/// nobody waits.
async fn carry_out(
    engine: &Engine,
    tx: &mut Tx,
    campaign: &Campaign,
    run: RunId,
    decision: Decision,
    ns: &[i32],
) -> Result<Decided> {
    if decision == Decision::SendAgain {
        if campaign.status == CampaignStatus::Cancelled || !store::reopen(tx.conn(), run).await? {
            let message = "This campaign was stopped, so it is not sent to anybody any more. Mark the messages as sent, \
                           or give them up.";
            return Err(Error::conflict("stopped", message));
        }
        tx.wake_when_done(&engine.wake);
    }
    let changed = store::decide(tx, run, decision, ns).await?;
    if changed > 0 {
        let detail = serde_json::json!({ "messages": changed });
        let action = format!("campaign.in_doubt_{}", decision.done());
        let (id, name) = (campaign.id.to_string(), campaign.name.as_str());
        audit::record(tx, audit::Act { action: &action, kind: "campaign", id, name, detail }).await?;
    }
    let left = store::left(tx.conn(), run).await?;
    Ok(Decided { changed, already_decided: ns.len() as i64 - changed, left })
}

fn parse(decision: &str) -> Result<Decision> {
    Decision::parse(decision).map_err(|refused| Error::field("decision", refused.code, refused.message))
}

fn check_count(ids: &[String]) -> Result<()> {
    match ids.len() {
        0 => Err(Error::field("ids", "required", "Choose at least one message.")),
        n if n > CHOSEN_MAX => {
            Err(Error::field("ids", "too_many", format!("At most {CHOSEN_MAX} at once; there is a way to decide all.")))
        }
        _ => Ok(()),
    }
}

/// The numbers of messages of this run, each once; none when one is no message of it.
fn numbers_in(run: RunId, ids: &[String]) -> Option<Vec<i32>> {
    let number = |id: &String| from_public_id(id).filter(|(of, _)| *of == run).map(|(_, n)| n);
    let mut ns = ids.iter().map(number).collect::<Option<Vec<_>>>()?;
    ns.sort_unstable();
    ns.dedup();
    Some(ns)
}
