//! The way in: to set-up first, then to sign-in, then to the page that was asked for.

use engine::testing::PASSWORD;

use crate::site::{Empty, Site};

#[tokio::test]
async fn a_new_installation_leads_to_its_set_up_and_a_set_up_one_to_sign_in() {
    let mut browser = Empty::new("http://carillon.example").await.browser();
    for path in ["/", "/campaigns", "/sign-in", "/nowhere"] {
        assert_eq!(browser.get(path).await.leads_to(), "/setup", "{path}");
    }
    browser.get("/setup").await.says(200, "Set up your workspace");

    let mut browser = Site::new().await.browser();
    for path in ["/", "/setup"] {
        assert_eq!(browser.get(path).await.leads_to(), "/sign-in", "{path}");
    }
    browser.get("/sign-in").await.says(200, "Password");
}

#[tokio::test]
async fn signing_in_leads_to_the_page_that_was_asked_for() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let mut browser = site.browser();
    let asked = browser.get("/campaigns?status=draft&q=a%20b").await;
    assert_eq!(asked.leads_to(), "/sign-in?next=/campaigns%3Fstatus%3Ddraft%26q%3Da%2520b");
    let page = browser.follow(&asked).await;
    page.says(200, "name=\"next\" value=\"/campaigns?status=draft&amp;q=a%20b\"");

    let next = ("next", "/campaigns?status=draft&q=a%20b");
    let fields = [("email", "Nora@Maple.example"), ("password", PASSWORD), next];
    let answer = browser.submit("/_fn/sign-in", &fields).await;
    assert_eq!(answer.leads_to(), next.1);
    browser.follow(&answer).await.says(200, "Campaigns");
    for path in ["/sign-in", "/setup"] {
        assert_eq!(browser.get(path).await.leads_to(), "/", "{path}: signed in already");
    }
}

#[tokio::test]
async fn signing_in_leads_nowhere_else() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let elsewhere =
        ["https://evil.example/", "//evil.example", "/\\evil.example", "/\u{e9}", "/\u{1}", "javascript:alert(1)", ""];
    for next in elsewhere {
        let fields = [("email", "nora@maple.example"), ("password", PASSWORD), ("next", next)];
        let answer = site.browser().submit("/_fn/sign-in", &fields).await;
        assert_eq!(answer.leads_to(), "/", "{next:?}");
    }
}

#[tokio::test]
async fn six_wrong_passwords_are_refused_for_a_while_and_the_right_one_too() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let mut browser = site.browser();
    for _ in 0..5 {
        let refused = browser.sign_in("nora@maple.example", "not the password").await;
        browser.follow(&refused).await.says(200, "E-mail and password do not match.");
    }
    for password in ["not the password", PASSWORD] {
        let refused = browser.sign_in("nora@maple.example", password).await;
        browser.follow(&refused).await.says(200, "Too many attempts. Try again in 30 seconds.");
        assert!(browser.cookies.is_empty());
    }
    site.here.clock.advance(chrono::TimeDelta::seconds(31));
    assert_eq!(browser.sign_in("nora@maple.example", PASSWORD).await.leads_to(), "/");
}

#[tokio::test]
async fn who_has_no_account_is_told_the_same_as_who_mistypes() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let wrong = site.browser().call("sign-in", &[("email", "nora@maple.example"), ("password", "x")]).await;
    let nobody = site.browser().call("sign-in", &[("email", "nobody@maple.example"), ("password", "x")]).await;
    assert_eq!((wrong.status, &wrong.text), (422, &nobody.text));
}
