//! A campaign's report as it is read without a script: figures, the chart's numbers, links, recipients with their history;
//! and its forms: a list of people, another try.

use domain::id::CampaignId;
use engine::{
    testing::{Answer, Phase, Sink, draft},
    tracking::{self, Visitor},
};

use crate::site::Site;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A campaign that Ada opened and clicked, and that Ben's mail server put off until it was too late.
async fn sent(site: &Site) -> (CampaignId, Sink) {
    let (here, sink) = (&site.here, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[list]).await;
    sink.to("ben@two.example", Phase::Recipient, Answer::Say("452 4.2.2 Mailbox full"));
    let mut new = draft("Spring news", sender, &[list]);
    new.content.email.text.html = "<a href=\"https://maple.example/book\">Book a class</a>".into();
    let campaign = here.campaign_with(new).await;
    here.start(campaign).await;
    for _ in 0..5 {
        here.work().await;
        here.clock.advance(chrono::TimeDelta::minutes(30));
    }
    let text = sink.mails()[0].text();
    let token = |page: &str| text.split(page).nth(1).and_then(|rest| rest.split(['"', '\n']).next()).expect("a link");
    let visitor = Visitor { agent: FIREFOX.into(), ..Default::default() };
    tracking::opened(&here.engine, token("/track/open/"), &visitor);
    here.clock.advance(chrono::TimeDelta::seconds(9));
    tracking::clicked(&here.engine, token("/track/click/").trim(), &visitor).await.expect("a link");
    tracking::write_all(&here.engine).await.expect("written");
    (campaign, sink)
}

#[tokio::test]
async fn the_report_is_read_without_a_script() {
    let site = Site::new().await;
    let (campaign, _sink) = sent(&site).await;
    let mut nora = site.signed_in(&["admin"]).await;
    let path = format!("/campaigns/{campaign}");
    let page = nora.get(&format!("{path}/report")).await;
    for words in [
        "Opened by people",
        "Click rate",
        "Book a class",
        "maple.example/book",
        "By people 1 open",
        "Try 1 person again",
    ] {
        page.says(200, words);
    }
    nora.get(&format!("{path}/report?range=7d")).await.says(200, "Opens and clicks by hour");
    let opened = nora.get(&format!("{path}/recipients?state=opened")).await;
    opened.says(200, "ada@one.example");
    assert!(!opened.text.contains("ben@two.example"));
    let link = opened.text.split(&format!("{path}/recipients/")).nth(1).and_then(|rest| rest.split('"').next());
    let history = nora.get(&format!("{path}/recipients/{}", link.expect("a link"))).await;
    history.says(200, "https://maple.example/book");
    history.says(200, "Firefox on Linux");
    nora.get(&format!("{path}/recipients/nonsense")).await.says(404, "");
    nora.get(&format!("{path}/results")).await.says(200, "results.xlsx");
    let file = nora.get(&format!("{path}/results.csv")).await;
    assert!(
        file.status == 200
            && file.text.starts_with("first_name,")
            && file.header("content-disposition").contains("attachment")
    );
    let mut stranger = site.browser();
    assert_ne!(stranger.get(&format!("{path}/results.csv")).await.status, 200);
}

#[tokio::test]
async fn a_list_of_people_is_made_by_a_plain_form() {
    let site = Site::new().await;
    let (campaign, _sink) = sent(&site).await;
    let mut nora = site.signed_in(&["admin"]).await;
    let page = format!("/campaigns/{campaign}/make-list?state=opened");
    nora.get(&page).await.says(200, "Spring news: opened by people");
    let id = campaign.to_string();
    let fields = [("campaign", id.as_str()), ("name", "Openers"), ("status", "opened")];
    let answer = nora.submit("/_fn/make-list", &fields).await;
    nora.follow(&answer).await.says(200, "ada@one.example");
    nora.get(&page).await;
    let refused = nora.submit("/_fn/make-list", &[("campaign", id.as_str()), ("name", ""), ("status", "opened")]).await;
    nora.follow(&refused).await.says(200, "No list was made");
    let mut viewer = site.signed_in(&["viewer"]).await;
    let seen = viewer.get(&format!("/campaigns/{campaign}/report")).await;
    seen.says(200, "Opened by people");
    assert!(!seen.text.contains("Make a list") && !seen.text.contains("Try 1 person again"));
}

#[tokio::test]
async fn who_failed_is_tried_again_by_a_button() {
    let site = Site::new().await;
    let (campaign, sink) = sent(&site).await;
    sink.behave();
    let mut nora = site.signed_in(&["admin"]).await;
    nora.get(&format!("/campaigns/{campaign}/report")).await;
    let answer = nora.submit("/_fn/retry-failed", &[("campaign", &campaign.to_string())]).await;
    nora.follow(&answer).await.says(200, "1 message is tried again");
    site.here.work().await;
    assert_eq!(sink.recipients(), ["ada@one.example", "ben@two.example"]);
}
