//! The DNS of senders' domains.

use domain::dns::DnsKind;
use engine::testing::{Names, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, id};

#[tokio::test]
async fn a_program_sees_the_lines_and_has_them_checked() {
    let (mut here, names) = (TestWorkspace::new().await, Names::new().await);
    here.engine.dns = names.dns();
    let api = Client::of(&here).await;
    let config = json!({"host": "smtp.sendgrid.net", "port": 587, "tls": "starttls"});
    let provider = json!({"channel": "email", "kind": "smtp", "name": "Post office", "config": config});
    let provider = id(&api.post("/providers", provider).await.expect(201));
    let new = json!({"email": "nora@maple.example", "provider_id": provider, "dkim_selector": "s1"});
    let made = api.post("/senders", new.clone()).await.expect(201);
    assert_eq!(
        (&made["dkim_selector"], &made["dns"], &made["dns_checked_at"]),
        (&"s1".into(), &Value::Null, &Value::Null)
    );
    let path = format!("/senders/{}/dns", id(&made));

    let dns = api.get(&path).await.expect(200);
    assert_eq!(
        (&dns["domain"], &dns["state"], &dns["checked_at"]),
        (&"maple.example".into(), &"unchecked".into(), &Value::Null)
    );
    let expected = json!({
        "purpose": "spf", "name": "maple.example", "kind": "TXT", "value": "v=spf1 include:sendgrid.net ~all",
        "state": "unchecked", "found": [], "note": "",
    });
    assert_eq!(dns["lines"][0], expected);

    names.say("maple.example", DnsKind::Txt, &["v=spf1 mx -all"]);
    names.say("_dmarc.maple.example", DnsKind::Txt, &["v=DMARC1; p=none"]);
    let checked = api.post(&format!("{path}/check"), json!({})).await.expect(200);
    assert_eq!((&checked["state"], checked["checked_at"].is_string()), (&"wrong".into(), true));
    let states: Vec<_> = checked["lines"].as_array().unwrap().iter().map(|line| &line["state"]).collect();
    assert_eq!(states, ["different", "missing", "right"]);
    assert_eq!(checked["lines"][0]["found"], json!(["v=spf1 mx -all"]));
    assert_eq!(checked["lines"][0]["value"], "v=spf1 mx include:sendgrid.net -all");
    assert_eq!(api.get(&path).await.expect(200), checked, "it is kept");
    let sender = api.get(&format!("/senders/{}", id(&made))).await.expect(200);
    assert_eq!((&sender["dns"], &sender["dns_checked_at"]), (&"wrong".into(), &checked["checked_at"]));

    let mut odd = new;
    odd["email"] = "olga@maple.example".into();
    odd["dkim_selector"] = "two words".into();
    api.post("/senders", odd).await.invalid(&[("dkim_selector", "invalid")]);
}
