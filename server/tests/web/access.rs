//! Getting in by invitation, getting in again with a new password, and getting out everywhere.

use std::time::Duration;

use axum::http::{Request, header};
use engine::{
    accounts::invitations,
    testing::{PASSWORD, Sink},
};
use tokio::time::{sleep, timeout};

use crate::{
    browser::{Browser, Page},
    site::{Site, add},
};

const NEW: &str = "a wholly new password";

/// Where the link in the newest mail leads on this site.
fn link(sink: &Sink, page: &str) -> String {
    let text = sink.mails().pop().expect("a mail").text();
    let rest = text.split(page).nth(1).unwrap_or_else(|| panic!("no {page} in {text}"));
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("{page}{token}")
}

/// The token of a link.
fn token(path: &str) -> &str {
    path.rsplit('/').next().expect("a token")
}

async fn invite(admin: &mut Browser, email: &str) -> Page {
    admin.get("/settings/users/invite").await.says(200, "Send invitation");
    admin.submit("/_fn/invite", &[("email", email), ("roles[]", "viewer")]).await
}

#[tokio::test]
async fn an_invitation_leads_into_the_workspace() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    site.here.sender(&site.here.provider(&sink).await).await;
    let mut admin = site.signed_in(&["admin"]).await;
    let done = invite(&mut admin, "ivo@maple.example").await;
    assert!(done.leads_to().starts_with("/settings/users?invited="), "{}", done.leads_to());
    let page = admin.follow(&done).await;
    page.says(200, "The invitation to ivo@maple.example is on its way");
    page.says(200, "Open invitations");

    let (mut ivo, path) = (site.browser(), link(&sink, "/invitation/"));
    let page = ivo.get(&path).await;
    page.says(200, "invites you to join");
    page.says(200, "Join Maple Row");
    let short =
        ivo.submit("/_fn/accept-invitation", &[("token", token(&path)), ("name", "Ivo"), ("password", "x")]).await;
    let page = ivo.follow(&short).await;
    page.says(200, "id=\"password-error\"");
    page.says(200, "value=\"Ivo\"");
    let fields = [("token", token(&path)), ("name", "Ivo"), ("password", PASSWORD)];
    assert_eq!(ivo.submit("/_fn/accept-invitation", &fields).await.leads_to(), "/");
    ivo.get("/campaigns").await.says(200, "Maple Row");
    site.browser().get(&path).await.says(404, "This invitation does not work any more");
    let users = admin.get("/settings/users").await;
    users.says(200, "ivo@maple.example");
    assert!(!users.text.contains("Open invitations"));
}

#[tokio::test]
async fn without_a_sender_the_link_is_shown_once_to_who_made_it() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let done = invite(&mut admin, "ivo@maple.example").await;
    let shown = admin.follow(&done).await;
    shown.says(200, "Give ivo@maple.example this link yourself");
    shown.says(200, "https://carillon.example/invitation/");
    add(&site.here, "olga@maple.example", &["admin"]).await;
    let mut olga = site.browser();
    olga.sign_in("olga@maple.example", PASSWORD).await;
    let elsewhere = olga.get(&done.leads_to()).await;
    elsewhere.says(200, "Not mailed");
    assert!(!elsewhere.text.contains("/invitation/"), "somebody else's");
    let id = admin.call("users", &[("fresh", "")]).await.json()["invitations"][0]["id"].as_str().unwrap().to_owned();
    let again = admin.submit("/_fn/resend-invitation", &[("invitation", &id)]).await;
    admin.follow(&again).await.says(200, "Give ivo@maple.example this link yourself");
    let back = admin.submit("/_fn/revoke-invitation", &[("invitation", &id)]).await;
    admin.follow(&back).await.says(200, "The invitation is taken back");
}

