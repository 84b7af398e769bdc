//! What people agreed to, in which words, and the files that prove it.

use domain::access::Scope;
use engine::testing::TestWorkspace;
use serde_json::json;

use crate::client::{Client, id};

#[tokio::test]
async fn a_proof_is_uploaded_named_in_a_consent_and_downloaded() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let reply = api.upload("/proofs", "/home/nora/form 7.pdf", b"%PDF-1.7 a form").await;
    let location = reply.header("location").map(str::to_owned);
    let proof = reply.expect(201);
    let expected = json!({
        "id": proof["id"], "name": "form 7.pdf", "media_type": "application/pdf", "bytes": 15,
        "added_at": proof["added_at"],
    });
    let path = format!("/proofs/{}", id(&proof));
    assert_eq!((&proof, location), (&expected, Some(format!("/api/v1{path}"))));
    let again = api.upload("/proofs", "other.pdf", b"%PDF-1.7 a form").await.expect(201);
    assert_eq!(again, expected, "the same content is kept once");

    let file = api.get(&path).await;
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    let disposition = "attachment; filename=\"form 7.pdf\"; filename*=UTF-8''form%207.pdf";
    assert_eq!(file.header("content-disposition"), Some(disposition));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(file.expect(200), "%PDF-1.7 a form");

    let path = format!("/contacts/{}/consents", here.contact_without_consent("ada@one.example", &[]).await);
    let consent = json!({
        "channel": "sms", "state": "granted", "source": "booking_form", "wording": "Text me offers", "evidence": "Desk",
        "at": "2026-02-14T09:30:00Z", "address": "2001:DB8::7", "proof": proof["id"],
    });
    let ada = api.post(&path, consent).await.expect(201);
    let expected = json!([{
        "channel": "sms", "purpose": "marketing", "state": "granted", "at": "2026-02-14T09:30:00Z",
        "source": "booking_form", "wording": "Text me offers", "evidence": "Desk", "address": "2001:db8::7",
        "recorded_by": "API key Shop", "recorded_at": ada["consents"][0]["recorded_at"],
        "proof": {"id": proof["id"], "name": "form 7.pdf"},
    }]);
    assert_eq!(ada["consents"], expected);
    let said = |at: &str, proof: &str| json!({"channel": "sms", "state": "granted", "source": "manual", "at": at, "proof": proof});
    api.post(&path, said("2036-01-01T00:00:00Z", "")).await.invalid(&[("at", "in_future")]);
    api.post(&path, said("yesterday", "7")).await.invalid(&[("at", "invalid"), ("proof", "unknown")]);
}

#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    api.upload("/proofs", "form.pdf", b"MZ\x90\0\x03").await.invalid(&[("file", "unsupported")]);
    api.upload("/proofs", "empty.txt", b"").await.invalid(&[("file", "required")]);
    api.upload("/proofs", "large.txt", &vec![b'a'; 5 * 1024 * 1024 + 1]).await.invalid(&[("file", "too_large")]);
    api.upload("/proofs", "larger.txt", &vec![b'a'; 6 * 1024 * 1024]).await.problem(413, "too_large");
    api.post("/proofs", json!({"file": "x"})).await.problem(400, "malformed");
    let reader = Client::with(&here, &[Scope::Read]).await;
    reader.upload("/proofs", "form.txt", b"Yes").await.problem(403, "forbidden");
}
