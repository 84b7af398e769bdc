//! `messages`: what campaigns sent, one by one, with all that happened to it.

use axum::Json;
use domain::{message::Recipient, page::Page, report::MessageHistory};
use engine::{Error, reports};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Answer, Caller, Route,
    input::Id,
    listing::{Filters, Listing},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/messages", list)
            .seen("The messages of a campaign's newest run")
            .search("The beginning of an address.")
            .status("As for a campaign's recipients."),
        Route::get("/messages/{id}", show).seen("One message with all that happened to it"),
    ]
}

/// Whose messages are asked for, and what narrows them.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Narrowed {
    /// Needed: the id of the campaign.
    campaign_id: String,
    /// Those whose recipients were told this, such as `550 5.1.1`.
    code: String,
}

async fn list(
    caller: Caller,
    asked: Listing<i32>,
    Filters(Narrowed { campaign_id, code }): Filters<Narrowed>,
) -> Answer<Json<Page<Recipient>>> {
    let Ok(campaign) = campaign_id.trim().parse() else {
        let code = if campaign_id.trim().is_empty() { "required" } else { "unknown" };
        return Err(no_campaign(code).into());
    };
    let mut tx = caller.begin().await?;
    let code = Some(code.as_str()).filter(|code| !code.is_empty());
    let found = reports::recipients_told(&mut tx, campaign, &asked.query, code).await;
    // It is not the path that leads nowhere.
    Ok(Json(found.map_err(|error| if matches!(error, Error::NotFound) { no_campaign("unknown") } else { error })?))
}

fn no_campaign(code: &str) -> Error {
    Error::field("campaign_id", code, "The id of the campaign whose messages are asked for.")
}

async fn show(caller: Caller, Id(id): Id<String>) -> Answer<Json<MessageHistory>> {
    let mut tx = caller.begin().await?;
    Ok(Json(reports::any_message(&mut tx, &id).await?))
}