#[tokio::test]
async fn who_has_an_account_signs_in_and_joins_also_one_who_is_in_no_workspace() {
    let site = Site::new().await;
    add(&site.here, "ivo@maple.example", &["viewer"]).await;
    let oak = site.here.neighbour("Oak Lane").await;
    let new = domain::invitation::NewInvitation { email: "ivo@maple.example".into(), roles: vec!["viewer".into()] };
    let unsent = oak.act(async |tx| invitations::create(&oak.engine, tx, &new).await).await.unwrap();
    let path = unsent.link().strip_prefix("https://carillon.example").unwrap().to_owned();
    let remove = "delete from membership where tenant_id = $1";
    sqlx::query(remove).bind(site.here.tenant.0).execute(site.here.engine.db.owner()).await.unwrap();

    let mut ivo = site.browser();
    let page = ivo.get(&path).await;
    page.says(200, "Sign in to join");
    page.says(200, "href=\"/sign-in?next=");
    let fields = [("email", "ivo@maple.example"), ("password", PASSWORD), ("next", &path)];
    assert_eq!(ivo.submit("/_fn/sign-in", &fields).await.leads_to(), path);
    ivo.get(&path).await.says(200, "Join Oak Lane");
    assert_eq!(ivo.submit("/_fn/join-workspace", &[("token", token(&path))]).await.leads_to(), "/");
    ivo.get("/campaigns").await.says(200, "Oak Lane");
}

#[tokio::test]
async fn an_invitation_for_somebody_else_says_so() {
    let site = Site::new().await;
    let mut eve = site.signed_in(&["viewer"]).await;
    add(&site.here.neighbour("Elm Hill").await, "ivo@maple.example", &["viewer"]).await;
    let new = domain::invitation::NewInvitation { email: "ivo@maple.example".into(), roles: vec!["admin".into()] };
    let unsent = site.here.act(async |tx| invitations::create(&site.here.engine, tx, &new).await).await.unwrap();
    let path = unsent.link().strip_prefix("https://carillon.example").unwrap().to_owned();
    eve.get(&path).await.says(200, "This invitation is for ivo@maple.example");
    let refused = eve.submit("/_fn/join-workspace", &[("token", token(&path))]).await;
    assert!(refused.leads_to().contains("flash="), "{}", refused.leads_to());
    assert_eq!(eve.get("/settings/users").await.status, 403);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    site.here.sender(&site.here.provider(&sink).await).await;
    let mut nora = site.signed_in(&["admin"]).await;
    let mut lost = site.browser();
    lost.get("/sign-in").await.says(200, "href=\"/forgot-password\"");
    lost.get("/forgot-password").await.says(200, "Send me a link");
    for email in ["admin@maple.example", "nobody@maple.example"] {
        let asked = lost.submit("/_fn/ask-new-password", &[("email", email)]).await;
        assert_eq!(asked.leads_to(), "/forgot-password?done=asked");
        lost.follow(&asked).await.says(200, "carillon user reset-link");
    }
    let path = mailed_link(&sink).await;
    lost.get(&path).await.says(200, "admin@maple.example");
    let short = lost.submit("/_fn/set-new-password", &[("token", token(&path)), ("new_password", "x")]).await;
    lost.follow(&short).await.says(200, "id=\"new_password-error\"");
    let done = lost.submit("/_fn/set-new-password", &[("token", token(&path)), ("new_password", NEW)]).await;
    assert_eq!(done.leads_to(), "/sign-in?done=password");
    lost.follow(&done).await.says(200, "Your password is changed");
    lost.get(&path).await.says(404, "This link does not work any more");
    assert_eq!(nora.get("/").await.status, 303, "signed out everywhere");
    assert_eq!(lost.sign_in("admin@maple.example", NEW).await.leads_to(), "/");
}

/// The link of the mail that goes out in the background.
async fn mailed_link(sink: &Sink) -> String {
    let arrived = async {
        while sink.mails().is_empty() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), arrived).await.expect("a mail within a while");
    assert_eq!(sink.recipients(), ["admin@maple.example"], "nobody else gets one");
    link(sink, "/new-password/")
}

#[tokio::test]
async fn ones_sessions_are_listed_and_ended_one_by_one_or_all_others() {
    let site = Site::new().await;
    let mut laptop = site.signed_in(&["viewer"]).await;
    let mut others = Vec::new();
    for agent in ["Mozilla/5.0 (iPhone) Safari/604.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"] {
        let mut browser = site.browser().at([192, 0, 2, 7]).called(agent);
        browser.sign_in("viewer@maple.example", PASSWORD).await;
        browser.get("/").await;
        others.push(browser);
    }
    let page = laptop.get("/settings/account").await;
    for words in ["Safari on iPhone", "Firefox on Linux", "from 192.0.2.7", "This one"] {
        page.says(200, words);
    }
    let places = laptop.call("sessions", &[]).await.json();
    let phone =
        places.as_array().unwrap().iter().find(|place| place["session"]["device"] == "Safari on iPhone").unwrap();
    let id = phone["session"]["id"].as_str().unwrap().to_owned();
    // Nobody ends another's.
    let mut eve = site.signed_in(&["admin"]).await;
    assert_eq!(eve.call("end-session", &[("session", &id)]).await.status, 404);
    let done = laptop.submit("/_fn/end-session", &[("session", &id)]).await;
    assert_eq!(done.leads_to(), "/settings/account?done=session");
    assert_eq!((others[0].get("/").await.status, others[1].get("/").await.status), (303, 200));
    let done = laptop.submit("/_fn/end-other-sessions", &[]).await;
    assert_eq!(done.leads_to(), "/settings/account?done=others&n=1");
    laptop.follow(&done).await.says(200, "Signed out at 1 other place");
    assert_eq!((others[1].get("/").await.status, laptop.get("/").await.status), (303, 200));
}

