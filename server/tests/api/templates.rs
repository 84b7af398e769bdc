//! Templates, their versions and previews.

use engine::testing::{Sink, TestWorkspace};
use serde_json::json;

use crate::client::{Client, each, id};

#[tokio::test]
async fn each_save_is_a_new_version() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let new = json!({"name": "Spring", "channel": "email", "subject": "Hi {{first_name}}", "html": "<p>Hi</p>"});
    let made = api.post("/templates", new).await.expect(201);
    let expected = json!({
        "id": made["id"], "name": "Spring", "slug": "spring", "description": "", "channel": "email",
        "category": "marketing", "format": "html", "active": true, "used": 0, "version": 1,
        "subject": "Hi {{first_name}}", "preheader": "", "html": "<p>Hi</p>", "text": "", "variables": ["first_name"],
        "created_at": made["created_at"], "updated_at": made["updated_at"],
    });
    assert_eq!(made, expected);
    let path = format!("/templates/{}", id(&made));
    let changed =
        json!({"name": "Spring", "channel": "email", "subject": "Hello", "html": "<p>Hello</p>", "text": "Hello"});
    let saved = api.put(&path, changed).await.expect(200);
    assert_eq!((&saved["version"], &saved["subject"], &saved["text"]), (&2.into(), &"Hello".into(), &"Hello".into()));
    assert_eq!(api.get(&path).await.expect(200), saved);
    assert_eq!(each(&api.get("/templates").await.expect(200), "subject"), ["Hello"]);
}

#[tokio::test]
async fn a_text_that_cannot_be_rendered_is_refused_with_its_place() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let new = json!({"name": "Spring", "channel": "email", "subject": "Hi", "html": "<p>\n{{frist_name}}</p>"});
    let problem = api.post("/templates", new).await.invalid(&[("html", "unknown_variable")]);
    let message = problem["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("Line 2, column 1: There is no variable frist_name."), "{message}");
    let nothing = ["name", "channel", "subject", "html"].map(|field| (field, "required"));
    api.post("/templates", json!({})).await.invalid(&nothing);
}

#[tokio::test]
async fn a_preview_is_for_somebody_or_for_somebody_made_up() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let template = here.template("Spring", "Hi {{first_name}}", "<p>Dear {{first_name}} {{last_name}}</p>").await;
    let path = format!("/templates/{template}/preview");
    let preview = api.send("POST", &path, None).await.expect(200);
    assert_eq!(preview["subject"], "Hi Nora");
    let (html, text) = (preview["html"].as_str().unwrap(), preview["text"].as_str().unwrap());
    assert!(html.starts_with("<p>Dear Nora Whitfield</p>") && html.contains("1 Maple Row, Springfield"), "{html}");
    assert!(text.starts_with("Dear Nora Whitfield"), "{text}");
    let ada = here.contact("ada@one.example", &[]).await;
    let missing = api.post(&path, json!({"contact_id": ada})).await.invalid(&[("html", "missing_value")]);
    assert!(missing["detail"].as_str().unwrap().contains("last_name"), "{missing}");
    api.post(&path, json!({"contact_id": "7"})).await.invalid(&[("contact_id", "unknown")]);
}

#[tokio::test]
async fn a_mail_is_made_of_blocks() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let blocks = json!({"blocks": [
        {"type": "heading", "text": "Hi {{first_name}}"},
        {"type": "text", "text": [{"runs": [{"text": "Come "}, {"text": "today", "bold": true}]}]},
        {"type": "columns", "columns": [[{"type": "button", "label": "Book", "url": "https://maple.example/book"}], []]},
    ]});
    let new = json!({"name": "Spring", "channel": "email", "subject": "News", "format": "blocks", "blocks": blocks});
    let made = api.post("/templates", new).await.expect(201);
    assert!(made["html"].as_str().unwrap().contains("Come <strong>today</strong>"), "{}", made["html"]);
    assert!(made["text"].as_str().unwrap().contains("Book: https://maple.example/book"), "{}", made["text"]);
    let path = format!("/templates/{}/blocks", id(&made));
    let kept = api.get(&path).await.expect(200);
    let types: Vec<_> =
        kept["blocks"]["blocks"].as_array().unwrap().iter().map(|block| block["type"].as_str()).collect();
    assert_eq!(types, [Some("heading"), Some("text"), Some("columns")]);
    assert_eq!(kept["version"], 1);
    assert_eq!(kept["blocks"]["blocks"][2]["columns"][0][0]["id"], 4, "each block has a number");

    let mut change = json!({"name": "Spring", "subject": "Newer", "blocks": kept["blocks"]});
    let saved = api.put(&path, change.clone()).await.expect(200);
    assert_eq!((&saved["version"], &saved["blocks"]), (&2.into(), &kept["blocks"]));
    change["blocks"]["blocks"][2]["columns"][0][0]["url"] = "javascript:alert(1)".into();
    change["name"] = "".into();
    let told = [("name", "required"), ("blocks.blocks.2.columns.0.0.url", "invalid_link")];
    api.put(&path, change).await.invalid(&told);
    let odd = json!({"name": "Odd", "channel": "email", "subject": "News", "format": "blocks", "blocks": {"blocks": [{"type": "script"}]}});
    api.post("/templates", odd).await.invalid(&[("blocks", "wrong_type")]);
}

