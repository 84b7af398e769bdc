//! Home (UX "Home"): one verb that tells what needs somebody, what goes out, comes next and ended last. It reads counters
//! and a few rows of each kind, so it takes as long in a large workspace as in a small one.

mod store;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    access::{Reach, Verb},
    campaign::{Campaign, CampaignStatus},
    dns::DomainState,
    home::{Budget, Concern, FirstSteps, Going, Health, Home, LOOKS_BACK, Lane, Lately, Outcome, SHOWN, rates},
    id::{ProviderId, RunId},
    page::PageQuery,
    stats::Figures,
};
use sqlx::PgConnection;
use uuid::Uuid;

use store::Run;

use crate::{Engine, Result, campaigns, db::Tx, limits, providers, reports, sending};

/// The newest runs of the last days that are looked at for rates and accounts.
const RUNS: i64 = 200;

/// What is on Home. Owners see their own campaigns, and nothing of the machinery.
pub async fn get(engine: &Engine, tx: &mut Tx) -> Result<Home> {
    let now = tx.now;
    let sees_all = tx.actor.reach(Verb::ViewCampaigns) == Reach::All;
    let mut kinds = Kinds::of(campaigns::at_home(tx, SHOWN).await?);
    let lately = if sees_all { lately(tx.conn(), now).await? } else { Vec::new() };
    kinds.concerns.extend(doubts(tx).await?);
    kinds.concerns.extend(rates(&lately.iter().map(Ran::as_lately).collect::<Vec<_>>()).into_iter().map(Concern::Rate));
    kinds.concerns.extend(elsewhere(tx).await?);
    let health =
        if sees_all && tx.allow(Verb::ViewProviders).is_ok() { Some(health(tx, &lately).await?) } else { None };
    let Kinds { concerns, sending, upcoming, results } = kinds;
    Ok(Home {
        at: now,
        concerns,
        sending: sending.into_iter().map(|campaign| going(engine, tx, campaign)).collect(),
        upcoming,
        results: outcomes(tx, results).await?,
        health,
        first_steps: first_steps(tx).await?,
    })
}

/// What is going out at this moment.
pub async fn sending(engine: &Engine, tx: &mut Tx) -> Result<Vec<Going>> {
    let on = Kinds::of(campaigns::at_home(tx, SHOWN).await?).sending;
    Ok(on.into_iter().map(|campaign| going(engine, tx, campaign)).collect())
}

/// What a new workspace still lacks; none for those who may not see it.
pub async fn first_steps(tx: &mut Tx) -> Result<Option<FirstSteps>> {
    let sees = [Verb::ViewProviders, Verb::ViewLists, Verb::ViewTemplates, Verb::ViewCampaigns];
    if sees.iter().any(|verb| tx.allow(*verb).is_err()) {
        return Ok(None);
    }
    store::first_steps(tx.conn()).await.map(Some)
}

/// Campaigns by what is told of them.
#[derive(Default)]
struct Kinds {
    concerns: Vec<Concern>,
    sending: Vec<Campaign>,
    upcoming: Vec<Campaign>,
    results: Vec<Campaign>,
}

impl Kinds {
    fn of(campaigns: Vec<Campaign>) -> Self {
        let mut kinds = Self::default();
        for campaign in campaigns {
            match campaign.status {
                CampaignStatus::Running => kinds.sending.push(campaign),
                CampaignStatus::Paused | CampaignStatus::Failed => kinds.concerns.push(Concern::Held { campaign }),
                CampaignStatus::Draft => kinds.concerns.push(Concern::NotStarted { campaign }),
                CampaignStatus::Scheduled => kinds.upcoming.push(campaign),
                // Those that were stopped before anybody was found have no result.
                _ if campaign.figures.audience > 0 => kinds.results.push(campaign),
                _ => {}
            }
        }
        // What was held for a reason comes first, and last what somebody paused themselves.
        kinds.concerns.sort_by_key(|concern| match concern {
            Concern::Held { campaign } if campaign.status_reason.is_none() => 2,
            Concern::Held { .. } => 0,
            _ => 1,
        });
        kinds.upcoming.sort_by_key(|campaign| campaign.starts_at);
        kinds.results.sort_by_key(|campaign| std::cmp::Reverse(campaign.finished_at));
        kinds
    }
}

fn going(engine: &Engine, tx: &Tx, campaign: Campaign) -> Going {
    let (per_second, seconds_left) = reports::pace(engine, tx, &campaign);
    Going { campaign, per_second, seconds_left }
}

