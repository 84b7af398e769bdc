//! `home`: what needs somebody, what goes out, comes next and ended last.

use axum::Json;
use domain::home::Home;
use engine::home;

use super::{Answer, Caller, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/home", show).seen("What needs somebody, goes out, comes next and ended last")]
}

async fn show(caller: Caller) -> Answer<Json<Home>> {
    let mut tx = caller.begin().await?;
    Ok(Json(home::get(&caller.engine, &mut tx).await?))
}
