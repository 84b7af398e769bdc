//! The page of preferences and the message in a browser: what the links of a message lead to, for people without an
//! account and without a script.

use domain::{
    channel::{Channel, Purpose},
    consent::{State, in_force},
    id::ContactId,
};
use engine::{audience, testing::Sink};

use crate::site::Site;

/// A person who has got a message, and the paths of its links of this kind.
async fn recipient(site: &Site, kind: &str) -> (ContactId, String) {
    let (here, sink) = (&site.here, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    let contact = here.contact("ada@one.example", &[list]).await;
    let mut draft = engine::testing::draft("Spring news", sender, &[list]);
    draft.content.email.text.html = "<p>Dear {{first_name}}: <a href=\"{{content_url}}\">look</a></p>".into();
    here.start(here.campaign_with(draft).await).await;
    here.work().await;
    let body = sink.mails()[0].text();
    let link = body.split(&format!("https://carillon.example/{kind}/")).nth(1).expect("a link");
    let token: String = link.chars().take_while(|c| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(c)).collect();
    (contact, format!("/{kind}/{token}"))
}

async fn in_the_ledger(site: &Site, contact: ContactId) -> [Option<State>; 2] {
    let detail = site.here.act(async |tx| audience::get(tx, contact).await).await.expect("a contact");
    [Purpose::Marketing, Purpose::Transactional].map(|purpose| in_force(&detail.consents, Channel::Email, purpose))
}

#[tokio::test]
async fn what_is_ticked_is_what_is_kept() {
    let site = Site::new().await;
    let (contact, path) = recipient(&site, "p").await;
    let mut browser = site.browser();
    let page = browser.get(&path).await;
    page.says(200, "What may Maple Row write to a…a@one.example about?");
    assert!(!page.text.contains("ada@one.example") && !page.text.contains("WhatsApp"), "only channels with an address");
    assert_eq!(in_the_ledger(&site, contact).await, [Some(State::Granted), None], "looking changes nothing");
    let kept = browser.submit(&path, &[("want", "email.transactional")]).await;
    assert_eq!(kept.leads_to(), format!("{path}?done=saved"));
    browser.follow(&kept).await.says(200, "Your choice is kept");
    assert_eq!(in_the_ledger(&site, contact).await, [Some(State::Withdrawn), Some(State::Granted)]);
    browser.submit(&path, &[("want", "email.marketing"), ("want", "email.transactional"), ("want", "x.y")]).await;
    assert_eq!(in_the_ledger(&site, contact).await, [Some(State::Granted), Some(State::Granted)]);
    let detail = site.here.act(async |tx| audience::get(tx, contact).await).await.expect("a contact");
    assert_eq!(detail.consents.len(), 4, "each change is an entry, and nothing else is");
    assert_eq!(detail.consents[0].source.word(), "link");
    browser.submit(&path, &[("stop", "all")]).await;
    assert_eq!(in_the_ledger(&site, contact).await, [Some(State::Withdrawn), Some(State::Withdrawn)]);
}

#[tokio::test]
async fn a_message_is_read_in_a_browser_and_may_do_nothing_there() {
    let site = Site::new().await;
    let (_, path) = recipient(&site, "m").await;
    let page = site.browser().get(&path).await;
    page.says(200, "Dear ada");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script"),
        "{policy}"
    );
    assert!(page.text.contains("/unsubscribe/") && page.header("cache-control") == "no-store");
}

#[tokio::test]
async fn each_link_is_good_for_one_thing_and_others_lead_nowhere() {
    let site = Site::new().await;
    let (contact, path) = recipient(&site, "m").await;
    let token = path.strip_prefix("/m/").expect("a token");
    let mut browser = site.browser();
    for page in ["p", "unsubscribe"] {
        browser.get(&format!("/{page}/{token}")).await.says(404, "This link does not work");
    }
    browser.submit(&format!("/p/{token}"), &[("stop", "all")]).await;
    assert_eq!(in_the_ledger(&site, contact).await, [Some(State::Granted), None]);
    for garbage in ["garbage", "%00", "%F0%9F%94%94"] {
        browser.get(&format!("/p/{garbage}")).await.says(404, "This link does not work");
        assert_eq!(browser.get(&format!("/m/{garbage}")).await.status, 404);
    }
    for page in ["p", "unsubscribe"] {
        browser.get(&format!("/{page}/test")).await.says(200, "This link is of a test message");
    }
    browser.get("/m/test").await.says(404, "of a test message");
}
