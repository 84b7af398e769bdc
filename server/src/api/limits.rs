//! `limits`: what may be sent, how often and when, with what was used of it.

use axum::Json;
use domain::limits::{NewLimits, Standing};
use engine::limits;

use super::{Answer, Caller, Route, input::Body};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/limits", show).manages("All limits, with what was used of them"),
        Route::patch("/limits", change)
            .manages("Changes limits")
            .more("What is left out stays; an empty text lifts a limit."),
    ]
}

async fn show(caller: Caller) -> Answer<Json<Standing>> {
    let mut tx = caller.begin().await?;
    Ok(Json(limits::get(&mut tx).await?))
}

async fn change(caller: Caller, Body(new): Body<NewLimits>) -> Answer<Json<Standing>> {
    let mut tx = caller.begin().await?;
    let standing = limits::change(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(standing))
}
