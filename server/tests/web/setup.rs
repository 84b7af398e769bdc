//! First start: whoever reaches the page first must not become admin from another machine.

use engine::testing::PASSWORD;

use crate::{
    browser::{Browser, Page},
    site::{Empty, TOKEN},
};

const FAR: [u8; 4] = [192, 0, 2, 7];

async fn set_up(browser: &mut Browser, token: Option<&str>) -> Page {
    browser.get("/setup").await;
    let mut fields = vec![
        ("name", "Maple Row"),
        ("time_zone", "Europe/Berlin"),
        ("postal_address", "1 Maple Row"),
        ("email", "nora@maple.example"),
        ("password", PASSWORD),
    ];
    fields.extend(token.map(|token| ("token", token)));
    browser.submit("/_fn/set-up", &fields).await
}

#[tokio::test]
async fn on_the_servers_own_machine_no_token_is_asked_for() {
    let empty = Empty::new("http://carillon.example").await;
    let mut browser = empty.browser();
    assert!(!browser.get("/setup").await.text.contains("name=\"token\""));
    let done = set_up(&mut browser, None).await;
    assert_eq!(done.leads_to(), "/");
    browser.get("/").await.says(200, "Maple Row");
}

#[tokio::test]
async fn from_another_machine_the_token_of_the_log_is_needed() {
    let empty = Empty::new("http://carillon.example").await;
    let mut browser = empty.browser().at(FAR);
    browser.get("/setup").await.says(200, "name=\"token\"");
    for token in [None, Some(""), Some("fedcba9876543210"), Some("0123456789abcde")] {
        let refused = set_up(&mut browser, token).await;
        let page = browser.follow(&refused).await;
        page.says(200, "Not the token that stands in the server");
        page.says(200, "id=\"token-error\"");
        assert!(
            token.is_none_or(|token| token.is_empty() || !page.text.contains(token)),
            "a secret is not shown again"
        );
        assert!(!engine::accounts::is_set_up(&empty.engine).await.unwrap(), "{token:?}");
    }
    assert_eq!(set_up(&mut browser, Some(TOKEN)).await.leads_to(), "/");
    browser.get("/").await.says(200, "Maple Row");
}

#[tokio::test]
async fn it_can_be_done_only_once() {
    let empty = Empty::new("http://carillon.example").await;
    assert_eq!(set_up(&mut empty.browser(), None).await.leads_to(), "/");
    let mut second = empty.browser();
    let fields = [
        ("name", "Mine"),
        ("time_zone", "UTC"),
        ("postal_address", "x"),
        ("email", "eve@evil.example"),
        ("password", PASSWORD),
    ];
    let refused = second.call("set-up", &fields).await;
    assert_eq!(
        (refused.status, &refused.json()),
        (
            409,
            &serde_json::json!({
                "Conflict": "This installation is set up already. Sign in instead."
            })
        )
    );
    assert!(second.cookies.is_empty());
    assert_eq!(engine::accounts::workspaces(&empty.engine).await.unwrap().len(), 1);
}

#[tokio::test]
async fn every_field_that_is_wrong_is_told_at_once() {
    let empty = Empty::new("http://carillon.example").await;
    let mut browser = empty.browser();
    browser.get("/setup").await;
    let fields =
        [("name", ""), ("time_zone", "Mars/Base"), ("postal_address", ""), ("email", "nora"), ("password", "short")];
    let refused = browser.submit("/_fn/set-up", &fields).await;
    let page = browser.follow(&refused).await;
    for field in ["name", "time_zone", "postal_address", "email", "password"] {
        page.says(200, &format!("id=\"{field}-error\""));
    }
}

#[tokio::test]
async fn who_wants_to_look_around_is_signed_in_to_the_demo() {
    let empty = Empty::new("http://carillon.example").await;
    let mut far = empty.browser().at(FAR);
    far.get("/setup").await.says(200, "Look around with demo data");
    let refused = far.submit("/_fn/set-up-demo", &[("token", "fedcba9876543210")]).await;
    far.follow(&refused).await.says(200, "Not the token that stands in the server");
    assert!(!engine::accounts::is_set_up(&empty.engine).await.unwrap());

    let mut browser = empty.browser();
    browser.get("/setup").await;
    // The fields of the other button come along, empty.
    let done = browser.submit("/_fn/set-up-demo", &[("name", ""), ("email", ""), ("password", "")]).await;
    assert_eq!(done.leads_to(), "/");
    let home = browser.get("/").await;
    for words in [
        "Nora",
        "You are looking at made-up people",
        "Needs attention",
        "Early access, Lisbon",
        "in doubt",
        "Complaints at",
        "Last results",
        "48-hour sale",
        "Upcoming",
        "Gift vouchers",
        "Health",
        "Sandbox",
    ] {
        home.says(200, words);
    }
    let again = empty.browser().call("set-up-demo", &[("token", "")]).await;
    assert_eq!(again.status, 409);
    assert_eq!(engine::accounts::workspaces(&empty.engine).await.unwrap().len(), 1);
}
