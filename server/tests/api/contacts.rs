//! What is done with contacts: changed, tagged, merged, erased, given out.

use engine::testing::TestWorkspace;
use serde_json::json;

use crate::client::{Client, each, id};

#[tokio::test]
async fn a_contact_is_changed_field_by_field() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let ada = id(&api.post("/contacts", json!({"email": "ada@one.example", "custom": {"size": 3}})).await.expect(201));
    let path = format!("/contacts/{ada}");
    let change = json!({
        "phone": "212 555 0123", "country": "US", "lead_score": 85, "latitude": 40.7, "longitude": -74.0,
        "tags": ["VIP"], "custom": {"size": null, "hat": "m"}, "do_not_contact": true,
    });
    let changed = api.send("PATCH", &path, Some(change)).await.expect(200);
    assert_eq!((&changed["phone"], &changed["lead_score"]), (&json!("+12125550123"), &json!(85)));
    assert_eq!((&changed["custom"], &changed["tags"]), (&json!({"hat": "m"}), &json!(["vip"])));
    assert_eq!((&changed["email"], &changed["do_not_contact"]), (&json!("ada@one.example"), &json!(true)));
    assert_eq!(api.get(&path).await.expect(200), changed);
    let wrong = json!({"latitude": 91, "birthday": "soon", "phone": "12"});
    let fields = [("phone", "invalid_phone"), ("latitude", "invalid"), ("birthday", "invalid_date")];
    api.send("PATCH", &path, Some(wrong)).await.invalid(&fields);
}

#[tokio::test]
async fn filters_find_who_fits() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    for (email, tag) in [("ada@one.example", "vip"), ("ben@two.example", "new")] {
        api.post("/contacts", json!({"email": email, "tags": [tag], "stage": "hook"})).await.expect(201);
    }
    let emails = async |query: &str| each(&api.get(&format!("/contacts?{query}")).await.expect(200), "email").join(" ");
    assert_eq!(emails("tag=VIP").await, "ada@one.example");
    assert_eq!(emails("stage=hook&consent=none&limit=1").await, "ben@two.example");
    assert_eq!(emails("search=two.exa&match=anywhere").await, "ben@two.example");
    assert_eq!(emails("suppressed=true").await, "");
    api.get("/contacts?consent=perhaps&test=2").await.invalid(&[("consent", "unknown"), ("test", "invalid")]);
}

#[tokio::test]
async fn tags_come_and_go() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let (ada, ben) = (here.contact("ada@one.example", &[]).await, here.contact("ben@two.example", &[]).await);
    let tags = format!("/contacts/{ada}/tags");
    assert_eq!(api.post(&tags, json!({"tags": ["b, A"]})).await.expect(200)["data"], json!(["a", "b"]));
    assert_eq!(api.delete(&format!("{tags}/A")).await.expect(200)["data"], json!(["b"]));
    let many = json!({"contact_ids": [ada, ben], "add": ["new"], "remove": ["b"]});
    assert_eq!(api.post("/contacts/tags", many).await.expect(200), json!({"changed": 2}));
    assert_eq!(api.get(&tags).await.expect(200)["data"], json!(["new"]));
    api.post(&tags, json!({})).await.invalid(&[("add", "required")]);
}

#[tokio::test]
async fn two_become_one_and_the_one_is_given_out_and_erased() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let (stays, goes) = (here.contact("ada@one.example", &[]).await, here.contact("byron@two.example", &[]).await);
    let merge = format!("/contacts/{goes}/merge");
    let one = api.post(&merge, json!({"into": stays, "take": ["email"]})).await.expect(200);
    assert_eq!((&one["id"], &one["email"]), (&json!(stays), &json!("byron@two.example")));
    assert_eq!(api.get(&format!("/contacts/{goes}")).await.expect(200), one, "the old id leads to the same");
    api.post(&merge, json!({"into": stays})).await.problem(404, "not_found");

    let path = format!("/contacts/{stays}");
    let all = api.get(&format!("{path}/export")).await.expect(200);
    assert_eq!(all["profile"]["email"], "byron@two.example");
    assert_eq!(all["consents"].as_array().unwrap().len(), 2);
    assert!(all["exported_at"].is_string() && all["audit"].as_array().unwrap().len() >= 3, "{all}");
    assert_eq!(api.get(&format!("{path}/events")).await.expect(200), json!({"data": [], "next_cursor": null}));
    assert_eq!(api.get(&format!("{path}/upcoming")).await.expect(200)["data"], json!([]));

    api.delete(&path).await.expect(204);
    api.get(&path).await.problem(404, "not_found");
    let again = json!({"email": "byron@two.example"});
    api.post("/contacts", again).await.invalid(&[("email", "erased")]);
    api.post("/contacts", json!({"email": "byron@two.example", "came_back": true})).await.expect(201);
}

#[tokio::test]
async fn custom_fields_and_stages_are_put_in_order() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let field = api.post("/custom-fields", json!({"label": "Lifetime value", "kind": "number"})).await.expect(201);
    assert_eq!((&field["key"], &field["kind"]), (&json!("lifetime_value"), &json!("number")));
    let path = "/custom-fields/lifetime_value";
    assert_eq!(api.send("PATCH", path, Some(json!({"label": "Value"}))).await.expect(200)["label"], "Value");
    let wrong = json!({"email": "a@b.co", "custom": {"lifetime_value": "much"}});
    api.post("/contacts", wrong).await.invalid(&[("custom.lifetime_value", "wrong_kind")]);
    api.delete(path).await.expect(204);
    assert_eq!(api.get("/custom-fields").await.expect(200)["data"], json!([]));

    let stages = api.get("/pipeline-stages").await.expect(200);
    assert_eq!(each(&stages, "key"), ["hook", "engagement", "sales", "retention"]);
    let stages = json!({"stages": [{"key": "hook", "name": "Hello"}, {"name": "Bye"}]});
    let put = api.send("PUT", "/pipeline-stages", Some(stages)).await.expect(200);
    assert_eq!(put["data"], json!([{"key": "hook", "name": "Hello"}, {"key": "bye", "name": "Bye"}]));
    api.send("PUT", "/pipeline-stages", Some(json!({}))).await.invalid(&[("stages", "required")]);
}
