//! Campaigns (SPEC 5): made, changed while drafts, estimated, started, and moved between their states. Every move goes
//! through `domain`'s table and carries the state it comes from.

mod removal;
mod start;
mod store;
mod trial;

use chrono::{DateTime, Utc};
use domain::{
    access::{Reach, Verb},
    account::Workspace,
    campaign::{
        Audience, Blocker, Campaign, CampaignContent, CampaignDetail, CampaignStatus, ContentChoice, Estimate,
        NewCampaign, ParsedCampaign,
    },
    channel::Channel,
    error::FieldErrors,
    id::{CampaignId, ListId, UserId},
    page::{Page, PageQuery},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Error, Result,
    accounts::audit,
    db::{Tx, new_id},
    limits, lists, outbox, providers, reports, templates,
};

pub use removal::remove_recipient;
pub(crate) use start::{RunContent, RunSender, pause_with_reason};
pub use start::{blockers, cancel, pause, resume, start};
pub use trial::ready_trial;

/// A page of campaigns, newest first; `status` and `search` (name or code) narrow it. Owners see their own.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<Campaign>> {
    let owner = scope(tx)?;
    let status = match query.status.as_deref().filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(CampaignStatus::parse(word).map_err(|r| Error::field("status", r.code, r.message))?),
    };
    let before = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.limit();
    let mut rows = store::page(tx.conn(), owner, status, query.search().as_deref(), before, limit as i64 + 1).await?;
    reports::fill_figures(tx.conn(), &mut rows).await?;
    Ok(Page::cut(rows, limit, |campaign| campaign.id.to_string()))
}

/// A campaign with everything on its page.
pub async fn get(tx: &mut Tx, id: CampaignId) -> Result<CampaignDetail> {
    let owner = scope(tx)?;
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

/// Makes a draft. What is missing can come later; what is wrong is refused.
pub async fn create(tx: &mut Tx, new: &NewCampaign) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let parsed = new.parse()?;
    let content = resolve(tx, &parsed).await?;
    let id = CampaignId(new_id(tx.now));
    let code = match parsed.code.clone() {
        Some(code) => code,
        None => free_code(tx, &parsed.name).await?,
    };
    let not_after = not_after(tx, &parsed).await?;
    store::insert(tx, id, &code, &parsed, not_after).await?;
    store::set_content(tx, id, content.as_ref()).await?;
    record(tx, "campaign.created", id, &parsed.name, serde_json::json!({ "code": code })).await?;
    get(tx, id).await
}

/// Changes a draft; anything else than a draft is refused.
pub async fn update(tx: &mut Tx, id: CampaignId, new: &NewCampaign) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let parsed = new.parse()?;
    let before = get(tx, id).await?;
    let content = resolve(tx, &parsed).await?;
    let not_after = not_after(tx, &parsed).await?;
    if !store::update_draft(tx, id, &parsed, not_after).await? {
        return Err(Error::conflict(
            "not_draft",
            format!("Only drafts can be changed; this one is {}.", before.campaign.status_shown()),
        ));
    }
    store::set_content(tx, id, content.as_ref()).await?;
    record(tx, "campaign.changed", id, &parsed.name, serde_json::json!({})).await?;
    get(tx, id).await
}

/// Deletes a draft.
pub async fn delete(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.allow(Verb::EditCampaigns)?;
    let before = get(tx, id).await?;
    if !store::delete_draft(tx.conn(), id).await? {
        return Err(Error::conflict("not_draft", "Only drafts can be deleted."));
    }
    record(tx, "campaign.deleted", id, &before.campaign.name, serde_json::json!({})).await
}

/// How many it would reach now, step by step, and what that costs.
pub async fn estimate(tx: &mut Tx, id: CampaignId) -> Result<Estimate> {
    let owner = scope(tx)?;
    let (_, audience, _) = store::campaign(tx.conn(), id, owner).await?.ok_or(Error::NotFound)?;
    let reach = store::estimate(tx.conn(), &audience).await?;
    let now = tx.now;
    let (price, budget_left) = limits::price(tx.conn(), Channel::Email, now).await?;
    Ok(Estimate { cost: price.times(reach.reachable.unsigned_abs()), budget_left, ..reach })
}