#[tokio::test]
async fn an_admin_signs_somebody_out_and_sees_when_they_were_here() {
    let site = Site::new().await;
    let (mut admin, mut viewer) = (site.signed_in(&["admin"]).await, site.signed_in(&["viewer"]).await);
    assert_eq!(viewer.get("/").await.status, 200);
    let people = admin.call("users", &[("fresh", "")]).await.json();
    let member =
        people["users"].as_array().unwrap().iter().find(|user| user["email"] == "viewer@maple.example").unwrap();
    assert!(member["last_seen_at"].is_string(), "{member}");
    let id = member["id"].as_str().unwrap();
    admin.get(&format!("/settings/users/{id}")).await.says(200, "Sign out everywhere");
    let done = admin.submit("/_fn/end-sessions-of", &[("user", id)]).await;
    assert_eq!(done.leads_to(), "/settings/users?done=signed-out&n=1");
    assert_eq!(viewer.get("/").await.status, 303);
    assert_eq!(viewer.call("end-sessions-of", &[("user", id)]).await.status, 401);
}

#[tokio::test]
async fn a_session_goes_on_while_it_is_used() {
    let site = Site::new().await;
    let mut viewer = site.signed_in(&["viewer"]).await;
    assert_eq!(viewer.get("/").await.set_cookies().len(), 1, "noted that they are here");
    assert!(viewer.get("/").await.set_cookies().is_empty(), "once in five minutes");
    site.here.clock.advance(chrono::TimeDelta::minutes(5));
    assert_eq!(viewer.get("/").await.set_cookies().len(), 1);
}

/// A form with a file, as a browser sends it.
async fn send_logo(admin: &mut Browser, bytes: &str) -> Page {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"logo.png\"\r\nContent-Type: image/png\r\n\r\n{bytes}\r\n--b--\r\n"
    );
    let request = Request::post("/settings/brand/logo")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin");
    admin.send(request, &body).await
}

#[tokio::test]
async fn a_logo_is_added_looked_at_by_everybody_and_removed() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let refused = send_logo(&mut admin, "<svg/>").await;
    let page = admin.get(&refused.leads_to()).await;
    page.says(200, "Not a PNG or JPEG picture");
    // A JPEG begins with bytes that are no text; the body of these tests is text, so the verb is called by itself.
    let jpeg = b"\xff\xd8\xff and so on";
    let set = async |tx: &mut engine::db::Tx| engine::accounts::workspace::set_logo(&site.here.engine, tx, jpeg).await;
    let url = site.here.act(set).await.unwrap().brand.logo_url.unwrap();
    let path = url.strip_prefix("https://carillon.example").unwrap();
    admin.get("/settings/brand").await.says(200, path);
    let seen = site.browser().get(path).await;
    assert_eq!((seen.status, seen.header("content-type")), (200, "image/jpeg"));
    assert_eq!(seen.header("x-content-type-options"), "nosniff");
    assert_eq!(seen.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(seen.set_cookies().is_empty());
    assert_eq!(site.browser().get("/logo/nonsense").await.status, 404);
    let done = admin.submit("/_fn/remove-logo", &[]).await;
    admin.follow(&done).await.says(200, "The logo is removed");
    let mut marketer = site.signed_in(&["marketer"]).await;
    assert_eq!(marketer.get("/settings/brand").await.status, 403);
    assert!(send_logo(&mut marketer, "x").await.leads_to().contains("flash="));
}

