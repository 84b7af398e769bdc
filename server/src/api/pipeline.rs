//! `pipeline-stages`: where contacts can stand, told and put in place all at once.

use axum::Json;
use domain::{
    page::Page,
    stage::{NewStages, Stage},
};
use engine::audience;

use super::{Answer, Caller, Route, input::Body, output::whole};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/pipeline-stages", list).seen("All stages, in order"),
        Route::put("/pipeline-stages", put)
            .manages("Puts other stages in place")
            .more("All of them, in order. One at which somebody is cannot go."),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<Stage>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(audience::stages(&mut tx).await?))
}

async fn put(caller: Caller, Body(new): Body<NewStages>) -> Answer<Json<Page<Stage>>> {
    let mut tx = caller.begin().await?;
    let stages = audience::set_stages(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(whole(stages))
}
