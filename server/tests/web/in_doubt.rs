//! Messages in doubt without the script: seen, ticked, decided, and told what was done.

use domain::id::CampaignId;
use engine::testing::{Answer, Phase, Sink};

use crate::{
    browser::{Browser, Page},
    site::Site,
};

/// A finished campaign with so many people in doubt.
async fn in_doubt(site: &Site, count: i32) -> (CampaignId, Sink) {
    let (here, sink) = (&site.here, Sink::new().await);
    let list = here.list("Customers").await;
    let sender = here.sender(&here.provider(&sink).await).await;
    here.crowd(list, count).await;
    sink.always(Phase::Dot, Answer::Close);
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    here.work().await;
    sink.behave();
    (campaign, sink)
}

/// The values of the boxes on a page.
fn boxes(page: &Page) -> Vec<String> {
    let inputs = page.text.split("<input").filter(|input| input.contains("name=\"ids[]\""));
    let value = |input: &str| input.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    inputs.filter_map(value).collect()
}

async fn decide(browser: &mut Browser, campaign: CampaignId, fields: &[(&str, &str)]) -> Page {
    let campaign = campaign.to_string();
    let fields = [&[("campaign", campaign.as_str())], fields].concat();
    browser.submit("/_fn/decide-in-doubt", &fields).await
}

#[tokio::test]
async fn those_ticked_are_decided_and_the_list_goes_on_where_it_was() {
    let site = Site::new().await;
    let (campaign, sink) = in_doubt(&site, 60).await;
    let mut admin = site.signed_in(&["admin"]).await;
    admin.get("/").await.says(200, "60 messages in doubt in “Spring news”");
    let path = format!("/campaigns/{campaign}/in-doubt");
    admin.get(&format!("/campaigns/{campaign}")).await.says(200, &format!("href=\"{path}\""));

    let first = admin.get(&path).await;
    first.says(200, "No answer from the provider, 60 messages");
    first.says(200, "A person whose message did arrive gets it twice.");
    assert_eq!(boxes(&first).len(), 50);
    let second = format!("{path}?cursor=no%5Fanswer%2E50&amp;page=1&amp;back=0");
    first.says(200, &second);
    let second = admin.get(&second.replace("&amp;", "&")).await;
    let ids = boxes(&second);
    assert_eq!(ids.len(), 10);
    second.says(200, "name=\"cursor\" value=\"no_answer.50\"");

    let place = [("cursor", "no_answer.50"), ("page", "1"), ("back", "0")];
    let ticked = [("ids[]", ids[0].as_str()), ("ids[]", ids[1].as_str()), ("decision", "mark_sent")];
    let done = decide(&mut admin, campaign, &[&place[..], &ticked].concat()).await;
    let told = "cursor=no%5Fanswer%2E50&page=1&back=0&done=marked%5Fsent&n=2&late=0";
    assert_eq!(done.leads_to(), format!("{path}?{told}"));
    let page = admin.follow(&done).await;
    page.says(200, "2 messages marked as sent");
    assert_eq!(boxes(&page), ids[2..]);

    // Somebody else decided about one of them meanwhile.
    let ticked = [("ids[]", ids[1].as_str()), ("ids[]", ids[2].as_str()), ("decision", "send_again")];
    let done = decide(&mut admin, campaign, &ticked).await;
    let page = admin.follow(&done).await;
    page.says(200, "1 message goes out again");
    page.says(200, "1 message was not in doubt any more");
    let before = sink.recipients().len();
    site.here.work().await;
    assert_eq!(sink.recipients().len(), before + 1);

    let done = decide(&mut admin, campaign, &[("all", "true"), ("decision", "mark_not_sent")]).await;
    let page = admin.follow(&done).await;
    page.says(200, "57 messages given up");
    page.says(200, "Nothing is in doubt");
    assert_eq!(site.here.status(campaign).await, "Finished, 57 not sent");
    assert!(!admin.get("/").await.text.contains("in doubt in “Spring news”"));
}

#[tokio::test]
async fn without_a_tick_it_comes_back_and_who_may_not_decide_sees_no_boxes() {
    let site = Site::new().await;
    let (campaign, _sink) = in_doubt(&site, 2).await;
    let mut admin = site.signed_in(&["admin"]).await;
    let path = format!("/campaigns/{campaign}/in-doubt");
    admin.get(&path).await;
    let refused = decide(&mut admin, campaign, &[("decision", "mark_sent")]).await;
    admin.follow(&refused).await.says(200, "Choose at least one message.");

    let mut viewer = site.signed_in(&["viewer"]).await;
    let page = viewer.get(&path).await;
    page.says(200, "No answer from the provider, 2 messages");
    assert!(boxes(&page).is_empty() && !page.text.contains("decide-in-doubt"));
    let refused = decide(&mut viewer, campaign, &[("all", "true"), ("decision", "mark_sent")]).await;
    viewer.follow(&refused).await.says(200, "Your role does not allow this");
    assert_eq!(site.here.figures(campaign).await.in_doubt, 2);
}

#[tokio::test]
async fn odd_places_lead_nowhere_else() {
    let site = Site::new().await;
    let (campaign, _sink) = in_doubt(&site, 1).await;
    let mut admin = site.signed_in(&["admin"]).await;
    let odd = [("cursor", "\r\nLocation: https://evil.example"), ("back", "//evil.example"), ("all", "true")];
    let done = decide(&mut admin, campaign, &[&odd[..], &[("decision", "mark_sent")]].concat()).await;
    let path = format!("/campaigns/{campaign}/in-doubt?cursor=%0D%0ALocation");
    assert!(done.leads_to().starts_with(&path), "{}", done.leads_to());
}

#[tokio::test]
async fn the_policy_is_chosen_in_settings() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    admin.get("/settings").await.says(200, "href=\"/settings/workspace\"");
    admin.get("/settings/workspace").await.says(200, "Hold them for a person");
    let saved = admin.submit("/_fn/change-doubt-policy", &[("doubt_policy", "send_again")]).await;
    assert_eq!(saved.leads_to(), "/settings/workspace?done=changed");
    let page = admin.follow(&saved).await;
    page.says(200, "The workspace’s settings are saved");
    let settings = admin.call("workspace", &[]).await.json();
    assert_eq!(settings["doubt_policy"], "send_again");
    let refused = admin.submit("/_fn/change-doubt-policy", &[]).await;
    admin.follow(&refused).await.says(200, "Must be one of: hold, send_again.");
    site.signed_in(&["marketer"]).await.get("/settings/workspace").await.says(403, "Your role does not allow this.");
}