#[tokio::test]
async fn the_brand_and_the_workspace_are_changed_and_every_wrong_field_is_told() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    admin.get("/settings/brand").await;
    let good =
        [("brand[from_name]", "Maple"), ("brand[reply_to]", "hello@maple.example"), ("brand[colour]", "#123456")];
    let done = admin.submit("/_fn/change-brand", &good).await;
    assert_eq!(done.leads_to(), "/settings/brand?done=changed");
    admin.follow(&done).await.says(200, "value=\"hello@maple.example\"");
    let refused = admin.submit("/_fn/change-brand", &[("brand[reply_to]", "x"), ("brand[colour]", "red")]).await;
    let page = admin.follow(&refused).await;
    page.says(200, "id=\"brand[reply_to]-error\"");
    page.says(200, "value=\"red\"");
    admin.submit("/_fn/change-brand", &[("brand[from_name]", "Maple"), ("brand[reply_to]", "")]).await;
    let page = admin.get("/settings/brand").await;
    assert!(!page.text.contains("hello@maple.example"), "what was emptied is gone: {}", page.text);
    page.says(200, "value=\"#123456\"");
    admin.get("/settings/workspace").await;
    let fields = [("name", ""), ("slug", "A B"), ("time_zone", "Mars"), ("postal_address", "")];
    let refused = admin.submit("/_fn/change-workspace", &fields).await;
    let page = admin.follow(&refused).await;
    for field in ["name", "slug", "time_zone", "postal_address"] {
        page.says(200, &format!("id=\"{field}-error\""));
    }
}

#[tokio::test]
async fn the_audit_log_is_filtered_and_exported() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    site.here.list("Maples").await;
    site.here.template("Oaks", "Hello", "<p>Hello</p>").await;
    let page = admin.get("/settings/audit?action=list.&q=map").await;
    page.says(200, "Maples");
    assert!(!page.text.contains(">Oaks<"));
    page.says(200, "/settings/audit/export?q=map");
    admin.get("/settings/audit?from=2020-01-01&to=2020-01-02").await.says(200, "Nothing found");
    admin.get("/settings/audit?actor=nonsense").await.says(422, "Please correct");
    let file = admin.get("/settings/audit/export?action=list.").await;
    assert_eq!(
        (file.status, file.header("content-disposition")),
        (200, "attachment; filename=\"audit-log.csv\"; filename*=UTF-8''audit-log.csv")
    );
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    admin.get("/settings/audit?action=audit.").await.says(200, "Audit: exported");
    let mut viewer = site.signed_in(&["viewer"]).await;
    assert_eq!(viewer.get("/settings/audit/export").await.status, 403);
    assert_eq!(site.browser().get("/settings/audit/export").await.status, 303);
}

#[tokio::test]
async fn a_key_is_replaced_and_its_new_secret_shown_once() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let fields = [("name", "Till"), ("scopes[]", "read"), ("expires_at", "2027-01-31")];
    let made = admin.submit("/_fn/create-api-key", &fields).await;
    admin.follow(&made).await.says(200, "ck_live_");
    let keys = admin.call("api-keys", &[("fresh", "")]).await.json();
    let id = keys["keys"][0]["id"].as_str().unwrap();
    let replaced = admin.submit("/_fn/rotate-api-key", &[("key", id)]).await;
    admin.follow(&replaced).await.says(200, "Your new key");
    assert_eq!(admin.call("api-keys", &[("fresh", "")]).await.json()["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_senders_address_is_verified_with_the_code_that_was_mailed() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let sender = site.here.sender(&site.here.provider(&sink).await).await;
    let mut admin = site.signed_in(&["admin"]).await;
    admin.get("/settings/senders").await.says(200, "Not verified");
    let (page, id) = (format!("/settings/senders/{sender}"), sender.to_string());
    admin.get(&page).await.says(200, "Mail me a code");
    let asked = admin.submit("/_fn/ask-sender-code", &[("sender", &id)]).await;
    admin.follow(&asked).await.says(200, "A code is on its way to nora@maple.example");
    let wrong = admin.submit("/_fn/verify-sender", &[("sender", &id), ("code", "x")]).await;
    admin.follow(&wrong).await.says(200, "Not the code that was mailed last.");
    let code: String = sink.mails()[0].header("Subject").unwrap().chars().take(6).collect();
    let done = admin.submit("/_fn/verify-sender", &[("sender", &id), ("code", &code)]).await;
    assert_eq!(done.leads_to(), "/settings/senders?done=verified");
    admin.get("/settings/senders").await.says(200, ">Verified<");
}
