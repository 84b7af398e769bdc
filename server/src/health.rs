//! Whether the process lives, and whether it can serve: for load balancers and scripts.

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use engine::Engine;
use serde_json::json;

/// `/health/live` and `/health/ready`.
pub fn router(engine: Engine) -> Router {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(engine)
}

async fn live() -> impl IntoResponse {
    Json(json!({ "status": "live" }))
}

/// Ready when the database answers and has this program's schema.
async fn ready(State(engine): State<Engine>) -> impl IntoResponse {
    match engine.db.check().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "database not available" })))
        }
    }
}
