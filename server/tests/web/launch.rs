//! The button that sends a draft: it sends what its page showed, and nothing else; and what was typed and could not be
//! saved stands in its way.

use domain::{campaign::CampaignChange, id::CampaignId};
use engine::{campaigns, testing::Sink};

use crate::{
    browser::{Browser, Page},
    site::Site,
};

/// A draft to a list with one person, who can be written to.
async fn draft(site: &Site) -> (CampaignId, domain::id::ListId, Sink) {
    let (here, sink) = (&site.here, Sink::new().await);
    let list = here.list("Customers").await;
    let sender = here.sender(&here.provider(&sink).await).await;
    here.contact("ada@one.example", &[list]).await;
    (here.campaign("Spring news", sender, &[list]).await, list, sink)
}

/// The value of a hidden field.
fn hidden(page: &Page, name: &str) -> String {
    let input = page.text.split("<input").find(|input| input.contains(&format!("name=\"{name}\""))).unwrap();
    input.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

async fn press(browser: &mut Browser, page: &Page, campaign: CampaignId) -> Page {
    let (campaign, people, stamp) = (campaign.to_string(), hidden(page, "people"), hidden(page, "stamp"));
    let fields = [("campaign", &*campaign), ("hold_seconds", "30"), ("people", &people), ("stamp", &stamp)];
    let answer = browser.submit("/_fn/start-campaign", &fields).await;
    browser.follow(&answer).await
}

#[tokio::test]
async fn a_draft_that_changed_meanwhile_is_looked_at_again() {
    let site = Site::new().await;
    let (campaign, list, _sink) = draft(&site).await;
    let mut browser = site.signed_in(&["admin"]).await;
    let path = format!("/campaigns/{campaign}");
    let old = browser.get(&path).await;
    old.says(200, "Send to 1 person");
    let change = CampaignChange { goal: Some("40 bookings".into()), ..Default::default() };
    site.here.act(async |tx| campaigns::change(tx, campaign, &change).await).await.unwrap();
    press(&mut browser, &old, campaign).await.says(200, "This campaign was changed since you opened the page.");
    assert_eq!(site.here.status(campaign).await, "Draft");

    let old = browser.get(&path).await;
    site.here.contact("ben@two.example", &[list]).await;
    let again = press(&mut browser, &old, campaign).await;
    again.says(200, "It reaches 2 people now, not 1");
    again.says(200, "Send to 2 people");
    assert_eq!(site.here.status(campaign).await, "Draft");
    press(&mut browser, &again, campaign).await;
    assert_eq!(site.here.status(campaign).await, "Sending");
}

#[tokio::test]
async fn what_was_typed_and_not_saved_stands_on_the_review_and_can_be_discarded() {
    let site = Site::new().await;
    let (campaign, ..) = draft(&site).await;
    let mut browser = site.signed_in(&["admin"]).await;
    let (path, id) = (format!("/campaigns/{campaign}"), campaign.to_string());
    let step = format!("{path}/edit/content");
    let seen = hidden(&browser.get(&step).await, "seen");
    let typed = |html: &'static str, content: &'static str| {
        [("campaign", id.clone()), ("step", "content".into()), ("seen", seen.clone()), ("content", content.into())]
            .into_iter()
            .chain([("subject", "Hello".into()), ("html", html.into()), ("template_id", String::new())])
            .collect::<Vec<_>>()
    };
    let save = async |browser: &mut Browser, fields: Vec<(&str, String)>| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.submit("/_fn/save-campaign-step", &fields).await;
        browser.follow(&answer).await
    };
    save(&mut browser, typed("<p>{{frist_name}}</p>", "own")).await.says(200, "There is no variable frist_name");
    let review = browser.get(&path).await;
    review.says(200, "Content: not saved");
    review.says(200, "Not yet: it needs its content saved.");
    press(&mut browser, &review, campaign).await.says(200, "Something typed into the content could not be saved");
    assert_eq!(site.here.status(campaign).await, "Draft");
    let content = async || site.here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap().content.email;
    let before = content().await;

    // The other card is empty: what is saved stays, and the page says what is missing.
    save(&mut browser, typed("", "template")).await.says(200, "Until then what was saved before stays.");
    assert_eq!(content().await, before);
    browser.get(&step).await.says(200, "What stands here is not saved yet");
    let fields = [("campaign", id.as_str()), ("step", "content")];
    let answer = browser.submit("/_fn/discard-campaign-step", &fields).await;
    assert_eq!(answer.leads_to(), step);
    let page = browser.follow(&answer).await;
    assert!(!page.text.contains("What stands here is not saved yet"));
    browser.get(&path).await.says(200, "Send to 1 person");
}

#[tokio::test]
async fn whoever_saves_later_what_was_kept_is_told_of_what_changed_since() {
    let site = Site::new().await;
    let (campaign, ..) = draft(&site).await;
    let mut browser = site.signed_in(&["admin"]).await;
    let (step, id) = (format!("/campaigns/{campaign}/edit/goal"), campaign.to_string());
    let seen = hidden(&browser.get(&step).await, "seen");
    let fields = [("campaign", &*id), ("step", "goal"), ("seen", &*seen), ("name", " "), ("goal", "Typed")];
    browser.submit("/_fn/save-campaign-step", &fields).await;
    assert_eq!(hidden(&browser.get(&step).await, "seen"), seen, "the stamp that it was typed over");
}
