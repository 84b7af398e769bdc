//! Whom a campaign would reach, before anybody is planned: the funnel, and the people behind its numbers.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Verb,
    campaign::{Audience, Campaign, CampaignType, Estimate, ReachQuery, Reached},
    channel::Channel,
    id::CampaignId,
    limits::Caps,
    page::Page,
};
use uuid::Uuid;

use super::{scope, store};
use crate::{
    Error, Result,
    db::Tx,
    limits, sending,
    templates::{self, Needs},
};

/// How many people are looked at for a page of some of them: few first, for most pages need no more, then all the others.
const PARTS: [i64; 3] = [500, 10_000, i64::MAX];

/// What decides about each person, frozen for one statement.
pub(super) struct Rules<'a> {
    pub(super) audience: &'a Audience,
    /// Whether who is marked do not contact is left out.
    pub(super) do_not_contact: bool,
    /// How often a person is written to; none of them where the campaign does not respect it.
    pub(super) caps: Caps,
    /// No older run has messages that count; none where nothing does.
    pub(super) runs_from: Option<Uuid>,
    /// When it would be sent: what people have had is counted up to then.
    pub(super) at: DateTime<Utc>,
    /// What the text needs to know of each.
    pub(super) needs: Needs,
}

/// How many it would reach, step by step, with who is lost and why, and what that costs. Of one that starts by itself: as
/// things will stand then if nothing else is sent meanwhile.
pub async fn estimate(tx: &mut Tx, id: CampaignId) -> Result<Estimate> {
    let owner = scope(tx)?;
    let (campaign, audience, _) = store::campaign(tx.conn(), id, owner).await?.ok_or(Error::NotFound)?;
    let rules = rules(tx, &campaign, &audience).await?;
    let tenant = tx.actor.tenant;
    let (matched, losses) = store::funnel(tx.conn(), tenant, &rules).await?;
    let now = tx.now;
    let reach = Estimate::of(matched, losses);
    let (price, budget_left) = limits::price(tx.conn(), Channel::Email, now).await?;
    let cost = price.times(reach.reachable.unsigned_abs());
    Ok(Estimate { cost, budget_left, at_most: rules.needs.perhaps_more, ..reach })
}

/// A page of the people behind a number of the funnel, each with the reason why they would not get it.
pub async fn people(tx: &mut Tx, id: CampaignId, query: &ReachQuery) -> Result<Page<Reached>> {
    tx.allow(Verb::ViewContacts)?;
    let owner = scope(tx)?;
    let filter = query.parse()?;
    let (campaign, audience, _) = store::campaign(tx.conn(), id, owner).await?.ok_or(Error::NotFound)?;
    let rules = rules(tx, &campaign, &audience).await?;
    let after = query.page.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.page.limit();
    let tenant = tx.actor.tenant;
    let (mut rows, mut part) = (Vec::new(), store::Part { people: Vec::new(), last: after });
    for size in PARTS {
        part = store::reached(tx.conn(), tenant, &rules, &filter, part.last, size).await?;
        rows.append(&mut part.people);
        if rows.len() > limit || part.last.is_none() {
            break;
        }
    }
    Ok(Page::cut(rows, limit, |person| person.contact_id.to_string()))
}

async fn rules<'a>(tx: &mut Tx, campaign: &Campaign, audience: &'a Audience) -> Result<Rules<'a>> {
    let (all, _) = limits::read(tx.conn()).await?;
    let caps = if campaign.switches.frequency_caps { all.caps } else { Caps::NONE };
    let chosen = campaign.starts_at.filter(|_| campaign.kind == CampaignType::Scheduled);
    let at = chosen.unwrap_or(tx.now).max(tx.now);
    let runs_from = match caps.is_set() {
        true => Some(sending::runs_since(tx.conn(), at - TimeDelta::days(7)).await?),
        false => None,
    };
    let content = store::content(tx.conn(), campaign.id).await?;
    let needs = content.map(|content| templates::needs(&content.email)).unwrap_or_default();
    Ok(Rules { audience, do_not_contact: campaign.switches.do_not_contact, caps, runs_from, at, needs })
}
