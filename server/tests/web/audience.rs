//! Forms that bring a file, sent by the browser itself; and files to take away.

use engine::{audience, testing::TestWorkspace};

use crate::{
    browser::{Browser, Page},
    site::Site,
};

/// A form with fields and perhaps a file, sent as a browser does.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)], file: Option<(&str, &str)>) -> Page {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    // A browser sends the field also when nothing was chosen.
    let (name, content) = file.unwrap_or_default();
    body.push_str(&format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x--\r\n"
    ));
    let request = axum::http::Request::post(path).header("content-type", "multipart/form-data; boundary=x");
    browser.send(request.header("accept", "text/html").header("sec-fetch-site", "same-origin"), &body).await
}

const SAID: &[(&str, &str)] =
    &[("channel", "email"), ("purpose", "marketing"), ("state", "granted"), ("source", "manual")];

async fn consents(here: &TestWorkspace, contact: domain::id::ContactId) -> Vec<domain::consent::ConsentEntry> {
    here.act(async |tx| audience::get(tx, contact).await).await.unwrap().consents
}

#[tokio::test]
async fn a_consent_is_recorded_with_its_file_and_the_file_downloaded() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let ada = site.here.contact_without_consent("ada@one.example", &[]).await;
    let path = format!("/contacts/{ada}/consents");
    let fields = [SAID, &[("at", "2026-02-14T09:30"), ("wording", "Send me news")]].concat();
    let answer = send(&mut admin, &path, &fields, Some(("form.txt", "Yes, Ada"))).await;
    assert_eq!(answer.leads_to(), format!("/contacts/{ada}?done=consent"));
    let page = admin.follow(&answer).await;
    page.says(200, "Send me news");
    page.says(200, "form.txt");
    let history = consents(&site.here, ada).await;
    let [entry] = &history[..] else { panic!("one entry") };
    assert_eq!(entry.at.to_rfc3339(), "2026-02-14T14:30:00+00:00", "the workspace is in New York");
    let file = format!("/proofs/{}", entry.proof.as_ref().unwrap().id);
    let page = admin.get(&file).await;
    page.says(200, "Yes, Ada");
    assert_eq!((page.header("content-type"), page.header("x-content-type-options")), ("text/plain", "nosniff"));
    assert!(page.header("content-disposition").starts_with("attachment;"));
    assert_eq!(site.browser().get(&file).await.leads_to(), format!("/sign-in?next={file}"), "not for strangers");
    assert_eq!(admin.get("/proofs/nonsense").await.status, 404);
}

#[tokio::test]
async fn a_refused_consent_comes_back_with_what_was_typed_and_its_file() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let ada = site.here.contact_without_consent("ada@one.example", &[]).await;
    let path = format!("/contacts/{ada}/consents");
    let fields = [SAID, &[("wording", ""), ("evidence", "kept-evidence"), ("at", "2036-01-01T00:00")]].concat();
    let answer = send(&mut admin, &path, &fields, Some(("form.txt", "Yes, Ada"))).await;
    assert!(answer.leads_to().starts_with(&format!("/contacts/{ada}?flash=")), "{}", answer.leads_to());
    let page = admin.follow(&answer).await;
    for words in ["kept-evidence", "id=\"wording-error\"", "“form.txt” is attached already", "2036-01-01T00:00"] {
        page.says(200, words);
    }
    let proof = page.text.split("name=\"proof\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Sent once more with the words: the file need not be chosen again.
    let fields = [SAID, &[("wording", "Send me news"), ("proof", &proof), ("proof_name", "form.txt")]].concat();
    let answer = send(&mut admin, &path, &fields, None).await;
    assert_eq!(answer.leads_to(), format!("/contacts/{ada}?done=consent"));
    assert_eq!(consents(&site.here, ada).await[0].proof.as_ref().unwrap().id.to_string(), proof);

    let answer = send(&mut admin, &path, SAID, Some(("form.exe", "MZ\0"))).await;
    admin.follow(&answer).await.says(200, "id=\"file-error\"");
    let mut viewer = site.signed_in(&["viewer"]).await;
    let answer = send(&mut viewer, &path, &fields, None).await;
    assert!(answer.leads_to().contains("flash="));
    assert_eq!(consents(&site.here, ada).await.len(), 1);
    let nobody = send(&mut site.browser(), &path, &fields, None).await;
    assert!(nobody.status < 500 && consents(&site.here, ada).await.len() == 1);
}

