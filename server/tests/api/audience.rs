//! Contacts, what they agreed to, and lists.

use engine::testing::TestWorkspace;
use serde_json::json;

use crate::client::{Client, each, id};

#[tokio::test]
async fn a_contact_comes_back_as_it_is_kept() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let list = here.list("Customers").await;
    let new = json!({
        "email": " Ada@One.example ", "phone": "+1 (212) 555-0123", "first_name": "Ada", "last_name": "Byron",
        "business_name": "Engines", "time_zone": "Europe/London", "custom": {"size": 3, "tags": ["a", null]},
        "consents": [{"channel": "email", "state": "granted", "source": "paper form", "evidence": "May 2026"}],
        "lists": [list],
    });
    let reply = api.post("/contacts", new).await;
    let location = reply.header("location").map(str::to_owned);
    let ada = reply.expect(201);
    let at = &ada["created_at"];
    let unknown = json!({
        "source": null, "external_id": null, "whatsapp": null, "social": "", "language": null, "city": "", "state": "",
        "country": null, "latitude": null, "longitude": null, "industry": "", "lead_score": null, "stage": null,
        "birthday": null, "tags": [], "test": false, "last_activity_at": null,
    });
    let mut expected = json!({
        "id": ada["id"], "email": "Ada@One.example", "phone": "+12125550123", "first_name": "Ada",
        "last_name": "Byron", "business_name": "Engines", "time_zone": "Europe/London",
        "custom": {"size": 3, "tags": ["a", null]}, "do_not_contact": false, "email_consent": "granted",
        "created_at": at, "updated_at": at, "suppressed": null, "messages": [],
        "consents": [{"channel": "email", "purpose": "marketing", "state": "granted", "at": at, "source": "api",
                      "wording": "", "evidence": "paper form: May 2026", "address": null, "recorded_by": "API key Shop",
                      "recorded_at": at, "proof": null}],
        "lists": [{"id": list, "name": "Customers"}],
    });
    expected.as_object_mut().unwrap().extend(unknown.as_object().unwrap().clone());
    assert_eq!(ada, expected);
    assert!(at.as_str().unwrap().ends_with('Z'), "times are in UTC: {at}");
    let path = format!("/contacts/{}", id(&ada));
    assert_eq!(location, Some(format!("/api/v1{path}")));
    assert_eq!(api.get(&path).await.expect(200), expected);
    api.post("/contacts", json!({"email": "ADA@one.example"})).await.invalid(&[("email", "taken")]);
    api.post("/contacts", json!({"phone": "+12125550123"})).await.invalid(&[("phone", "taken")]);
    api.post("/contacts", json!({})).await.invalid(&[("email", "required")]);
}

#[tokio::test]
async fn consent_is_a_history_of_which_the_newest_counts() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let path = format!("/contacts/{}/consents", here.contact("ada@one.example", &[]).await);
    let withdrawn = json!({"channel": "email", "state": "withdrawn", "source": "manual", "evidence": "by phone"});
    let ada = api.post(&path, withdrawn).await.expect(201);
    assert_eq!(ada["email_consent"], "withdrawn");
    let history = api.get(&path).await.expect(200);
    assert_eq!(each(&history, "state"), ["withdrawn", "granted"]);
    assert_eq!((&history["data"], &history["next_cursor"]), (&ada["consents"], &json!(null)));
    let nothing = [("channel", "required"), ("state", "required"), ("source", "required")];
    api.post(&path, json!({})).await.invalid(&nothing);
}

#[tokio::test]
async fn contacts_are_found_by_how_they_begin() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    for email in ["ada@one.example", "ben@two.example", "adam@three.example"] {
        here.contact(email, &[]).await;
    }
    let found = api.get("/contacts?search=ADA").await.expect(200);
    assert_eq!(each(&found, "email"), ["adam@three.example", "ada@one.example"]);
    assert_eq!(api.get("/contacts?search=zoe").await.expect(200), json!({"data": [], "next_cursor": null}));
}

#[tokio::test]
async fn a_list_is_made_filled_and_emptied() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let reply = api.post("/lists", json!({"name": "Customers", "description": "Who bought", "type": "static"})).await;
    let location = reply.header("location").map(str::to_owned);
    let list = reply.expect(201);
    let path = format!("/lists/{}", id(&list));
    let expected = json!({
        "id": list["id"], "name": "Customers", "description": "Who bought", "type": "static", "total": 0, "active": 0,
        "bounced": 0, "unsubscribed": 0, "created_at": list["created_at"],
    });
    assert_eq!((&list, location), (&expected, Some(format!("/api/v1{path}"))));
    api.post("/lists", json!({"name": "customers"})).await.invalid(&[("name", "taken")]);
    api.post("/lists", json!({"type": "magic"})).await.invalid(&[("name", "required"), ("type", "unknown")]);

    let (ada, ben) = (here.contact("ada@one.example", &[]).await, here.contact("ben@two.example", &[]).await);
    let members = format!("{path}/members");
    let added = api.post(&members, json!({"contact_ids": [ada, ben, ada]})).await.expect(200);
    let list = json!({"added": 2, "errors": [], "list": {
        "id": expected["id"], "name": "Customers", "description": "Who bought", "type": "static", "total": 2,
        "active": 2, "bounced": 0, "unsubscribed": 0, "created_at": expected["created_at"],
    }});
    assert_eq!(added, list);
    assert_eq!(api.post(&members, json!({"contact_ids": [ada]})).await.expect(200)["added"], 0);
    let shown = api.get(&members).await.expect(200);
    let first = &shown["data"][0];
    let expected = json!({
        "contact_id": ada, "label": "ada", "email": "ada@one.example", "status": "active", "added_by": "api",
        "added_at": first["added_at"], "changed_at": null,
    });
    assert_eq!((first, each(&shown, "label")), (&expected, vec!["ada", "ben"]));

    api.delete(&format!("{members}/{ada}")).await.expect(204);
    api.delete(&format!("{members}/{ada}")).await.problem(404, "not_found");
    assert_eq!(each(&api.get(&members).await.expect(200), "label"), ["ben"]);
    assert_eq!(api.get(&path).await.expect(200)["active"], 1);
    api.post(&members, json!({})).await.invalid(&[("contact_ids", "required")]);
    api.post(&members, json!({"contact_ids": ["7"]})).await.invalid(&[("contact_ids", "unknown")]);
    assert_eq!(each(&api.get("/lists").await.expect(200), "name"), ["Customers"]);
}
