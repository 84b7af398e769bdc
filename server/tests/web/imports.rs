//! A file of people through the console, by forms that a browser sends itself.

use axum::http::{Request, header};
use engine::imports;

use crate::{
    browser::{Browser, Page},
    site::Site,
};

async fn send(browser: &mut Browser, name: &str, content: &str) -> Page {
    let body = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--cut--\r\n"
    );
    let request = Request::post("/imports").header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    browser.send(request.header("sec-fetch-site", "same-origin"), &body).await
}

#[tokio::test]
async fn a_file_is_sent_mapped_checked_imported_and_undone() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["admin"]).await;
    browser.get("/imports").await.says(200, "No imports yet");
    browser.get("/imports/new").await.says(200, "enctype=\"multipart/form-data\"");
    let sent = send(&mut browser, "fair.csv", "Nome;E-Mail\nAda;ada@fair.example\nBen;ben@fair\n").await;
    let page = sent.leads_to();
    let mapping = browser.follow(&sent).await;
    mapping.says(200, "What Nome becomes");
    mapping.says(200, "value=\"first_name\" selected");
    let fields = |wording| {
        vec![
            ("import", page.rsplit('/').next().unwrap().to_owned()),
            ("columns[0]", "first_name".to_owned()),
            ("columns[1]", "email".to_owned()),
            ("basis", "consent".to_owned()),
            ("wording", String::from(wording)),
            ("list_id", "new".to_owned()),
            ("list_name", "Fair".to_owned()),
            ("country", String::new()),
        ]
    };
    let refused = fields("");
    let refused: Vec<_> = refused.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = browser.submit("/_fn/map-import", &refused).await;
    browser.follow(&refused).await.says(200, "Write the words that people agreed to");
    let good = fields("News by e-mail");
    let good: Vec<_> = good.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit("/_fn/map-import", &good).await.leads_to();
    browser.get(&page).await.says(200, "Checking every row");
    imports::run_until_idle(&site.here.engine).await.unwrap();
    let dry = browser.get(&page).await;
    dry.says(200, "Import 1 row, leave out 1");
    dry.says(200, "ben@fair");
    let id = page.rsplit('/').next().unwrap();
    browser.submit("/_fn/start-import", &[("import", id)]).await.leads_to();
    imports::run_until_idle(&site.here.engine).await.unwrap();
    browser.get(&page).await.says(200, "Finished");
    browser.get("/imports").await.says(200, "fair.csv");
    let rejected = browser.get(&format!("{page}/rejected.csv")).await;
    rejected.says(200, "3,E-Mail,ben@fair,");
    assert_eq!(
        rejected.header("content-disposition"),
        "attachment; filename=\"rejected-fair.csv\"; filename*=UTF-8''rejected-fair.csv"
    );
    browser.submit("/_fn/undo-import", &[("import", id)]).await.leads_to();
    imports::run_until_idle(&site.here.engine).await.unwrap();
    browser.get(&page).await.says(200, "Everybody is as before the import.");
}

#[tokio::test]
async fn what_is_no_table_is_told_on_the_page_of_the_form() {
    let site = Site::new().await;
    let mut browser = site.signed_in(&["admin"]).await;
    let refused = send(&mut browser, "scan.csv", "%PDF-1.7").await;
    assert!(refused.leads_to().starts_with("/imports/new?flash="));
    browser.follow(&refused).await.says(200, "This is a PDF document");
    let nothing = send(&mut browser, "", "").await;
    browser.follow(&nothing).await.says(200, "Choose a file.");
    let mut viewer = site.signed_in(&["viewer"]).await;
    let refused = send(&mut viewer, "fair.csv", "email\na@b.co\n").await;
    viewer.follow(&refused).await.says(403, "Your role does not allow this.");
    let mut stranger = site.browser();
    assert!(send(&mut stranger, "fair.csv", "email\na@b.co\n").await.leads_to().starts_with("/sign-in"));
}