#[tokio::test]
async fn suppressions_are_imported_and_bad_lines_come_back_alone() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let fields = |text| [("channel", "email"), ("reason", "unsubscribe"), ("note", "old list"), ("text", text)];
    let path = "/suppressions/import";
    let answer = send(&mut admin, path, &fields("ada@one.example\nnobody\n"), None).await;
    assert!(answer.leads_to().starts_with("/suppressions/import?done=imported&n=1&flash="), "{}", answer.leads_to());
    let page = admin.follow(&answer).await;
    page.says(200, "1 address is suppressed now");
    page.says(200, "line 2, “nobody”");
    page.says(200, "nobody</textarea>");
    assert!(!page.text.contains("ada@one.example"), "only what is wrong comes back");
    let answer =
        send(&mut admin, path, &fields(""), Some(("list.csv", "email\nben@two.example\nada@one.example\n"))).await;
    assert_eq!(answer.leads_to(), "/suppressions?done=imported&n=1");
    let page = admin.follow(&answer).await;
    page.says(200, "1 more address is suppressed");
    page.says(200, "ben@two.example");
    let answer = send(&mut admin, path, &fields(" "), None).await;
    admin.follow(&answer).await.says(200, "id=\"text-error\"");
    let file = admin.get("/suppressions/export?q=ben").await;
    file.says(200, "ben@two.example,email,unsubscribe,old list,");
    assert!(!file.text.contains("ada@"));
    assert_eq!(site.browser().get("/suppressions/export").await.status, 303);
}

#[tokio::test]
async fn suppressions_are_added_and_removed_by_plain_forms() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    admin.get("/suppressions/new").await.says(200, "Suppress an address");
    let bad = [("channel", "sms"), ("address", "ada@one.example"), ("reason", "stop"), ("note", "")];
    let answer = admin.submit("/_fn/add-suppression", &bad).await;
    admin.follow(&answer).await.says(200, "id=\"address-error\"");
    let good = [("channel", "sms"), ("address", "+1 212 555 0123"), ("reason", "stop"), ("note", "by phone")];
    let answer = admin.submit("/_fn/add-suppression", &good).await;
    admin.follow(&answer).await.says(200, "+12125550123");
    let remove = |why| [("channel", "sms"), ("address", "+12125550123"), ("reason", why)];
    let answer = admin.submit("/_fn/remove-suppression", &remove(" ")).await;
    admin.follow(&answer).await.says(200, "Still suppressed");
    let answer = admin.submit("/_fn/remove-suppression", &remove("She asked")).await;
    admin.follow(&answer).await.says(200, "Nothing is suppressed");
}

#[tokio::test]
async fn a_list_is_changed_and_ended_by_plain_forms() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let list = site.here.list("Customers").await;
    let ada = site.here.contact("ada@one.example", &[list]).await;
    let (list, ada) = (list.to_string(), ada.to_string());
    admin.get(&format!("/lists/{list}/edit")).await.says(200, "Delete this list…");
    let fields = [("list", list.as_str()), ("name", "Regulars"), ("description", "Who come often")];
    let answer = admin.submit("/_fn/update-list", &fields).await;
    assert_eq!(answer.leads_to(), format!("/lists/{list}?done=changed"));
    admin.follow(&answer).await.says(200, "Who come often");
    admin.submit("/_fn/update-list", &[("list", &list), ("name", "Regulars"), ("description", "")]).await;
    let page = admin.get(&format!("/lists/{list}")).await;
    assert!(!page.text.contains("Who come often"), "what was emptied is gone: {}", page.text);
    let member = [("list", list.as_str()), ("contact", ada.as_str())];
    let answer = admin.submit("/_fn/remove-member", &member).await;
    admin.follow(&answer).await.says(200, "Taken off the list");
    admin.get(&format!("/lists/{list}?status=removed")).await.says(200, "Put ada back on the list");
    let answer = admin.submit("/_fn/put-back-member", &member).await;
    admin.follow(&answer).await.says(200, "Take ada off the list");
    admin.get(&format!("/lists/{list}?q=nobody")).await.says(200, "Nobody found");
    admin.get(&format!("/lists/{list}/export")).await.says(200, "ada@one.example,,ada,,,active,");
    admin.get(&format!("/lists/{list}/add")).await.says(200, "By address");
    let pasted = [("list", list.as_str()), ("addresses", "ada@one.example, eve@three.example")];
    let answer = admin.submit("/_fn/add-by-address", &pasted).await;
    admin
        .follow(&answer)
        .await
        .says(200, "No contact has these addresses; add them as contacts first: eve@three.example.");
    let answer = admin.submit("/_fn/delete-list", &[("list", &list)]).await;
    assert_eq!(answer.leads_to(), "/lists?done=deleted");
    admin.follow(&answer).await.says(200, "No lists yet");
}
