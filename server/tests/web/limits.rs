//! The page of limits, and what a campaign's page says where one holds it; without a script.

use engine::testing::Sink;
use serde_json::json;

use crate::site::Site;

#[tokio::test]
async fn limits_are_changed_with_a_form_and_what_is_wrong_is_told_at_its_field() {
    let site = Site::new().await;
    site.here.limits_of_a_new_workspace().await;
    let mut admin = site.signed_in(&["admin"]).await;
    admin.get("/settings").await.says(200, "href=\"/settings/limits\"");
    let page = admin.get("/settings/limits").await;
    page.says(200, "value=\"50000\"");
    page.says(200, "0 messages sent in this hour so far; the next begins at 05:00.");
    assert!(!page.text.contains("channels[sms]"), "what cannot be sent on has no limits to set");
    let fields = [
        ("channels[email][hourly]", "2,000"),
        ("channels[email][quiet_from]", "21:30"),
        ("channels[email][quiet_to]", "08:00"),
        ("channels[email][price]", "0.002"),
        ("caps[day]", ""),
        ("caps[three_days]", "4"),
        ("caps[week]", "6"),
        ("budget", "25"),
    ];
    let saved = admin.submit("/_fn/change-limits", &fields).await;
    assert_eq!(saved.leads_to(), "/settings/limits?done=changed");
    let page = admin.follow(&saved).await;
    for value in ["2000", "21:30", "08:00", "0.002", "4", "6", "25.00"] {
        page.says(200, &format!("value=\"{value}\""));
    }
    page.says(200, "0 of it is spent; the next month begins on");
    let lifted = [("channels[email][quiet_from]", ""), ("channels[email][quiet_to]", ""), ("budget", "")];
    let saved = admin.submit("/_fn/change-limits", &lifted).await;
    let page = admin.follow(&saved).await;
    let is_there = page.text.contains("of it is spent") || page.text.contains("value=\"08:00\"");
    assert!(!is_there, "what is empty is lifted");
    let wrong =
        [("channels[email][hourly]", "many"), ("channels[email][quiet_to]", "8"), ("caps[week]", "0"), ("budget", "x")];
    let refused = admin.submit("/_fn/change-limits", &wrong).await;
    let page = admin.follow(&refused).await;
    for name in ["channels[email][hourly]", "channels[email][quiet_to]", "caps[week]", "budget"] {
        page.says(200, &format!("id=\"{name}-error\""));
    }
    page.says(200, "value=\"many\"");
}

#[tokio::test]
async fn a_campaigns_page_says_what_it_waits_for_and_why_it_paused() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let here = &site.here;
    let (sender, list) = (here.sender(&here.provider(&sink).await).await, here.list("Customers").await);
    here.crowd(list, 3).await;
    here.limit(json!({"channels": {"email": {"hourly": 1, "price": 1}}, "budget": 2})).await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let (mut admin, path) = (site.signed_in(&["admin"]).await, format!("/campaigns/{campaign}"));
    admin.get(&path).await.says(200, "About 3.00, and the month’s budget has only 2.00 left");
    here.start(campaign).await;
    here.work().await;
    let page = admin.get(&path).await;
    page.says(200, "The workspace’s limit of 1 e-mail an hour is reached.");
    page.says(200, "It goes on by itself on ");
    here.limit(json!({"channels": {"email": {"hourly": ""}}})).await;
    here.work().await;
    let page = admin.get(&path).await;
    page.says(200, "Paused by itself: The month’s budget of 2.00 does not allow another message.");
    page.says(200, "An admin can raise the budget; then resume.");
    page.says(200, "href=\"/settings/limits\"");
    let mut viewer = site.signed_in(&["viewer"]).await;
    let page = viewer.get(&path).await;
    page.says(200, "An admin can raise the budget; then resume.");
    assert!(!page.text.contains("href=\"/settings/limits\""));
}
