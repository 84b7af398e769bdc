//! Campaigns (SPEC 5): made, changed while drafts, estimated, started at once or at their moment, and moved between
//! their states. Every move goes through `domain`'s table and carries the state it comes from.

mod archive;
mod draft;
mod due;
mod missing;
mod reach;
mod removal;
mod resolve;
mod schedule;
mod start;
mod steps;
mod store;
mod trial;

use domain::{
    access::{Reach, Verb},
    account::Workspace,
    campaign::{Audience, Campaign, CampaignContent, CampaignDetail, CampaignOwner, CampaignQuery},
    id::{CampaignId, ListId, UserId},
    page::{Page, PageQuery},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Result, accounts::audit, db::Tx, lists, outbox, providers, reports};

pub use archive::{archive, duplicate, restore};
pub use draft::{change, create, delete, update};
pub(crate) use due::{start_due, start_due_often};
pub use missing::blockers;
pub use reach::{estimate, people};
pub use removal::remove_recipient;
pub use schedule::{NewSend, schedule, send, unschedule};
pub(crate) use start::{RunContent, RunSender, pause_with_reason};
pub use start::{cancel, pause, resume, start};
pub use steps::{
    Saved, Seen, Step, change_seen, check_seen, forget_unsaved, keep_unsaved, stamp, unsaved, whole_stamp,
};
pub use trial::{preview, ready_trial};

/// A page of campaigns, newest first, without archived ones; `status` and `search` (name or code) narrow it. Owners see
/// their own.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<Campaign>> {
    find(tx, &query.into()).await
}

/// A page of the campaigns that are asked for, newest first. Owners see their own.
pub async fn find(tx: &mut Tx, query: &CampaignQuery) -> Result<Page<Campaign>> {
    let owner = scope(tx)?;
    let filter = query.parse(zone(tx).await?)?;
    let before = query.page.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.page.limit();
    let mut rows = store::page(tx.conn(), owner, &filter, before, limit as i64 + 1).await?;
    reports::fill_figures(tx.conn(), &mut rows).await?;
    Ok(Page::cut(rows, limit, |campaign| campaign.id.to_string()))
}

/// Those that Home tells of, `some` of each kind: on, held, not started, to begin, ended. Owners see their own.
pub(crate) async fn at_home(tx: &mut Tx, some: usize) -> Result<Vec<Campaign>> {
    let owner = scope(tx)?;
    let mut found = store::at_home(tx.conn(), owner, some as i64).await?;
    reports::fill_figures(tx.conn(), &mut found).await?;
    Ok(found)
}

/// Who has made the campaigns that this actor may see, by name.
pub async fn owners(tx: &mut Tx) -> Result<Vec<CampaignOwner>> {
    let only = scope(tx)?;
    store::owners(tx.conn(), only).await
}

/// A campaign with everything on its page.
pub async fn get(tx: &mut Tx, id: CampaignId) -> Result<CampaignDetail> {
    let owner = scope(tx)?;
    detail(tx, id, owner).await
}

/// The same for whoever has been let in, as the worker that starts what is due.
async fn detail(tx: &mut Tx, id: CampaignId, owner: Option<UserId>) -> Result<CampaignDetail> {
    let (mut campaign, audience, sender_id) = store::campaign(tx.conn(), id, owner).await?.ok_or(Error::NotFound)?;
    reports::fill_figures(tx.conn(), std::slice::from_mut(&mut campaign)).await?;
    let content = store::content(tx.conn(), id).await?.unwrap_or_else(no_content);
    let sender = match sender_id {
        Some(id) => providers::sender(tx.conn(), id).await?,
        None => None,
    };
    let groups = match campaign.run_id {
        Some(run) => reports::groups(tx.conn(), run).await?,
        None => Vec::new(),
    };
    let list_names = (names(tx, &audience.included_lists()).await?, names(tx, &audience.excluded_lists()).await?);
    let sender = sender.map(|s| if s.name.is_empty() { s.email } else { format!("{} <{}>", s.name, s.email) });
    Ok(CampaignDetail { campaign, content, sender_id, sender, audience, list_names, groups })
}

/// A campaign with its figures, without what it is made of.
pub async fn brief(tx: &mut Tx, id: CampaignId) -> Result<Campaign> {
    let owner = scope(tx)?;
    let (mut campaign, ..) = store::campaign(tx.conn(), id, owner).await?.ok_or(Error::NotFound)?;
    reports::fill_figures(tx.conn(), std::slice::from_mut(&mut campaign)).await?;
    Ok(campaign)
}

/// Whose campaigns this actor may see: everybody's (none), or one user's.
pub(crate) fn scope(tx: &Tx) -> Result<Option<UserId>> {
    match (tx.actor.reach(Verb::ViewCampaigns), tx.actor.user()) {
        (Reach::All, _) => Ok(None),
        (Reach::Own, Some(user)) => Ok(Some(user)),
        _ => Err(Error::Forbidden),
    }
}

fn no_content() -> CampaignContent {
    CampaignContent { template_id: None, template_name: None, template_version: None, email: Default::default() }
}

async fn names(tx: &mut Tx, ids: &[ListId]) -> Result<Vec<String>> {
    let names = lists::names(tx.conn(), ids).await?;
    Ok(names.into_iter().map(|name| name.unwrap_or_else(|| "Deleted list".into())).collect())
}

/// Names of the campaigns whose audience is not frozen yet and names this list.
pub(crate) async fn open_with_list(conn: &mut PgConnection, list: ListId) -> Result<Vec<String>> {
    let open = store::open_audiences(conn).await?;
    let names_it =
        |audience: &Audience| audience.included_lists().contains(&list) || audience.excluded_lists().contains(&list);
    Ok(open.into_iter().filter(|(_, audience)| names_it(audience)).map(|(name, _)| name).collect())
}

/// Writes what happened into the audit log, and tells those outside who want to hear of it.
async fn record(tx: &mut Tx, action: &str, id: CampaignId, name: &str, detail: serde_json::Value) -> Result<()> {
    let (tenant, now) = (tx.actor.tenant, tx.now);
    let news = serde_json::json!({ "campaign_id": id, "name": name, "detail": detail });
    outbox::tell(tx.conn(), tenant, action, &news, now).await?;
    audit::record(tx, audit::Act { action, kind: "campaign", id: id.to_string(), name, detail }).await
}

/// The workspace that the transaction is in.
pub async fn own_workspace(tx: &mut Tx) -> Result<Workspace> {
    store::workspace(tx.conn()).await
}

/// By whose clocks the workspace's days and times are.
async fn zone(tx: &mut Tx) -> Result<chrono_tz::Tz> {
    let zone = own_workspace(tx).await?.time_zone;
    domain::zone::parse(&zone).map_err(|refused| Error::internal("time zone", refused.message))
}