/// Whose campaigns this actor may see: everybody's (none), or one user's.
pub(crate) fn scope(tx: &Tx) -> Result<Option<UserId>> {
    match (tx.actor.reach(Verb::ViewCampaigns), tx.actor.user()) {
        (Reach::All, _) => Ok(None),
        (Reach::Own, Some(user)) => Ok(Some(user)),
        _ => Err(Error::Forbidden),
    }
}

/// Checks what the draft names (lists, sender, template) and pins the template's newest version.
async fn resolve(tx: &mut Tx, parsed: &ParsedCampaign) -> Result<Option<CampaignContent>> {
    let mut errors = FieldErrors::default();
    for (field, ids) in
        [("audience.include", parsed.audience.included_lists()), ("audience.exclude", parsed.audience.excluded_lists())]
    {
        if lists::names(tx.conn(), &ids).await?.contains(&None) {
            errors.add(field, "unknown", "There is no such list.");
        }
    }
    if let Some(id) = parsed.sender_id
        && providers::sender(tx.conn(), id).await?.is_none()
    {
        errors.add("sender_id", "unknown", "There is no such sender.");
    }
    let content = match &parsed.content {
        ContentChoice::None => None,
        ContentChoice::Text(text) => {
            if let Err(Error::Invalid(FieldErrors(more))) = templates::render::compile(text, "content.email.") {
                errors.0.extend(more);
            }
            Some(CampaignContent { email: text.clone(), ..no_content() })
        }
        ContentChoice::Template(id) => match templates::newest(tx, *id).await? {
            Some((template, _)) if !template.active => {
                let message = "This template is archived. Restore it on its page, or choose another.";
                errors.add("content.email.template_id", "archived", message);
                None
            }
            Some((template, email)) => Some(CampaignContent {
                template_id: Some(*id),
                template_name: Some(template.name),
                template_version: Some(template.version),
                email,
            }),
            None => {
                errors.add("content.email.template_id", "unknown", "There is no such template.");
                None
            }
        },
    };
    errors.finish(Some(()))?;
    Ok(content)
}

/// A local time is that of the workspace.
async fn not_after(tx: &mut Tx, parsed: &ParsedCampaign) -> Result<Option<DateTime<Utc>>> {
    let Some(moment) = parsed.schedule.not_after else { return Ok(None) };
    let zone = store::workspace(tx.conn()).await?.time_zone;
    let zone = domain::zone::parse(&zone).map_err(|refused| Error::internal("time zone", refused.message))?;
    Ok(Some(moment.in_zone(zone)))
}

fn no_content() -> CampaignContent {
    CampaignContent { template_id: None, template_name: None, template_version: None, email: Default::default() }
}

/// A code from the name: `Autumn open house` becomes `AOH-001`, or the next free number.
async fn free_code(tx: &mut Tx, name: &str) -> Result<String> {
    let letters: String =
        name.split_whitespace().filter_map(|w| w.chars().find(char::is_ascii_alphanumeric)).take(4).collect();
    let letters = if letters.is_empty() { "C".to_owned() } else { letters.to_uppercase() };
    // Two drafts made at once would take the same number.
    store::lock_workspace(tx.conn()).await?;
    let taken = store::last_code(tx.conn(), &letters).await?;
    Ok(format!("{letters}-{:03}", taken + 1))
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

/// What is missing before an audience can be anything (used by the checklist).
fn nobody_chosen(audience: &Audience) -> Option<Blocker> {
    audience
        .include
        .is_empty()
        .then(|| Blocker { code: "no_audience".into(), message: "Choose at least one list to send to.".into() })
}

/// The workspace that the transaction is in.
pub async fn own_workspace(tx: &mut Tx) -> Result<Workspace> {
    store::workspace(tx.conn()).await
}
