//! `campaigns/{id}/stats` and the people behind its figures.

use axum::Json;
use chrono::{DateTime, Utc};
use domain::{
    campaign::CampaignStatus,
    id::{CampaignId, RunId},
    limits::Wait,
    message::Recipient,
    page::Page,
    remedy::Problem as Group,
    stats::{Figures, Grouped},
};
use engine::{campaigns, reports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Caller, Route,
    input::Id,
    listing::{Filters, Listing},
    output::{NoContent, whole},
};

const PARTS: &str = "A part of the balance (`sent`, `skipped`, …), `delivered`, `bounced`, `complained`, `opened`, \
                     `clicked`, `not_opened`, `machine_only` or `unsubscribed`.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/campaigns/{id}/stats", stats)
            .seen("Where a campaign stands, and its figures")
            .more("`audience` = `waiting` + `sent` + `skipped` + `failed` + `in_doubt` + `cancelled`, at any moment."),
        Route::get("/campaigns/{id}/errors", errors).seen("Why people were not sent to, or not yet, in groups"),
        Route::get("/campaigns/{id}/recipients", recipients)
            .seen("Each person with status and reason")
            .search("The beginning of an address or a name.")
            .status(PARTS),
        Route::delete("/campaigns/{id}/recipients/{message_id}", remove_recipient)
            .sends("Takes out somebody who is pending")
            .more("409 `not_pending` once handed over."),
    ]
}

/// Where a campaign stands and what became of everybody in its newest run; the parts add up to `audience`.
#[derive(Serialize, JsonSchema)]
struct Stats {
    status: CampaignStatus,
    status_shown: String,
    status_reason: Option<String>,
    run_id: Option<RunId>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// Messages a second over the last ten seconds, and how long the rest takes at that pace.
    per_second: Option<f64>,
    seconds_left: Option<u64>,
    /// What all the rest waits for.
    wait: Option<Wait>,
    #[serde(flatten)]
    figures: Figures,
    groups: Vec<Grouped>,
}

async fn stats(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Stats>> {
    let mut tx = caller.begin().await?;
    let (campaign, groups) = reports::figures(&mut tx, id).await?;
    let (per_second, seconds_left) = reports::pace(&caller.engine, &tx, &campaign);
    let wait = reports::wait(&mut tx, id).await?;
    Ok(Json(Stats {
        status: campaign.status,
        status_shown: campaign.status_shown(),
        status_reason: campaign.status_reason,
        run_id: campaign.run_id,
        started_at: campaign.started_at,
        finished_at: campaign.finished_at,
        per_second,
        seconds_left,
        wait,
        figures: campaign.figures,
        groups,
    }))
}

async fn errors(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Page<Group>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(reports::problems(&mut tx, id).await?))
}

/// What recipients were told, to narrow them by.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Told {
    /// Those who were told this, such as `550 5.1.1`.
    code: Option<String>,
}

async fn recipients(
    caller: Caller,
    Id(id): Id<CampaignId>,
    asked: Listing<i32>,
    Filters(told): Filters<Told>,
) -> Answer<Json<Page<Recipient>>> {
    let mut tx = caller.begin().await?;
    let code = told.code.filter(|code| !code.is_empty());
    Ok(Json(reports::recipients_told(&mut tx, id, &asked.query, code.as_deref()).await?))
}

async fn remove_recipient(caller: Caller, Id((id, message)): Id<(CampaignId, String)>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    campaigns::remove_recipient(&mut tx, id, &message).await?;
    tx.commit().await?;
    Ok(NoContent)
}
