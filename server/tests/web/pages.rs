//! Addresses that lead nowhere, and pages that are not for everybody.

use domain::contact::NewContact;
use engine::testing::{Sink, TestWorkspace};

use crate::site::Site;

/// One of each thing in a workspace, as paths of its pages.
async fn things(workspace: &TestWorkspace) -> Vec<String> {
    let sender = workspace.sender(&workspace.provider(&Sink::new().await).await).await;
    let list = workspace.list("Customers").await;
    let contact = NewContact { email: "ada@one.example".into(), ..Default::default() };
    let contact = workspace.contact_with(contact).await;
    let campaign = workspace.campaign("Spring news", sender, &[list]).await;
    let template = workspace.template("Plain", "News", "<p>News</p>").await;
    vec![
        format!("/lists/{list}"),
        format!("/lists/{list}/add"),
        format!("/lists/{list}/edit"),
        format!("/contacts/{contact}"),
        format!("/templates/{template}"),
        format!("/campaigns/{campaign}"),
        format!("/campaigns/{campaign}/edit"),
        format!("/campaigns/{campaign}/edit/timing"),
        format!("/campaigns/{campaign}/audience"),
        format!("/campaigns/{campaign}/recipients"),
        format!("/campaigns/{campaign}/in-doubt"),
    ]
}

#[tokio::test]
async fn another_workspaces_things_are_not_there() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    for path in things(&site.here).await {
        assert_eq!(admin.get(&path).await.status, 200, "{path}");
    }
    for path in things(&site.here.neighbour("Oak Lane").await).await {
        admin.get(&path).await.says(404, "Not found");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    for id in ["nonsense", "018f0000-0000-7000-8000-000000000000", "%00", "a%20b", "-1"] {
        for page in ["campaigns", "lists", "contacts", "templates", "settings/users", "nowhere", "nowhere/at/all"] {
            let page = format!("/{page}/{id}");
            let answer = admin.get(&page).await;
            assert_eq!(answer.status, 404, "{page}: {}", answer.text);
            answer.says(404, "Go to Home");
        }
        for below in ["edit", "edit/audience", "audience", "recipients", "in-doubt"] {
            assert_eq!(admin.get(&format!("/campaigns/{id}/{below}")).await.status, 404, "{id}/{below}");
        }
        for below in ["add", "edit", "export"] {
            assert_eq!(admin.get(&format!("/lists/{id}/{below}")).await.status, 404, "{id}/{below}");
        }
    }
    assert_eq!(admin.get("/styleguide").await.status, 404, "only in development");
}

#[tokio::test]
async fn odd_queries_are_no_fault_of_ours() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    for path in ["/campaigns", "/contacts", "/lists", "/suppressions", "/templates", "/settings/audit"] {
        for query in
            ["cursor=nonsense", "cursor=%00", "q=%00", "q=%25%27%22%5C", "q=%F0%9F%94%94", "limit=-1", "status=odd"]
        {
            let page = admin.get(&format!("{path}?{query}")).await;
            assert!(page.status < 500, "{path}?{query}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn a_page_that_a_role_does_not_allow_says_so() {
    let site = Site::new().await;
    let mut viewer = site.signed_in(&["viewer"]).await;
    for path in [
        "/settings/users",
        "/settings/users/new",
        "/settings/users/invite",
        "/settings/api-keys",
        "/settings/audit",
        "/settings/workspace",
        "/settings/brand",
        "/settings/limits",
    ] {
        let page = viewer.get(path).await;
        page.says(403, "Your role does not allow this.");
        page.says(403, "Go to Home");
    }
    assert_eq!(viewer.get("/campaigns").await.status, 200);
}

#[tokio::test]
async fn the_theme_is_kept_and_leads_back_to_a_page_of_ours() {
    let site = Site::new().await;
    let mut nobody = site.browser();
    let answer = nobody.submit("/theme", &[("theme", "dark"), ("next", "/sign-in?next=/lists")]).await;
    assert_eq!(answer.leads_to(), "/sign-in?next=/lists");
    nobody.follow(&answer).await.says(200, "data-theme=\"dark\"");
    for next in ["https://evil.example", "//evil.example"] {
        assert_eq!(nobody.submit("/theme", &[("theme", "odd; Domain=x"), ("next", next)]).await.leads_to(), "/");
    }
    assert_eq!(nobody.cookies["theme"], "system");
}
