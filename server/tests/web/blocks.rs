//! The block editor without a script: a form of all blocks, each button of which posts and loses nothing.

use crate::{
    browser::{Browser, Page},
    site::Site,
};

/// A new template, on its editor's page.
async fn editor(browser: &mut Browser) -> (String, Page) {
    browser.get("/templates/new/blocks").await;
    let made = browser.submit("/_fn/new-block-template", &[("name", "Spring"), ("subject", "Hello")]).await;
    let page = browser.follow(&made).await;
    page.says(200, "The template is made");
    let path = made.leads_to();
    let id = path.split('/').nth(2).expect("an id").to_owned();
    (id, page)
}

async fn act(browser: &mut Browser, id: &str, act: &str, fields: &[(&str, &str)]) -> Page {
    browser.get(&format!("/templates/{id}/editor")).await;
    let mut all = vec![("template", id), ("begun", "1"), ("name", "Spring"), ("subject", "Hello"), ("act", act)];
    all.extend(fields);
    let answer = browser.submit("/_fn/edit-blocks", &all).await;
    let to = answer.leads_to();
    browser.get(to.split('#').next().expect("a path")).await
}

#[tokio::test]
async fn each_button_does_its_work_and_keeps_what_was_typed() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["marketer"]).await;
    let (id, first) = editor(&mut browser).await;
    first.says(200, "name=\"fields[b1.text]\" type=\"text\" value=\"News from {{company_name}}\"");
    let page = act(&mut browser, &id, "add:button", &[("fields[b1.text]", "Typed & kept")]).await;
    page.says(200, "value=\"Typed &amp; kept\"");
    page.says(200, "name=\"fields[b3.label]\"");
    let place = |page: &Page, of: &str| page.text.find(&format!("id=\"block-{of}\"")).expect("the block");
    assert!(place(&page, "2") < place(&page, "3"));
    let page = act(&mut browser, &id, "up:3", &[("fields[b2.text]", "**Bold** words")]).await;
    assert!(place(&page, "3") < place(&page, "2"), "moved");
    page.says(200, "**Bold** words");
    let page = act(&mut browser, &id, "delete:1", &[]).await;
    assert!(!page.text.contains("id=\"block-1\""));

    // What is wrong is said at its block, and what was typed stands there still.
    let refused =
        act(&mut browser, &id, "save", &[("fields[b3.url]", "javascript:alert(1)"), ("fields[b3.label]", "Go")]).await;
    refused.says(200, "Must begin with https://, mailto: or tel:");
    refused.says(200, "value=\"javascript:alert(1)\"");
    let good = [("fields[b3.url]", "https://maple.example/"), ("fields[b3.label]", "Go")];
    act(&mut browser, &id, "save", &good).await.says(200, "Saved as version 2");
}

#[tokio::test]
async fn a_draft_outlives_the_page_and_can_be_discarded() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["marketer"]).await;
    let (id, _) = editor(&mut browser).await;
    act(&mut browser, &id, "keep", &[("fields[b1.text]", "Half a heading")]).await.says(200, "Your draft is kept");
    let mut other = site.signed_in(&["admin"]).await;
    assert!(
        !other.get(&format!("/templates/{id}/editor")).await.text.contains("Half a heading"),
        "a draft is one's own"
    );
    browser.get(&format!("/templates/{id}/editor")).await.says(200, "Half a heading");
    let gone = browser.submit("/_fn/discard-blocks", &[("template", &id)]).await;
    let page = browser.follow(&gone).await;
    page.says(200, "Your draft is discarded");
    assert!(!page.text.contains("Half a heading"));
}

#[tokio::test]
async fn a_new_mail_wears_the_brand_and_custom_fields_are_listed() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let logo = b"\x89PNG\r\n\x1a\nand so on";
    let set = async |tx: &mut engine::db::Tx| engine::accounts::workspace::set_logo(&site.here.engine, tx, logo).await;
    site.here.act(set).await.unwrap();
    admin.submit("/_fn/change-brand", &[("brand[colour]", "#ffe066")]).await;
    admin.submit("/_fn/add-custom-field", &[("label", "Shoe size"), ("kind", "text")]).await;
    let (id, first) = editor(&mut admin).await;
    first.says(200, "value=\"{{brand.logo_url}}\"");
    first.says(200, "{{custom.shoe_size}}");
    first.says(200, "{{brand.colour}}");
    let page = act(&mut admin, &id, "add:button", &[]).await;
    page.says(200, "name=\"fields[b4.color]\" type=\"color\" value=\"#ffe066\"");
    page.says(200, "name=\"fields[b4.text_color]\" type=\"color\" value=\"#000000\"");
}

#[tokio::test]
async fn who_may_not_write_sees_the_mail() {
    let site = Site::new().await;
    let (mut admin, mut viewer) = (site.signed_in(&["admin"]).await, site.signed_in(&["viewer"]).await);
    let (id, _) = editor(&mut admin).await;
    let page = viewer.get(&format!("/templates/{id}/editor")).await;
    page.says(200, "Preview");
    assert!(!page.text.contains("edit-blocks"));
    viewer.get("/templates/new/blocks").await.says(403, "Not allowed");
    let plain = site.here.template("Plain", "News", "<p>News</p>").await;
    admin.get(&format!("/templates/{plain}/editor")).await.says(409, "is written as HTML");
    admin.get(&format!("/templates/{id}")).await.says(200, "Open the block editor");
}

#[tokio::test]
async fn the_script_keeps_the_draft_and_gets_the_preview() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["marketer"]).await;
    let (id, _) = editor(&mut browser).await;
    let document = r#"{"blocks": [{"type": "heading", "text": "From the script"}]}"#;
    let fields =
        [("template", id.as_str()), ("begun", "1"), ("name", "Spring"), ("subject", "Hello"), ("document", document)];
    let kept = browser.call("keep-blocks", &fields).await.json();
    assert!(kept["Ok"]["text"].as_str().expect("a text").contains("From the script"), "{kept}");
    browser.get(&format!("/templates/{id}/editor")).await.says(200, "From the script");
    let refused = browser
        .call("save-blocks", &[("template", &id), ("name", ""), ("subject", "Hello"), ("document", document)])
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let saved = browser
        .call("save-blocks", &[("template", &id), ("name", "A"), ("subject", "Hello"), ("document", document)])
        .await;
    assert_eq!(saved.json(), 2);
    site.browser().call("keep-blocks", &fields).await.says(401, "");
}
