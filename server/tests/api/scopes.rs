//! Which key may do what (SPEC 1.3), written out for every route.

use domain::access::Scope;
use engine::testing::TestWorkspace;
use serde_json::json;
use server::api::{self, Needs};

use crate::{
    client::Client,
    routes::{all, assert_covered},
};

/// Each route, and which of a key's scopes read, send and manage let it through alone.
const TABLE: &[(&str, &str)] = &[
    ("GET /me", "rsm"),
    ("GET /home", "rsm"),
    ("GET /providers", "rsm"),
    ("POST /providers", "--m"),
    ("GET /providers/{id}", "rsm"),
    ("PATCH /providers/{id}", "--m"),
    ("DELETE /providers/{id}", "--m"),
    ("POST /providers/{id}/test", "--m"),
    ("GET /providers/{id}/webhook", "--m"),
    ("POST /providers/{id}/webhook/renew", "--m"),
    ("GET /senders", "rsm"),
    ("POST /senders", "--m"),
    ("GET /senders/{id}", "rsm"),
    ("PATCH /senders/{id}", "--m"),
    ("DELETE /senders/{id}", "--m"),
    ("POST /senders/{id}/code", "--m"),
    ("POST /senders/{id}/verify", "--m"),
    ("GET /senders/{id}/dns", "rsm"),
    ("POST /senders/{id}/dns/check", "--m"),
    ("GET /sandbox/messages", "rsm"),
    ("GET /sandbox/messages/{id}", "rsm"),
    ("GET /lists", "rsm"),
    ("POST /lists", "-s-"),
    ("GET /lists/{id}", "rsm"),
    ("PATCH /lists/{id}", "-s-"),
    ("DELETE /lists/{id}", "-s-"),
    ("GET /lists/{id}/members", "rsm"),
    ("POST /lists/{id}/members/by-address", "-s-"),
    ("GET /lists/{id}/members/export", "rsm"),
    ("PUT /lists/{id}/members/{contact_id}", "-s-"),
    ("POST /lists/{id}/members", "-s-"),
    ("DELETE /lists/{id}/members/{contact_id}", "-s-"),
    ("GET /contacts", "rsm"),
    ("POST /contacts", "-s-"),
    ("POST /contacts/tags", "-s-"),
    ("GET /contacts/{id}", "rsm"),
    ("PATCH /contacts/{id}", "-s-"),
    ("DELETE /contacts/{id}", "-s-"),
    ("POST /contacts/{id}/merge", "-s-"),
    ("GET /contacts/{id}/export", "-s-"),
    ("GET /contacts/{id}/events", "rsm"),
    ("GET /contacts/{id}/upcoming", "rsm"),
    ("GET /contacts/{id}/tags", "rsm"),
    ("POST /contacts/{id}/tags", "-s-"),
    ("DELETE /contacts/{id}/tags/{tag}", "-s-"),
    ("GET /contacts/{id}/consents", "rsm"),
    ("POST /contacts/{id}/consents", "-s-"),
    ("GET /custom-fields", "rsm"),
    ("POST /custom-fields", "-s-"),
    ("PATCH /custom-fields/{key}", "-s-"),
    ("DELETE /custom-fields/{key}", "-s-"),
    ("GET /pipeline-stages", "rsm"),
    ("PUT /pipeline-stages", "--m"),
    ("GET /imports", "rsm"),
    ("POST /imports", "-s-"),
    ("GET /imports/{id}", "rsm"),
    ("DELETE /imports/{id}", "-s-"),
    ("PUT /imports/{id}/mapping", "-s-"),
    ("POST /imports/{id}/start", "-s-"),
    ("POST /imports/{id}/stop", "-s-"),
    ("POST /imports/{id}/undo", "-s-"),
    ("GET /imports/{id}/rejects", "rsm"),
    ("GET /imports/{id}/rejects.csv", "rsm"),
    ("GET /imports/{id}/errors.csv", "rsm"),
    ("POST /proofs", "-s-"),
    ("GET /proofs/{id}", "rsm"),
    ("GET /suppressions", "rsm"),
    ("POST /suppressions", "-s-"),
    ("POST /suppressions/import", "-s-"),
    ("GET /suppressions/export", "rsm"),
    ("DELETE /suppressions/{channel}/{address}", "-s-"),
    ("GET /templates", "rsm"),
    ("POST /templates", "-s-"),
    ("GET /templates/{id}", "rsm"),
    ("GET /templates/starters", "rsm"),
    ("POST /templates/preview", "rsm"),
    ("PUT /templates/{id}", "-s-"),
    ("PATCH /templates/{id}", "-s-"),
    ("POST /templates/{id}/preview", "rsm"),
    ("GET /templates/{id}/blocks", "rsm"),
    ("PUT /templates/{id}/blocks", "-s-"),
    ("POST /templates/{id}/test", "-s-"),
    ("POST /templates/{id}/duplicate", "-s-"),
    ("POST /templates/{id}/archive", "-s-"),
    ("POST /templates/{id}/restore", "-s-"),
    ("GET /templates/{id}/versions", "rsm"),
    ("GET /templates/{id}/versions/{version}", "rsm"),
    ("POST /templates/{id}/versions/{version}/restore", "-s-"),
    ("GET /campaigns", "rsm"),
    ("POST /campaigns", "-s-"),
    ("GET /campaigns/{id}", "rsm"),
    ("PUT /campaigns/{id}", "-s-"),
    ("PATCH /campaigns/{id}", "-s-"),
    ("DELETE /campaigns/{id}", "-s-"),
    ("GET /campaigns/{id}/audience", "rsm"),
    ("POST /campaigns/{id}/schedule", "-s-"),
    ("POST /campaigns/{id}/unschedule", "-s-"),
    ("POST /campaigns/{id}/send", "-s-"),
    ("POST /campaigns/{id}/duplicate", "-s-"),
    ("POST /campaigns/{id}/archive", "-s-"),
    ("POST /campaigns/{id}/restore", "-s-"),
    ("GET /campaigns/{id}/estimate", "rsm"),
    ("POST /campaigns/{id}/start", "-s-"),
    ("POST /campaigns/{id}/pause", "-s-"),
    ("POST /campaigns/{id}/resume", "-s-"),
    ("POST /campaigns/{id}/cancel", "-s-"),
    ("POST /campaigns/{id}/test", "-s-"),
    ("GET /campaigns/{id}/stats", "rsm"),
    ("GET /campaigns/{id}/errors", "rsm"),
    ("GET /campaigns/{id}/recipients", "rsm"),
    ("GET /campaigns/{id}/recipients/{message_id}", "rsm"),
    ("POST /campaigns/{id}/recipients/list", "-s-"),
    ("GET /campaigns/{id}/report", "rsm"),
    ("GET /campaigns/{id}/results.csv", "rsm"),
    ("GET /campaigns/{id}/results.json", "rsm"),
    ("GET /campaigns/{id}/results.xlsx", "rsm"),
    ("POST /campaigns/{id}/retry", "-s-"),
    ("POST /campaigns/{id}/preview", "rsm"),
    ("POST /campaigns/{id}/test-send", "-s-"),
    ("GET /messages", "rsm"),
    ("GET /messages/{id}", "rsm"),
    ("GET /outbox", "rsm"),
    ("GET /outbox/{id}", "rsm"),
    ("GET /settings", "--m"),
    ("PATCH /settings", "--m"),
    ("GET /in-doubt", "rsm"),
    ("GET /campaigns/{id}/in-doubt", "rsm"),
    ("POST /campaigns/{id}/in-doubt", "-s-"),
    ("GET /workspace", "--m"),
    ("PATCH /workspace", "--m"),
    ("PUT /workspace/logo", "--m"),
    ("DELETE /workspace/logo", "--m"),
    ("GET /limits", "--m"),
    ("PATCH /limits", "--m"),
    ("DELETE /campaigns/{id}/recipients/{message_id}", "-s-"),
    ("GET /api-keys", "--m"),
    ("POST /api-keys", "--m"),
    ("DELETE /api-keys/{id}", "--m"),
    ("POST /api-keys/{id}/rotate", "--m"),
    ("GET /users", "--m"),
    ("POST /users", "--m"),
    ("PATCH /users/{id}", "--m"),
    ("DELETE /users/{id}", "--m"),
    ("DELETE /users/{id}/sessions", "--m"),
    ("GET /invitations", "--m"),
    ("POST /invitations", "--m"),
    ("DELETE /invitations/{id}", "--m"),
    ("POST /invitations/{id}/resend", "--m"),
    ("GET /audit", "--m"),
    ("GET /audit/export", "--m"),
];

