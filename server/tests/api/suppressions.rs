//! Addresses that nothing is sent to.

use engine::testing::TestWorkspace;
use serde_json::json;

use crate::client::{Client, each};

#[tokio::test]
async fn an_address_is_suppressed_found_and_left_again() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let reply =
        api.post("/suppressions", json!({"address": "Ada+x@One.example", "reason": "complaint", "note": "N"})).await;
    let location = reply.header("location").map(str::to_owned);
    let added = reply.expect(201);
    let expected = json!({
        "channel": "email", "address": "ada+x@one.example", "reason": "complaint", "note": "N", "since": added["since"],
        "added_by": "API key Shop",
    });
    assert_eq!(added, expected);
    let location = location.unwrap();
    assert_eq!(location, "/api/v1/suppressions?channel=email&search=ada%2Bx%40one.example");
    let found = api.get(location.strip_prefix("/api/v1").unwrap()).await.expect(200);
    assert_eq!(found, json!({"data": [expected], "next_cursor": null}));
    api.post("/suppressions", json!({"address": "ada+x@one.example"})).await.invalid(&[("address", "taken")]);
    let wrong = json!({"channel": "pigeon", "address": "x", "reason": "dislike"});
    api.post("/suppressions", wrong).await.invalid(&[("channel", "unknown"), ("reason", "unknown")]);
    api.get("/suppressions?channel=pigeon&cursor=7").await.invalid(&[("cursor", "invalid")]);
    api.get("/suppressions?channel=pigeon&reason=dislike")
        .await
        .invalid(&[("channel", "unknown"), ("reason", "unknown")]);

    let other = here.neighbour("Harbour").await;
    let path = "/suppressions/email/Ada%2Bx%40one.example";
    Client::of(&other).await.delete(&format!("{path}?reason=x")).await.problem(404, "not_found");
    api.delete("/suppressions/pigeon/x?reason=y").await.problem(404, "not_found");
    api.delete(path).await.invalid(&[("reason", "required")]);
    api.delete(&format!("{path}?reason=She+asked")).await.expect(204);
    api.delete(&format!("{path}?reason=She+asked")).await.problem(404, "not_found");
    assert_eq!(api.get("/suppressions").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_list_from_elsewhere_is_imported_and_exported_again() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let text = "address,channel,reason\nada@one.example,,Hard bounce\n+1 212 555 0123,sms,stop\nnobody,,\n";
    let imported = api.post("/suppressions/import", json!({"text": text, "note": "old system"})).await.expect(200);
    let bad = &imported["bad_lines"][0];
    let expected = json!({
        "added": 2, "known": 0, "rejected": 1,
        "bad_lines": [{"line": 4, "text": "nobody, , ", "message": bad["message"]}],
    });
    assert_eq!(imported, expected);
    assert!(bad["message"].as_str().unwrap().contains("name@example.com"), "{bad}");
    let again = api.post("/suppressions/import", json!({"text": text})).await.expect(200);
    assert_eq!((&again["added"], &again["known"]), (&0.into(), &2.into()));
    api.post("/suppressions/import", json!({"text": " ", "channel": "pigeon"}))
        .await
        .invalid(&[("channel", "unknown"), ("text", "required")]);
    let all = api.get("/suppressions?limit=1").await.expect(200);
    assert_eq!(
        (each(&all, "address"), &all["next_cursor"]),
        (vec!["ada@one.example"], &"email:ada@one.example".into())
    );
    let rest = api.get("/suppressions?limit=1&cursor=email:ada@one.example").await.expect(200);
    assert_eq!((each(&rest, "address"), &rest["next_cursor"]), (vec!["+12125550123"], &json!(null)));

    let file = api.get("/suppressions/export?channel=sms").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").unwrap().contains("suppressions.csv"));
    let text = file.expect(200).as_str().unwrap().to_owned();
    assert!(text.starts_with("address,channel,reason,note,since\r\n'+12125550123,sms,stop,old system,"), "{text}");
    assert_eq!(text.lines().count(), 2);
}

#[tokio::test]
async fn an_export_of_several_pieces_has_each_address_once() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let text: String = (0..12_345).map(|n| format!("p{n}@crowd.example\n")).collect();
    assert_eq!(api.post("/suppressions/import", json!({"text": text})).await.expect(200)["added"], 12_345);
    let file = api.get("/suppressions/export").await.expect(200);
    let mut lines: Vec<_> = file.as_str().unwrap().lines().skip(1).collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 12_345);
}
