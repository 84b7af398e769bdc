//! Figures and recipients of runs (SPEC 5.10, 14.1): totals come from counters, which the statements that change
//! messages keep; people come by keyset pages.

mod store;

use domain::{
    campaign::Campaign,
    id::{CampaignId, RunId},
    message::{Part, Recipient},
    page::{Page, PageQuery},
    stats::{Figures, Grouped},
};
use sqlx::PgConnection;

use crate::{Error, Result, campaigns, db::Tx};

/// The figures of a campaign's newest run; of a draft, all zero.
pub async fn figures(tx: &mut Tx, id: CampaignId) -> Result<(Campaign, Vec<Grouped>)> {
    let detail = campaigns::get(tx, id).await?;
    Ok((detail.campaign, detail.groups))
}

/// A page of a campaign's recipients, in the order they were planned; `status` (a part of the balance) narrows it,
/// `search` finds addresses that begin with it.
pub async fn recipients(tx: &mut Tx, id: CampaignId, query: &PageQuery) -> Result<Page<Recipient>> {
    let campaign = campaigns::get(tx, id).await?.campaign;
    let part = match query.status.as_deref().filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(Part::parse(word).map_err(|r| Error::field("status", r.code, r.message))?),
    };
    let Some(run) = campaign.run_id else { return Ok(Page { data: vec![], next_cursor: None }) };
    let after = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let limit = query.limit();
    let rows = store::recipients(tx.conn(), run, part, query.search().as_deref(), after, limit as i64 + 1).await?;
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
            _ => {}
        }
    }
    let settled = figures.sent + figures.skipped + figures.failed + figures.in_doubt + figures.cancelled;
    figures.waiting = figures.audience - settled;
    figures
}