#[tokio::test]
async fn each_route_opens_to_the_scopes_that_are_written_and_to_no_other() {
    assert_covered(TABLE.iter().map(|(route, _)| *route), &all());
    for route in api::routes() {
        let open =
            TABLE.iter().find(|(name, _)| *name == format!("{} {}", route.method, route.path)).map(|(_, open)| *open);
        let told = match route.needs {
            Needs::AnyScope => "rsm",
            Needs::Send => "-s-",
            Needs::Manage => "--m",
        };
        assert_eq!(open, Some(told), "{} {} is described otherwise", route.method, route.path);
    }
    let here = TestWorkspace::new().await;
    for (scope, letter) in [(Scope::Read, 'r'), (Scope::Send, 's'), (Scope::Manage, 'm')] {
        let api = Client::with(&here, &[scope]).await;
        for (route, open) in TABLE {
            // Ids that nobody has: who may ask is told that there is no such thing.
            let (method, path) = route.split_once(' ').unwrap();
            let path = path
                .replace("{id}", NOBODY)
                .replace("{contact_id}", NOBODY)
                .replace("{message_id}", NOBODY)
                .replace("{version}", "1")
                .replace("{key}", "nothing")
                .replace("{tag}", "nothing")
                .replace("{channel}/{address}", "email/nobody@one.example");
            let reply = api.send(method, &path, (method != "GET").then(|| json!({}))).await;
            assert_eq!(reply.status != 403, open.contains(letter), "{route} with {scope}: {}", reply.body);
        }
    }
}

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn what_is_refused_is_not_done() {
    let here = TestWorkspace::new().await;
    let api = Client::with(&here, &[Scope::Read, Scope::Manage]).await;
    let refused = api.post("/lists", json!({"name": "Customers"})).await.problem(403, "forbidden");
    assert_eq!(refused["detail"], "The scopes of this key do not allow it.");
    assert_eq!(api.get("/lists").await.expect(200), json!({"data": [], "next_cursor": null}));
}