#[tokio::test]
async fn html_is_not_made_of_blocks() {
    let here = TestWorkspace::new().await;
    let (api, template) = (Client::of(&here).await, here.template("Plain", "Hello", "<p>Hello</p>").await);
    api.get(&format!("/templates/{template}/blocks")).await.problem(409, "not_blocks");
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let new =
        json!({"name": "Spring", "channel": "email", "subject": "Hi", "html": "<p>Hi</p>", "category": "notification"});
    let path = format!("/templates/{}", id(&api.post("/templates", new).await.expect(201)));
    let saved = api.send("PATCH", &path, Some(json!({"subject": "Hello", "slug": "spring-news"}))).await.expect(200);
    assert_eq!(
        (&saved["version"], &saved["subject"], &saved["html"]),
        (&2.into(), &"Hello".into(), &"<p>Hi</p>".into())
    );
    assert_eq!((&saved["slug"], &saved["category"]), (&"spring-news".into(), &"notification".into()));
    let named = api.send("PATCH", &path, Some(json!({"name": "Easter"}))).await.expect(200);
    assert_eq!((&named["version"], &named["name"]), (&2.into(), &"Easter".into()), "the text is the same");
    api.send("PATCH", &path, Some(json!({"slug": "Spring News"}))).await.invalid(&[("slug", "invalid")]);
    let versions = api.get(&format!("{path}/versions")).await.expect(200);
    assert_eq!(each(&versions, "subject"), ["Hello", "Hi"]);
    assert_eq!(api.get(&format!("{path}/versions/1")).await.expect(200)["subject"], "Hi");
    let back = api.post(&format!("{path}/versions/1/restore"), json!({})).await.expect(200);
    assert_eq!((&back["version"], &back["subject"]), (&3.into(), &"Hi".into()));
    api.get(&format!("{path}/versions/7")).await.problem(404, "not_found");
}

#[tokio::test]
async fn templates_begin_with_a_starter_are_narrowed_copied_and_archived() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let starters = api.get("/templates/starters").await.expect(200);
    assert!(each(&starters, "key").len() >= 6, "{starters}");
    let made = api.post("/templates", json!({"starter": "welcome"})).await.expect(201);
    assert_eq!((&made["name"], &made["format"]), (&"Welcome".into(), &"html".into()));
    let path = format!("/templates/{}", id(&made));
    let copy = api.send("POST", &format!("{path}/duplicate"), None).await.expect(201);
    assert_eq!(copy["name"], "Welcome (copy)");
    let archived = api.send("POST", &format!("{path}/archive"), None).await.expect(200);
    assert_eq!(archived["active"], false);
    for (query, names) in [
        ("", vec!["Welcome (copy)"]),
        ("?active=all", vec!["Welcome (copy)", "Welcome"]),
        ("?active=false", vec!["Welcome"]),
        ("?category=transactional", vec![]),
        ("?search=copy", vec!["Welcome (copy)"]),
    ] {
        assert_eq!(each(&api.get(&format!("/templates{query}")).await.expect(200), "name"), names, "{query}");
    }
    api.get("/templates?category=spam").await.invalid(&[("category", "unknown")]);
    assert_eq!(api.send("POST", &format!("{path}/restore"), None).await.expect(200)["active"], true);
}

#[tokio::test]
async fn a_text_that_is_not_saved_is_previewed_too() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let ada = here.contact("ada@one.example", &[]).await;
    let typed =
        json!({"subject": "Hi {first_name}", "html": "<style>p{color:red}</style><p>Hi</p>", "contact_id": ada});
    let shown = api.post("/templates/preview", typed).await.expect(200);
    assert_eq!((&shown["subject"], &shown["warnings"]), (&"Hi ada".into(), &json!([])));
    assert!(shown["html"].as_str().unwrap().contains("<p style=\"color: red"), "{shown}");
    api.post("/templates/preview", json!({"html": "{{x}}"})).await.invalid(&[("subject", "required")]);
    let wrong = json!({"subject": "Hi", "html": "{{x}}"});
    api.post("/templates/preview", wrong).await.invalid(&[("html", "unknown_variable")]);
}

#[tokio::test]
async fn a_test_is_sent_through_the_senders_provider() {
    let here = TestWorkspace::new().await;
    let (api, sink) = (Client::of(&here).await, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let template = here.template("Spring", "Hi {{first_name}}", "<p>Hi</p>").await;
    let campaign = here.campaign("Spring news", sender, &[]).await;
    let body = json!({"to": "boss@elsewhere.example", "sender_id": sender});
    let done = api.post(&format!("/templates/{template}/test"), body).await.expect(200);
    assert_eq!(done, json!({"ok": true, "message": "Sent to boss@elsewhere.example."}));
    let own = json!({"to": "boss@elsewhere.example"});
    api.post(&format!("/campaigns/{campaign}/test"), own.clone()).await.expect(200);
    let subjects: Vec<_> = sink.mails().iter().map(|mail| mail.header("Subject").unwrap()).collect();
    assert_eq!(subjects, ["[Test] Hi Nora", "[Test] News for Nora"]);
    api.post(&format!("/templates/{template}/test"), own).await.invalid(&[("sender_id", "required")]);
}
