//! What the script is told: a failure's own status, and the error as JSON.

use engine::testing::PASSWORD;
use serde_json::json;

use crate::site::Site;

const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";

#[tokio::test]
async fn each_failure_has_its_status_and_its_name() {
    let site = Site::new().await;
    let (mut admin, mut viewer) = (site.signed_in(&["admin"]).await, site.signed_in(&["viewer"]).await);
    let me = only_admin(&mut admin).await;

    let invalid = admin.call("create-list", &[("name", "")]).await;
    assert_eq!((invalid.status, &invalid.json()["Invalid"][0]["field"]), (422, &json!("name")));
    let missing = admin.call("create-list", &[]).await;
    assert_eq!(missing.status, 422, "{}", missing.text);
    let not_found = admin.call("remove-member", &[("list", NOBODY), ("contact", NOBODY)]).await;
    assert_eq!((not_found.status, not_found.json()), (404, json!("NotFound")));
    let signed_out = site.browser().call("create-list", &[("name", "Customers")]).await;
    assert_eq!((signed_out.status, signed_out.json()), (401, json!("SignedOut")));
    let forbidden = viewer.call("create-list", &[("name", "Customers")]).await;
    assert_eq!((forbidden.status, forbidden.json()), (403, json!("Forbidden")));
    let conflict = admin.call("remove-user", &[("user", &me)]).await;
    assert_eq!(conflict.status, 409, "{}", conflict.text);
    assert!(conflict.json()["Conflict"].as_str().unwrap().contains("needs an admin"));
    for _ in 0..5 {
        assert_eq!(viewer.call("sign-in", &[("email", "a@b.example"), ("password", "x")]).await.status, 422);
    }
    let limited = viewer.call("sign-in", &[("email", "a@b.example"), ("password", PASSWORD)]).await;
    assert_eq!((limited.status, limited.json()), (429, json!({ "RateLimited": 30 })));
    assert!(admin.call("lists", &[]).await.json().as_array().unwrap().is_empty(), "nothing was made");
}

async fn only_admin(admin: &mut crate::browser::Browser) -> String {
    let users = admin.call("users", &[("fresh", "")]).await.json();
    let admins = users["users"].as_array().unwrap().iter().filter(|user| user["roles"] == json!(["admin"]));
    admins.map(|user| user["id"].as_str().unwrap().to_owned()).next().expect("an admin")
}

#[tokio::test]
async fn what_is_no_server_function_is_refused() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let unknown = admin.call("fly", &[]).await;
    assert!((400..500).contains(&unknown.status), "{}: {}", unknown.status, unknown.text);
    let by_link = admin.get("/_fn/create-list?name=Linked").await;
    assert!((400..500).contains(&by_link.status), "{}: {}", by_link.status, by_link.text);
    assert!(!admin.get("/lists").await.text.contains("Linked"));
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let large = "x".repeat(4 * 1024 * 1024);
    assert_eq!(admin.call("create-list", &[("name", "Customers"), ("description", &large)]).await.status, 413);
    assert_eq!(admin.submit("/_fn/create-list", &[("name", &large)]).await.status, 413);
    assert_eq!(admin.submit("/theme", &[("theme", &large)]).await.status, 413);
    admin.get("/lists").await.says(200, "No lists yet");
}