async fn outcomes(tx: &mut Tx, campaigns: Vec<Campaign>) -> Result<Vec<Outcome>> {
    let runs: Vec<RunId> = campaigns.iter().filter_map(|campaign| campaign.run_id).collect();
    let kinds: BTreeMap<_, _> = store::kinds(tx.conn(), &runs).await?.into_iter().collect();
    let over = |campaign: &Campaign| campaign.run_id.and_then(|run| kinds.get(&run).copied());
    Ok(campaigns.into_iter().map(|campaign| Outcome::of(campaign.clone(), over(&campaign))).collect())
}

async fn doubts(tx: &mut Tx) -> Result<Vec<Concern>> {
    let query = PageQuery { limit: Some(SHOWN as u32), ..Default::default() };
    let page = sending::doubt::campaigns(tx, &query).await?;
    Ok(page.data.into_iter().map(|campaign| Concern::InDoubt { campaign }).collect())
}

/// What needs somebody outside of campaigns, as far as the actor may see it.
async fn elsewhere(tx: &mut Tx) -> Result<Vec<Concern>> {
    let since = tx.now - LOOKS_BACK;
    let mut concerns = Vec::new();
    if tx.allow(Verb::ViewProviders).is_ok() {
        concerns.extend(store::reports_missing(tx.conn(), since.date_naive()).await?);
        concerns.extend(senders(tx).await?);
    }
    if tx.allow(Verb::ViewContacts).is_ok() {
        concerns.extend(store::imports(tx.conn(), since, SHOWN as i64).await?);
    }
    Ok(concerns)
}

/// Senders whose mail will be refused or mistrusted, those that something waits for first.
async fn senders(tx: &mut Tx) -> Result<Vec<Concern>> {
    let accounts = providers::list(tx).await?;
    let to_go: BTreeMap<_, _> = store::still_to_go(tx.conn()).await?.into_iter().collect();
    let mut found = Vec::new();
    for sender in providers::senders(tx).await? {
        let account = accounts.iter().find(|account| account.id == sender.provider_id);
        let standing = sender.standing(account);
        let campaigns = to_go.get(&sender.id).copied().unwrap_or(0);
        // Nobody has asked about one that is new: that is pressing once something is to go.
        let is_open = standing == DomainState::Unchecked && campaigns > 0;
        if is_open || matches!(standing, DomainState::Wrong | DomainState::Freemail) {
            found.push((campaigns, Concern::Sender { sender_id: sender.id, email: sender.email, standing, campaigns }));
        }
    }
    found.sort_by_key(|(campaigns, _)| -campaigns);
    Ok(found.into_iter().take(SHOWN).map(|(_, concern)| concern).collect())
}

/// A run of the last days with what became of it.
struct Ran {
    run: Run,
    figures: Figures,
}

impl Ran {
    fn as_lately(&self) -> Lately {
        let Run { campaign_id, provider_kind: over, .. } = self.run;
        Lately { campaign_id, name: self.run.name.clone(), over, figures: self.figures }
    }
}

async fn lately(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Ran>> {
    let millis = u64::try_from((now - LOOKS_BACK).timestamp_millis()).unwrap_or(0);
    let from = Uuid::from_u128(u128::from(millis) << 80);
    let runs = store::runs(conn, from, RUNS).await?;
    let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
    let mut ends = reports::ends(conn, &ids).await?;
    Ok(runs.into_iter().map(|run| Ran { figures: ends.remove(&run.id).unwrap_or_default(), run }).collect())
}

async fn health(tx: &mut Tx, lately: &[Ran]) -> Result<Health> {
    let now = tx.now;
    let (waiting, oldest_due) = store::queue(tx.conn(), now).await?;
    let accounts = providers::list(tx).await?;
    let budget = match tx.allow(Verb::ManageWorkspace) {
        Ok(()) => limits::budget(tx.conn(), now).await?,
        Err(_) => None,
    };
    Ok(Health {
        waiting,
        oldest_due,
        providers: accounts.into_iter().map(|account| lane(account.id, account.name, lately)).collect(),
        budget: budget.map(|(spent, most)| Budget { spent, most }),
    })
}

fn lane(provider_id: ProviderId, name: String, lately: &[Ran]) -> Lane {
    let mut lane = Lane { provider_id, name, sent: 0, failed: 0, stands: false };
    for ran in lately.iter().filter(|ran| ran.run.provider_id == provider_id) {
        lane.sent += ran.figures.sent;
        lane.failed += ran.figures.failed + ran.figures.in_doubt;
        lane.stands |= ran.run.stands;
    }
    lane
}
