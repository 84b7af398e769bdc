//! Messages in doubt and the setting for them, as a program sees both.

use domain::access::Scope;
use engine::testing::{Answer, Phase, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, each};

const BEN: &str = "ben@two.example";

/// A campaign that is finished with Ben's message in doubt, and its path.
async fn in_doubt(here: &TestWorkspace, sink: &Sink) -> String {
    let list = here.list("Customers").await;
    let sender = here.sender(&here.provider(sink).await).await;
    here.contact("ada@one.example", &[list]).await;
    here.contact(BEN, &[list]).await;
    sink.to(BEN, Phase::Dot, Answer::Close);
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    here.work().await;
    sink.behave();
    format!("/campaigns/{campaign}")
}

async fn decide(api: &Client, campaign: &str, body: Value) -> crate::client::Reply {
    api.post(&format!("{campaign}/in-doubt"), body).await
}

#[tokio::test]
async fn what_is_in_doubt_is_found_and_sent_again() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (campaign, api) = (in_doubt(&here, &sink).await, Client::of(&here).await);
    let campaigns = api.get("/in-doubt").await.expect(200);
    assert_eq!((each(&campaigns, "name"), &campaigns["data"][0]["count"]), (vec!["Spring news"], &json!(1)));
    let page = api.get(&format!("{campaign}/in-doubt")).await.expect(200);
    assert_eq!(each(&page, "address"), [BEN]);
    let one = &page["data"][0];
    assert_eq!((&one["reason"], &one["attempts"], &one["sent_again"]), (&json!("no_answer"), &json!(1), &json!(false)));

    let done = decide(&api, &campaign, json!({"decision": "send_again", "ids": [one["id"]]})).await.expect(200);
    assert_eq!(done, json!({"changed": 1, "already_decided": 0, "left": 0}));
    let stats = api.get(&format!("{campaign}/stats")).await.expect(200);
    let expected = (&json!("completed"), &json!("Sending again, 1 waiting"), &json!(1));
    assert_eq!((&stats["status"], &stats["status_shown"], &stats["waiting"]), expected);
    here.work().await;
    let stats = api.get(&format!("{campaign}/stats")).await.expect(200);
    assert_eq!((&stats["status_shown"], &stats["sent"]), (&json!("Finished"), &json!(2)));
    let done = decide(&api, &campaign, json!({"decision": "mark_sent", "ids": [one["id"]]})).await.expect(200);
    assert_eq!(done, json!({"changed": 0, "already_decided": 1, "left": 0}));
    assert_eq!(sink.attempts(BEN), 2);
}

#[tokio::test]
async fn all_are_decided_at_once_and_mistakes_are_told() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (campaign, api) = (in_doubt(&here, &sink).await, Client::of(&here).await);
    decide(&api, &campaign, json!({})).await.invalid(&[("decision", "required")]);
    decide(&api, &campaign, json!({"decision": "mark_sent"})).await.invalid(&[("ids", "required")]);
    decide(&api, &campaign, json!({"decision": "mark_sent", "ids": "all"})).await.invalid(&[("ids", "wrong_type")]);
    decide(&api, &campaign, json!({"decision": "mark_sent", "ids": ["x"]})).await.problem(404, "not_found");
    let reader = Client::with(&here, &[Scope::Read, Scope::Manage]).await;
    decide(&reader, &campaign, json!({"decision": "mark_sent", "all": true})).await.problem(403, "forbidden");
    let done = decide(&api, &campaign, json!({"decision": "mark_not_sent", "all": true})).await.expect(200);
    assert_eq!(done, json!({"changed": 1, "already_decided": 0, "left": 0}));
    let stats = api.get(&format!("{campaign}/stats")).await.expect(200);
    assert_eq!(stats["status_shown"], "Finished, 1 not sent");
    assert_eq!(stats["groups"][0]["code"], "given_up");
}

#[tokio::test]
async fn a_stopped_campaign_sends_nothing_again() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    sink.to("ada@one.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let (campaign, api) = (in_doubt(&here, &sink).await, Client::of(&here).await);
    api.send("POST", &format!("{campaign}/cancel"), None).await.expect(200);
    let refused = decide(&api, &campaign, json!({"decision": "send_again", "all": true})).await.problem(409, "stopped");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("Mark the messages as sent")));
}

#[tokio::test]
async fn the_policy_is_a_setting_of_the_workspace() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let expected = json!({
        "id": here.tenant, "name": "Maple Row", "slug": "maple-row", "time_zone": "America/New_York",
        "postal_address": "1 Maple Row, Springfield", "doubt_policy": "hold", "doubt_policy_since": null,
        "brand": {"from_name": "", "from_email": "", "reply_to": "", "colour": "", "logo_url": null},
    });
    assert_eq!(api.get("/workspace").await.expect(200), expected);
    assert_eq!(api.patch("/workspace", json!({})).await.expect(200), expected);
    api.patch("/workspace", json!({"doubt_policy": "forget"})).await.invalid(&[("doubt_policy", "unknown")]);
    let changed = api.patch("/workspace", json!({"doubt_policy": "send_again"})).await.expect(200);
    assert_eq!((&changed["doubt_policy"], changed["doubt_policy_since"].is_string()), (&json!("send_again"), true));
    let log = api.get("/audit?search=workspace.doubt").await.expect(200);
    assert_eq!(log["data"][0]["detail"], json!({"before": "hold", "after": "send_again"}));
}
