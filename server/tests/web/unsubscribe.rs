//! The unsubscribe link: one click of a mail program, from anywhere and without a cookie (RFC 8058), or the button of
//! the page behind it.

use axum::http::Request;
use domain::{consent::State, id::ContactId};
use engine::{audience, testing::Sink};

use crate::{
    browser::{Browser, form},
    site::Site,
};

/// A person who has got a message, and the path of its link.
async fn recipient(site: &Site) -> (ContactId, String) {
    let (here, sink) = (&site.here, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    let contact = here.contact("ada@one.example", &[list]).await;
    here.start(here.campaign("Spring news", sender, &[list]).await).await;
    here.work().await;
    let header = sink.mails()[0].header("List-Unsubscribe").expect("a link");
    let link = header.trim_start_matches('<').trim_end_matches('>');
    (contact, link.strip_prefix("https://carillon.example").expect("our link").to_owned())
}

async fn consent(site: &Site, contact: ContactId) -> Option<State> {
    let detail = site.here.act(async |tx| audience::get(tx, contact).await).await.expect("a contact");
    detail.contact.email_consent
}

/// As a mail provider's machine does it.
async fn one_click(browser: &mut Browser, path: &str, kind: &str, body: &str) -> (u16, String) {
    let request = Request::post(path).header("content-type", kind).header("origin", "https://mail.example");
    let answer = browser.send(request.header("sec-fetch-site", "cross-site"), body).await;
    assert!(answer.set_cookies().is_empty());
    (answer.status, answer.text)
}

const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

#[tokio::test]
async fn one_click_of_a_mail_program_is_enough() {
    let site = Site::new().await;
    let (contact, path) = recipient(&site).await;
    let mut mail = site.browser().at([192, 0, 2, 9]);
    for _ in 0..2 {
        let answer = one_click(&mut mail, &path, "application/x-www-form-urlencoded", ONE_CLICK).await;
        assert_eq!(answer, (200, String::new()));
        assert_eq!(consent(&site, contact).await, Some(State::Withdrawn));
    }
    mail.get(&path).await.says(200, "You are unsubscribed");
}

#[tokio::test]
async fn a_multipart_click_counts_as_well() {
    let site = Site::new().await;
    let (contact, path) = recipient(&site).await;
    let body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let answer = one_click(&mut site.browser(), &path, "multipart/form-data; boundary=b", body).await;
    assert_eq!(answer, (200, String::new()));
    assert_eq!(consent(&site, contact).await, Some(State::Withdrawn));
}

#[tokio::test]
async fn looking_changes_nothing_and_the_button_does() {
    let site = Site::new().await;
    let (contact, path) = recipient(&site).await;
    let mut browser = site.browser().at([192, 0, 2, 9]);
    for _ in 0..2 {
        let page = browser.get(&path).await;
        page.says(200, "Stop marketing e-mail from Maple Row to a…a@one.example?");
        assert!(!page.text.contains("ada@one.example"), "the link may have been forwarded");
    }
    let head = browser.send(Request::head(&path), "").await;
    assert_eq!(head.status, 200);
    assert_eq!(consent(&site, contact).await, Some(State::Granted));
    let answer = browser.submit(&path, &[]).await;
    assert_eq!(answer.leads_to(), path);
    browser.follow(&answer).await.says(200, "You are unsubscribed");
    assert_eq!(consent(&site, contact).await, Some(State::Withdrawn));
}

#[tokio::test]
async fn a_link_that_is_none_leads_nowhere() {
    let site = Site::new().await;
    let (contact, path) = recipient(&site).await;
    let mut browser = site.browser();
    let cut = path[..path.len() - 3].to_owned();
    let more = format!("{path}AAAA");
    for path in [cut.as_str(), &more, "/unsubscribe/garbage", "/unsubscribe/%00", "/unsubscribe/%F0%9F%94%94"] {
        let (status, _) = one_click(&mut browser, path, "application/x-www-form-urlencoded", ONE_CLICK).await;
        assert_eq!(status, 404, "{path}");
        browser.get(path).await.says(404, "This link does not work");
        assert_eq!(browser.submit(path, &[]).await.leads_to(), path);
    }
    assert_eq!(consent(&site, contact).await, Some(State::Granted));
    assert_eq!(browser.send(form(&path), &"x".repeat(3 * 1024 * 1024)).await.status, 413);
}
