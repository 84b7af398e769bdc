//! The workspace's limits: seen with what was used of them, changed, and told where they hold a campaign.

use engine::testing::{Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, id};

#[tokio::test]
async fn limits_are_the_defaults_until_they_are_changed_and_lifted_one_by_one() {
    let here = TestWorkspace::new().await;
    here.limits_of_a_new_workspace().await;
    let api = Client::of(&here).await;
    let limits = api.get("/limits").await.expect(200);
    let quiet = json!({"from": "21:00", "to": "08:00"});
    assert_eq!(limits["channels"]["email"], json!({"hourly": 50_000, "quiet": null, "price": "0.0001"}));
    assert_eq!(limits["channels"]["sms"], json!({"hourly": 10_000, "quiet": quiet, "price": "0.0079"}));
    assert_eq!(limits["caps"], json!({"day": 1, "three_days": 3, "week": null}));
    assert_eq!((&limits["budget"], &limits["spent_this_month"]), (&Value::Null, &json!("0")));
    assert_eq!(limits["used_this_hour"]["email"], 0);
    assert_eq!(limits["hour_ends_at"], "2026-03-02T10:00:00Z");
    assert_eq!(limits["month_ends_at"], "2026-04-01T04:00:00Z", "the workspace's month");

    let change = json!({
        "channels": {"email": {"hourly": 2, "quiet_from": "22:00", "quiet_to": "07:30"}, "sms": {"hourly": ""}},
        "caps": {"day": "", "week": 5}, "budget": 25.5,
    });
    let changed = api.patch("/limits", change).await.expect(200);
    let quiet = json!({"from": "22:00", "to": "07:30"});
    assert_eq!(changed["channels"]["email"], json!({"hourly": 2, "quiet": quiet, "price": "0.0001"}));
    assert_eq!(changed["channels"]["sms"]["hourly"], Value::Null);
    assert_eq!(changed["caps"], json!({"day": null, "three_days": 3, "week": 5}));
    assert_eq!(changed["budget"], "25.50");
    assert_eq!(api.patch("/limits", json!({})).await.expect(200), changed, "what is left out stays");
    assert_eq!(api.get("/limits").await.expect(200), changed);
    let log = api.get("/audit?action=limits.").await.expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1, "and what changes nothing is not told");
    assert_eq!(log["data"][0]["detail"]["before"]["caps"]["day"], 1);

    let wrong = json!({"channels": {"email": {"hourly": 0, "quiet_to": ""}, "pigeon": {}}, "budget": "much"});
    let told = [
        ("channels.email.hourly", "invalid"),
        ("channels.email.quiet_to", "required"),
        ("channels.pigeon", "unknown"),
        ("budget", "invalid"),
    ];
    api.patch("/limits", wrong).await.invalid(&told);
    let there = here.neighbour("Oak Lane").await;
    assert_eq!(Client::of(&there).await.get("/limits").await.expect(200)["budget"], Value::Null);
}

#[tokio::test]
async fn a_campaign_that_waits_for_the_next_hour_says_so() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (api, list) = (Client::of(&here).await, here.list("Customers").await);
    let sender = here.sender(&here.provider(&sink).await).await;
    here.crowd(list, 3).await;
    api.patch("/limits", json!({"channels": {"email": {"hourly": 2, "price": 0.5}}, "budget": 10})).await.expect(200);
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let path = format!("/campaigns/{campaign}");
    let estimate = api.get(&format!("{path}/estimate")).await.expect(200);
    assert_eq!((&estimate["cost"], &estimate["budget_left"]), (&json!("1.50"), &json!("10.00")));
    assert_eq!(api.get(&format!("{path}/stats")).await.expect(200)["wait"], Value::Null);
    here.start(campaign).await;
    here.work().await;
    let stats = api.get(&format!("{path}/stats")).await.expect(200);
    let text = "The workspace’s limit of 2 e-mails an hour is reached.";
    let wait = json!({"reason": "hourly_limit", "text": text, "until": "2026-03-02T10:00:00Z"});
    assert_eq!((&stats["wait"], &stats["sent"], &stats["waiting"]), (&wait, &json!(2), &json!(1)));
    let limits = api.get("/limits").await.expect(200);
    assert_eq!((&limits["used_this_hour"]["email"], &limits["spent_this_month"]), (&json!(2), &json!("1.00")));
}

#[tokio::test]
async fn who_has_had_enough_is_told_as_a_problem_with_its_remedy() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (api, list) = (Client::of(&here).await, here.list("Customers").await);
    let sender = here.sender(&here.provider(&sink).await).await;
    here.contact("ada@one.example", &[list]).await;
    here.limits_of_a_new_workspace().await;
    for name in ["Spring news", "Summer news"] {
        let campaign = here.campaign(name, sender, &[list]).await;
        here.start(campaign).await;
        here.work().await;
    }
    let newest = id(&api.get("/campaigns").await.expect(200)["data"][0]);
    let errors = api.get(&format!("/campaigns/{newest}/errors")).await.expect(200);
    let problem = &errors["data"][0];
    assert_eq!(
        (&problem["code"], &problem["action"], &problem["count"]),
        (&json!("frequency_cap"), &json!("limits"), &json!(1))
    );
}
