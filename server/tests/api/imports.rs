//! Imports from outside: a file with its mapping, progress, what was rejected, and taking it back.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use axum::{body::Body, http::header};
use engine::{imports, testing::TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, Reply, id};

const FILE: &str = "E-Mail,First name,Newsletter\r\nada@one.example,Ada,yes\r\nnobody,Ben,\r\n";

/// Sends a form with these parts: name, file name, content.
async fn form(api: &Client, parts: &[(&str, Option<&str>, &[u8])]) -> Reply {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    let request = api.request("POST", "/imports").header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    api.ask(request.body(Body::from(body)).unwrap()).await
}

async fn work(here: &TestWorkspace) {
    imports::run_until_idle(&here.engine).await.unwrap();
}

#[tokio::test]
async fn a_file_with_its_mapping_is_imported_at_once() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let list = id(&api.post("/lists", json!({"name": "Fair"})).await.expect(201));
    let mapping = json!({
        "list_id": list, "columns": {"E-Mail": "email", "First name": "first_name", "Newsletter": "consent.email"},
        "basis": "consent", "wording": "News, please", "duplicates": "update",
    })
    .to_string();
    let parts = [("mapping", None, mapping.as_bytes()), ("file", Some("fair.csv"), FILE.as_bytes())];
    for round in 0..2 {
        let import = id(&form(&api, &parts).await.expect(202));
        work(&here).await;
        let done = api.get(&format!("/imports/{import}")).await.expect(200);
        assert_eq!(
            (&done["status"], &done["rows_total"], &done["rows_done"]),
            (&"completed".into(), &2.into(), &2.into())
        );
        let counts: Vec<_> =
            ["created", "updated", "unchanged", "rejected"].iter().map(|c| done[*c].as_i64().unwrap()).collect();
        assert_eq!(counts, if round == 0 { [1, 0, 0, 1] } else { [0, 0, 1, 1] }, "the same file again changes nothing");
        assert_eq!(done["list"]["name"], "Fair");
        let rejects = api.get(&format!("/imports/{import}/rejects")).await.expect(200);
        let reject = &rejects["data"][0];
        assert_eq!(
            (&reject["row"], &reject["column"], &reject["value"]),
            (&3.into(), &"E-Mail".into(), &"nobody".into())
        );
        assert_eq!(reject["code"], "invalid_email");
        let csv = api.get(&format!("/imports/{import}/rejects.csv")).await.expect(200);
        assert!(csv.as_str().unwrap().contains("3,E-Mail,nobody,rejected,invalid_email,"), "{csv}");
    }
    let contacts = api.get("/contacts").await.expect(200);
    assert_eq!(contacts["data"][0]["first_name"], "Ada");
}

#[tokio::test]
async fn without_a_mapping_a_file_waits_is_checked_started_and_undone() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let import = id(&form(&api, &[("file", Some("fair.csv"), FILE.as_bytes())]).await.expect(202));
    let waiting = api.get(&format!("/imports/{import}")).await.expect(200);
    assert_eq!(waiting["status"], "uploaded");
    assert_eq!(waiting["columns"], json!(["email", "first_name", "consent.email"]), "guessed");
    assert_eq!(waiting["found"]["sample"][0][1], "Ada");
    let refused = api.put(&format!("/imports/{import}/mapping"), json!({"basis": "none"})).await;
    assert_eq!(refused.problem(422, "invalid")["errors"][0]["field"], "basis");
    let mapping = json!({"basis": "consent", "wording": "News, please"});
    api.put(&format!("/imports/{import}/mapping"), mapping).await.expect(202);
    work(&here).await;
    let checked = api.get(&format!("/imports/{import}")).await.expect(200);
    assert_eq!((&checked["status"], &checked["created"]), (&"checked".into(), &1.into()));
    assert_eq!(api.get("/contacts").await.expect(200)["data"], json!([]));
    api.post(&format!("/imports/{import}/start"), json!({})).await.expect(202);
    work(&here).await;
    assert_eq!(api.get("/contacts").await.expect(200)["data"].as_array().unwrap().len(), 1);
    assert_eq!(api.get("/imports").await.expect(200)["data"][0]["file"], "fair.csv");
    api.post(&format!("/imports/{import}/stop"), json!({})).await.problem(409, "not_running");
    api.post(&format!("/imports/{import}/undo"), json!({})).await.expect(202);
    work(&here).await;
    assert_eq!(api.get("/contacts").await.expect(200)["data"], json!([]));
    assert_eq!(api.get(&format!("/imports/{import}")).await.expect(200)["status"], "undone");
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_told_and_nothing_is_kept() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let code = |reply: Reply| -> (Value, Value) {
        let problem = reply.problem(422, "invalid");
        (problem["errors"][0]["field"].clone(), problem["errors"][0]["code"].clone())
    };
    assert_eq!(code(api.post("/imports", json!({})).await), ("file".into(), "required".into()));
    assert_eq!(code(form(&api, &[("mapping", None, b"{}")]).await), ("file".into(), "required".into()));
    let picture = form(&api, &[("file", Some("x.csv"), b"\x89PNG\r\n\x1a\n")]).await;
    assert_eq!(code(picture), ("file".into(), "not_a_table".into()));
    let broken = form(&api, &[("file", Some("x.csv"), FILE.as_bytes()), ("mapping", None, b"{")]).await;
    assert_eq!(code(broken), ("mapping".into(), "wrong_type".into()));
    let wrong =
        form(&api, &[("mapping", None, br#"{"columns":{"Shoe":"email"}}"#), ("file", Some("x.csv"), FILE.as_bytes())])
            .await;
    assert_eq!(code(wrong), ("columns.Shoe".into(), "unknown".into()));
    let cut = api.request("POST", "/imports").header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    let begun = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\nemail\na@b.co";
    assert_eq!(code(api.ask(cut.body(Body::from(begun)).unwrap()).await), ("file".into(), "cut_off".into()));
    assert_eq!(api.get("/imports").await.expect(200)["data"], json!([]));
}
