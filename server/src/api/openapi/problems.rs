//! What is the same in all answers: problems, and the headers that every answer has.

use serde_json::{Map, Value, json};

/// Answers by their status.
pub(super) type Answers = Map<String, Value>;

/// What can go wrong with every request.
pub(super) const ALWAYS: [u16; 4] = [401, 429, 500, 503];

/// Each problem with its name in the document and when it comes.
const PROBLEMS: &[(u16, &str, &str)] = &[
    (400, "Malformed", "The body is not JSON, or the query cannot be read."),
    (401, "Unauthenticated", "No key came, or one that does not exist or was revoked."),
    (403, "Forbidden", "The key's scopes do not cover it."),
    (404, "NotFound", "There is no such thing, or it is another workspace's."),
    (409, "Conflict", "Not as things stand; `code` says why."),
    (413, "TooLarge", "The body is larger than is read here."),
    (415, "NotJson", "The body does not say that it is JSON."),
    (422, "Invalid", "Wrong values; `errors` names each by its field."),
    (429, "RateLimited", "Too many requests; `Retry-After` says when to come back."),
    (500, "Internal", "A fault of ours, which is in the log."),
    (503, "Unavailable", "The database is away; `Retry-After` says when to come back."),
];

/// Where the description of a problem stands.
pub(super) fn reference(status: u16) -> Value {
    let name = PROBLEMS.iter().find(|(known, ..)| *known == status).map_or("Internal", |(_, name, _)| name);
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// The headers that tell what is left to the key.
pub(super) fn limits() -> Value {
    json!({
        "RateLimit-Limit": { "$ref": "#/components/headers/RateLimitLimit" },
        "RateLimit-Remaining": { "$ref": "#/components/headers/RateLimitRemaining" },
        "RateLimit-Reset": { "$ref": "#/components/headers/RateLimitReset" },
    })
}

/// The problems, for all to point to.
pub(super) fn responses(problem: &Value) -> Answers {
    let describe = |(status, name, about): &(u16, &str, &str)| {
        let mut headers = if *status == 401 { json!({}) } else { limits() };
        match status {
            401 => headers["WWW-Authenticate"] = json!({ "$ref": "#/components/headers/WwwAuthenticate" }),
            429 | 503 => headers["Retry-After"] = json!({ "$ref": "#/components/headers/RetryAfter" }),
            _ => {}
        }
        let content = json!({ "application/problem+json": { "schema": problem } });
        ((*name).to_owned(), json!({ "description": about, "headers": headers, "content": content }))
    };
    PROBLEMS.iter().map(describe).collect()
}

/// The headers, for all to point to.
pub(super) fn headers() -> Value {
    let whole = json!({ "type": "integer", "minimum": 0 });
    let text = json!({ "type": "string" });
    json!({
        "RateLimitLimit": { "description": "Requests a minute that a key has.", "schema": whole },
        "RateLimitRemaining": { "description": "How many are left to it now.", "schema": whole },
        "RateLimitReset": { "description": "Seconds until all of them are there again.", "schema": whole },
        "RetryAfter": { "description": "Seconds to wait before trying again.", "required": true, "schema": whole },
        "WwwAuthenticate": { "description": "How to sign in.", "required": true, "schema": text },
        "Location": {
            "description": "Where the new thing is.",
            "required": true,
            "schema": { "type": "string", "format": "uri-reference" },
        },
        "ContentDisposition": { "description": "The file's name.", "schema": text },
        "IdempotencyReplayed": {
            "description": "`true` when this is the answer of before, and nothing was done again.",
            "schema": { "type": "string", "enum": ["true"] },
        },
    })
}

/// The parameters that many routes share.
pub(super) fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Sent again within 24 hours with the same key, a request is not done again: it gets the first \
                            answer.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        },
        "Cursor": {
            "name": "cursor",
            "in": "query",
            "description": "The `next_cursor` of the page before, as it is.",
            "schema": { "type": "string" },
        },
        "Limit": {
            "name": "limit",
            "in": "query",
            "description": "How many at the most: 1 to 200, and the nearest of these for any other number.",
            "schema": { "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 50 },
        },
    })
}
