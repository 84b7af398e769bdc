//! Keys, users, the audit log, and whose key it is.

use domain::access::Scope;
use engine::testing::{PASSWORD, TestWorkspace};
use serde_json::json;

use crate::client::{Client, each, id};

#[tokio::test]
async fn a_key_knows_whose_it_is() {
    let here = TestWorkspace::new().await;
    let api = Client::with(&here, &[Scope::Read, Scope::Send]).await;
    let me = api.get("/me").await.expect(200);
    let expected = json!({
        "workspace": {"id": here.tenant, "name": "Maple Row", "slug": "maple-row", "time_zone": "America/New_York",
                      "postal_address": "1 Maple Row, Springfield"},
        "key": {"id": me["key"]["id"], "name": "Shop", "scopes": ["read", "send"]},
    });
    assert_eq!(me, expected);
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let fresh = api.post("/api-keys", json!({"name": "Till", "scopes": ["send", "read"]})).await.expect(201);
    let secret = fresh["secret"].as_str().unwrap();
    let expected = json!({
        "id": fresh["id"], "name": "Till", "prefix": secret[..14], "scopes": ["read", "send"], "secret": secret,
        "created_at": fresh["created_at"], "last_used_at": null, "expires_at": null, "revoked_at": null,
    });
    assert_eq!(fresh, expected);
    let keys = api.get("/api-keys").await.expect(200);
    assert_eq!(each(&keys, "name"), ["Till", "Shop"]);
    assert!(!keys.to_string().contains(secret));
    api.post("/api-keys", json!({"scopes": ["fly"]})).await.invalid(&[("name", "required"), ("scopes", "unknown")]);
}

#[tokio::test]
async fn a_key_hands_on_no_more_than_it_has() {
    let api = Client::with(&TestWorkspace::new().await, &[Scope::Manage]).await;
    let greedy = json!({"name": "Till", "scopes": ["manage", "send"]});
    api.post("/api-keys", greedy).await.invalid(&[("scopes", "not_yours")]);
    api.post("/api-keys", json!({"name": "Till", "scopes": ["manage"]})).await.expect(201);
}

#[tokio::test]
async fn a_person_joins_changes_roles_and_leaves() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let admin = json!({"email": "nora@maple.example", "password": PASSWORD, "roles": ["admin"]});
    let nora = id(&api.post("/users", admin).await.expect(201));
    let new = json!({"email": "ivo@maple.example", "name": "Ivo", "password": PASSWORD, "roles": ["viewer"]});
    let reply = api.post("/users", new.clone()).await;
    let location = reply.header("location").map(str::to_owned);
    let ivo = reply.expect(201);
    let expected = json!({
        "id": ivo["id"], "email": "ivo@maple.example", "name": "Ivo", "roles": ["viewer"],
        "created_at": ivo["created_at"], "last_seen_at": null,
    });
    let path = format!("/users/{}", id(&ivo));
    assert_eq!((&ivo, location), (&expected, Some(format!("/api/v1{path}"))));
    api.post("/users", new).await.invalid(&[("email", "taken")]);
    let nothing = [("email", "required"), ("password", "required"), ("roles", "required")];
    api.post("/users", json!({})).await.invalid(&nothing);

    let changed = api.patch(&path, json!({"roles": ["approver", "marketer"]})).await.expect(200);
    assert_eq!(changed["roles"], json!(["marketer", "approver"]));
    api.patch(&path, json!({"roles": ["king"]})).await.invalid(&[("roles", "unknown")]);
    api.patch(&path, json!({})).await.invalid(&[("roles", "required")]);
    api.delete(&path).await.expect(204);
    api.delete(&path).await.problem(404, "not_found");

    let last = format!("/users/{nora}");
    api.patch(&last, json!({"roles": ["viewer"]})).await.problem(409, "last_admin");
    api.delete(&last).await.problem(409, "last_admin");
    assert_eq!(each(&api.get("/users").await.expect(200), "email"), ["nora@maple.example"]);
}

#[tokio::test]
async fn the_log_tells_who_did_what() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let list = api.post("/lists", json!({"name": "Customers"})).await.expect(201);
    let log = api.get("/audit?limit=1").await.expect(200);
    let entry = &log["data"][0];
    let expected = json!({
        "id": entry["id"], "at": list["created_at"], "actor": "API key Shop", "actor_id": entry["actor_id"],
        "address": null,
        "action": "list.created", "subject_kind": "list", "subject_id": list["id"], "subject_name": "Customers",
        "detail": {"type": "static"},
    });
    assert_eq!(entry, &expected);
    let older = api.get(&format!("/audit?cursor={}", log["next_cursor"].as_str().unwrap())).await.expect(200);
    assert_eq!(each(&older, "action"), ["api_key.created", "workspace.created"]);
    assert_eq!(each(&api.get("/audit?search=list.").await.expect(200), "subject_name"), ["Customers"]);
}
