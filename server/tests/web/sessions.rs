//! What a cookie is worth, and for how long.

use engine::testing::PASSWORD;

use crate::{
    browser::Browser,
    site::{Empty, Site, add},
};

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/").await.status == 200
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    let cookies = site.browser().sign_in("nora@maple.example", PASSWORD).await.set_cookies();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    let attributes: Vec<_> = cookies[0].split("; ").collect();
    assert!(attributes[0].starts_with("carillon="), "{attributes:?}");
    for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&wanted), "{wanted}: {attributes:?}");
    }
    assert!(!attributes.contains(&"Secure"), "over http the browser would not send it: {attributes:?}");
}

#[tokio::test]
async fn over_https_it_is_bound_to_this_host() {
    let empty = Empty::new("https://carillon.example").await;
    let fields = [
        ("name", "Maple Row"),
        ("time_zone", "UTC"),
        ("postal_address", "1 Maple Row"),
        ("email", "nora@maple.example"),
        ("password", PASSWORD),
    ];
    let cookies = empty.browser().submit("/_fn/set-up", &fields).await.set_cookies();
    let attributes: Vec<_> = cookies[0].split("; ").collect();
    assert!(attributes[0].starts_with("__Host-carillon="), "{attributes:?}");
    for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&wanted), "{wanted}: {attributes:?}");
    }
}

#[tokio::test]
async fn a_cookie_planted_before_signing_in_is_worth_nothing_afterwards() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["admin"]).await;
    // Eve, a user herself, puts her session into Nora's browser; or an id that she made up.
    let mut eve = site.signed_in(&["viewer"]).await;
    let planted = eve.cookies.clone();
    for (name, value) in [("carillon", planted["carillon"].as_str()), ("carillon", "AAAAAAAAAAAAAAAAAAAAAA")] {
        let mut nora = site.browser();
        nora.cookies.insert(name.to_owned(), value.to_owned());
        let fields = [("email", "nora@maple.example"), ("password", PASSWORD)];
        assert_eq!(nora.submit("/_fn/sign-in", &fields).await.leads_to(), "/");
        assert_ne!(nora.cookies["carillon"], value);
        assert!(is_signed_in(&mut nora).await);
        eve.cookies.insert(name.to_owned(), value.to_owned());
        assert!(!is_signed_in(&mut eve).await);
    }
}

#[tokio::test]
async fn after_signing_out_the_old_cookie_is_worth_nothing() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["admin"]).await;
    let old = browser.cookies.clone();
    assert_eq!(browser.submit("/sign-out", &[]).await.leads_to(), "/sign-in");
    assert!(browser.cookies.is_empty());
    browser.cookies = old;
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(browser.call("lists", &[]).await.status, 401);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_of_this_user_only() {
    let site = Site::new().await;
    let mut laptop = site.signed_in(&["admin"]).await;
    let mut colleague = site.signed_in(&["viewer"]).await;
    let mut phone = site.browser();
    phone.sign_in("admin@maple.example", PASSWORD).await;
    assert!(is_signed_in(&mut phone).await);
    assert_eq!(laptop.submit("/sign-out-everywhere", &[]).await.leads_to(), "/sign-in");
    assert!(!is_signed_in(&mut phone).await && !is_signed_in(&mut laptop).await);
    assert!(is_signed_in(&mut colleague).await);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let site = Site::new().await;
    let mut laptop = site.signed_in(&["admin"]).await;
    let mut phone = site.browser();
    phone.sign_in("admin@maple.example", PASSWORD).await;
    let new = "another horse battery";
    let fields = [("current_password", PASSWORD), ("new_password", new)];
    let done = laptop.submit("/_fn/change-password", &fields).await;
    assert_eq!(done.leads_to(), "/settings/account?done=password");
    assert!(is_signed_in(&mut laptop).await && !is_signed_in(&mut phone).await);
    assert_eq!(site.browser().sign_in("admin@maple.example", new).await.leads_to(), "/");
}

#[tokio::test]
async fn who_belongs_to_two_workspaces_sees_one_at_a_time() {
    let site = Site::new().await;
    site.person("nora@maple.example", &["viewer"]).await;
    let (oak, foreign) = (site.here.neighbour("Oak Lane").await, site.here.neighbour("Elm Hill").await);
    add(&oak, "nora@maple.example", &["admin"]).await;
    oak.list("Oaks").await;
    site.here.list("Maples").await;
    let mut nora = site.browser();
    nora.sign_in("nora@maple.example", PASSWORD).await;
    let (maple_id, oak_id) = (site.here.tenant.to_string(), oak.tenant.to_string());

    for (id, seen, unseen) in [(&oak_id, "Oaks", "Maples"), (&maple_id, "Maples", "Oaks")] {
        assert_eq!(nora.submit("/workspace", &[("workspace", id)]).await.leads_to(), "/");
        let lists = nora.get("/lists").await;
        lists.says(200, seen);
        assert!(!lists.text.contains(unseen));
    }
    // The roles are those of the workspace that is shown.
    assert_eq!(nora.call("create-list", &[("name", "More")]).await.status, 403);
    for id in [foreign.tenant.to_string().as_str(), "nonsense", ""] {
        assert_eq!(nora.submit("/workspace", &[("workspace", id)]).await.status, 404, "{id}");
    }
    nora.get("/lists").await.says(200, "Maples");
    assert_eq!(site.browser().submit("/workspace", &[("workspace", &oak_id)]).await.status, 404);
}
