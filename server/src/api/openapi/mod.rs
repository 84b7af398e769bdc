//! The description of the API in OpenAPI 3.1, made of the routes themselves: their paths and words from the tables,
//! what they take and give from the types of their handlers. It is the same for everybody, so no key is asked for.

mod described;
mod operation;
mod problems;
mod schemas;
mod tidy;

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::secrets::sha256;
use serde_json::{Map, Value, json};

pub(crate) use described::Described;
pub(crate) use operation::Operation;

use super::{ROOT, routes};
use crate::problem::Written;
use schemas::Schemas;

/// What each first part of a path is called and about, in the order in which it is shown; nothing, where it is another
/// name of one.
const TAGS: &[(&str, &str, &str)] = &[
    ("me", "Key", "Whose key it is and what it may do."),
    ("home", "Home", "What needs somebody, goes out, comes next and ended last."),
    ("contacts", "Contacts", "People: who they are, what they agreed to, what was sent to them."),
    ("custom-fields", "Custom fields", "What the workspace knows about its contacts beyond the usual."),
    ("pipeline-stages", "Pipeline stages", "Where contacts can stand."),
    ("lists", "Lists", "Lists, and who is on them."),
    ("imports", "Imports", "Files of people, and what became of their rows."),
    ("proofs", "Proofs", "Files that prove a consent."),
    ("suppressions", "Suppressions", "Addresses that nothing is sent to."),
    ("templates", "Templates", "Texts with places, saved in versions."),
    ("campaigns", "Campaigns", "Drafts, sending, figures, recipients, results."),
    ("messages", "Messages", "What was sent, one by one, with all that happened to it."),
    ("in-doubt", "In doubt", "Messages that were handed over and got no answer."),
    ("senders", "Senders", "In whose name messages go."),
    ("providers", "Providers", "Accounts that messages leave through."),
    ("sandbox", "Sandbox", "What sandbox accounts took."),
    ("outbox", "Sandbox", ""),
    ("workspace", "Workspace", "The workspace's settings and its brand."),
    ("settings", "Workspace", ""),
    ("limits", "Limits", "What may be sent, how often and when."),
    ("users", "Users", "The people of the workspace."),
    ("invitations", "Invitations", "People who were asked to join."),
    ("api-keys", "API keys", "Keys for programs."),
    ("audit", "Audit log", "Who did what."),
];

const MANNERS: &str = "Everything that the console does, for programs: JSON in and out.\n\n\
    **Sign in** with a key: `Authorization: Bearer <key>`. Keys are made in Settings, API keys; the workspace follows from \
    the key. What a key may do is said by its scopes: any key reads, `send` also changes and sends, `manage` changes the \
    workspace's settings.\n\n\
    **Lists** answer `data` and `next_cursor`; ask on with `?cursor=`. Ids are opaque. Times are RFC 3339 in UTC.\n\n\
    **What is wrong** is told as `application/problem+json` with a stable `code`, and each wrong value in `errors`. In a \
    body's own fields `null` is the same as leaving out; fields that nobody knows are ignored.\n\n\
    **A POST with an `Idempotency-Key`** is done once: sent again, it gets the first answer.\n\n\
    **Limits**: `RateLimit-Remaining` says how many requests are left to the key, 429 and `Retry-After` that none are.";

static DOCUMENT: LazyLock<(Bytes, HeaderValue)> = LazyLock::new(|| {
    let text = document().to_string();
    let hash: String = sha256(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"1\""));
    (text.into(), tag)
});

/// Answers with the document, or that it has not changed.
pub(super) async fn show(headers: HeaderMap) -> Response {
    let (text, tag) = &*DOCUMENT;
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|known| known.trim().trim_start_matches("W/").as_bytes() == tag.as_bytes());
    let kept = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    match is_known {
        true => (StatusCode::NOT_MODIFIED, kept).into_response(),
        false => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (kept, kind, text.clone()).into_response()
        }
    }
}

/// The whole description.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for route in routes() {
        let mut operation = Operation::of(&route, &mut schemas);
        (route.tell)(&mut operation);
        for narrowing in &route.narrowings {
            operation.asked(narrowing.name, narrowing.about.into(), json!({ "type": "string" }));
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = operation.written(&route);
    }
    let problem = schemas.given::<Written<'static>>().to_value();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Carillon", "version": env!("CARGO_PKG_VERSION"), "description": MANNERS },
        "servers": [{ "url": ROOT, "description": "This installation" }],
        "security": [{ "key": [] }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "An API key." } },
            "parameters": problems::parameters(),
            "headers": problems::headers(),
            "responses": problems::responses(&problem),
        },
    });
    schemas.finish(&mut document);
    tidy::tidy(&mut document);
    document
}

fn tags() -> Vec<Value> {
    let tags = TAGS.iter().filter(|(.., about)| !about.is_empty());
    tags.map(|(_, name, about)| json!({ "name": name, "description": about })).collect()
}

/// What a path is about.
fn tag_of(path: &str) -> &'static str {
    let first = path.trim_start_matches('/').split('/').next();
    TAGS.iter().find(|(part, ..)| Some(*part) == first).map_or("", |(_, name, _)| name)
}
