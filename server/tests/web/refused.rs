//! A form that a browser sends by itself and that is refused comes back with what was typed and what is wrong.

use engine::testing::PASSWORD;

use crate::{browser::Page, site::Site};

#[tokio::test]
async fn it_comes_back_to_its_page_with_message_and_typed_values_but_no_password() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let mut browser = site.browser();
    browser.get("/sign-in?next=/lists").await;
    let typed = [("email", "nora@maple.example"), ("password", "the-typed-password"), ("next", "/lists")];
    let refused = browser.submit("/_fn/sign-in", &typed).await;
    let location = refused.leads_to();
    assert!(location.starts_with("/sign-in?next=/lists&flash="), "{location}");
    assert!(!location.contains("nora") && !location.contains("password"), "{location}");

    let page = browser.follow(&refused).await;
    page.says(200, "E-mail and password do not match.");
    page.says(200, "value=\"nora@maple.example\"");
    page.says(200, "name=\"next\" value=\"/lists\"");
    assert!(!page.text.contains("the-typed-password"));
    // Once more: the old mark is replaced by the new one.
    let again = browser.submit("/_fn/sign-in", &typed).await.leads_to();
    assert_eq!(again.matches("flash=").count(), 1, "{again}");
    assert_ne!(again, location);
}

#[tokio::test]
async fn what_was_kept_is_shown_on_its_own_page_only_and_lapses() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["admin"]).await;
    let flash = refuse_a_list(&mut browser).await;
    let shown = |page: &Page| page.text.contains("kept-description");
    assert!(shown(&browser.get(&format!("/lists/new?flash={flash}")).await));
    for path in ["/templates/new", "/settings/users/new", "/contacts/new"] {
        assert!(!shown(&browser.get(&format!("{path}?flash={flash}")).await), "{path}");
    }
    for nobody in ["018f0000-0000-7000-8000-000000000000", "nonsense", "", "%00"] {
        let page = browser.get(&format!("/lists/new?flash={nobody}")).await;
        assert!(page.status == 200 && !shown(&page), "{nobody}");
        assert!(!page.text.contains("name-error"), "{nobody}");
    }
    site.here.clock.advance(chrono::TimeDelta::minutes(11));
    assert!(!shown(&browser.get(&format!("/lists/new?flash={flash}")).await));
}

async fn refuse_a_list(browser: &mut crate::browser::Browser) -> String {
    browser.get("/lists/new").await;
    let refused = browser.submit("/_fn/create-list", &[("name", " "), ("description", "kept-description")]).await;
    let location = refused.leads_to();
    browser.follow(&refused).await.says(200, "id=\"name-error\"");
    location.strip_prefix("/lists/new?flash=").expect("a mark").to_owned()
}

#[tokio::test]
async fn a_form_that_works_leads_on() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["admin"]).await;
    browser.get("/lists/new").await;
    let made = browser.submit("/_fn/create-list", &[("name", "Customers")]).await;
    assert!(made.leads_to().starts_with("/lists/") && made.leads_to().ends_with("?done=made"));
    browser.follow(&made).await.says(200, "Customers");
}

#[tokio::test]
async fn a_referer_never_leads_away() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for page in ["//evil.example/x", "//evil.example", "/\\evil.example"] {
        // What a browser calls the page is the path of an address here: ours, with another site's name in it.
        let request = crate::browser::form("/_fn/sign-in").header("accept", "text/html");
        let request = request.header("referer", format!("https://carillon.example{page}"));
        let answer = browser.send(request, "email=nora&password=x").await;
        let location = answer.leads_to();
        assert!(location.starts_with('/') && !location.starts_with("//") && !location.contains('\\'), "{location}");
    }
}

#[tokio::test]
async fn a_form_without_fields_or_referer_is_no_fault_of_ours() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let request = || crate::browser::form("/_fn/sign-in").header("accept", "text/html");
    for body in ["", "&&==", "email=%FF%FE&password=%00", "email"] {
        let answer = site.browser().send(request(), body).await;
        assert!(answer.leads_to().starts_with("/?flash="), "{body}");
    }
    let fields = crate::browser::encoded(&[("email", "nora@maple.example"), ("password", PASSWORD)]);
    assert_eq!(site.browser().send(request(), &fields).await.leads_to(), "/");
}

#[tokio::test]
async fn a_form_is_shown_to_those_who_may_send_it() {
    let site = Site::new().await;
    let (mut marketer, mut viewer) = (site.signed_in(&["marketer"]).await, site.signed_in(&["viewer"]).await);
    for path in ["/contacts/new", "/lists/new", "/campaigns/new", "/templates/new", "/imports/new"] {
        marketer.get(path).await.says(200, "<form");
        viewer.get(path).await.says(403, "Not allowed");
    }
}
