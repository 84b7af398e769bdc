//! A sender's DNS on its page: every state that a line can have, with and without a check.

use domain::{dns::DnsKind, provider::NewConfig};
use engine::testing::Names;

use crate::site::Site;

async fn sender(site: &Site, email: &str, host: &str) -> String {
    let config =
        NewConfig { host: Some(host.into()), port: 587.into(), tls: Some("starttls".into()), ..Default::default() };
    let provider_id = site.here.account("smtp", host, config).await.id.to_string();
    let dkim_selector = "s1".to_owned();
    let new = domain::provider::NewSender { email: email.into(), provider_id, dkim_selector, ..Default::default() };
    site.here.act(async |tx| engine::providers::create_sender(tx, &new).await).await.unwrap().id.to_string()
}

#[tokio::test]
async fn the_lines_are_there_to_copy_and_the_button_says_how_they_stand() {
    let names = Names::new().await;
    let site = Site::asking(names.dns()).await;
    let id = sender(&site, "nora@maple.example", "smtp.sendgrid.net").await;
    let mut admin = site.signed_in(&["admin"]).await;
    let page = admin.get(&format!("/settings/senders/{id}")).await;
    for text in [
        "DNS of maple.example",
        "v=spf1 include:sendgrid.net ~all",
        "s1._domainkey.maple.example",
        "_dmarc.maple.example",
        "Not checked",
        ">Copy<",
    ] {
        page.says(200, text);
    }
    assert!(!page.text.contains("Last checked"), "nobody asked yet");
    admin.get("/settings/senders").await.says(200, "DNS not checked");

    names.say("maple.example", DnsKind::Txt, &["v=spf1 mx -all"]);
    names.say("_dmarc.maple.example", DnsKind::Txt, &["v=DMARC1; p=quarantine"]);
    names.breaks("s1._domainkey.maple.example");
    let done = admin.submit("/_fn/check-sender-dns", &[("sender", &id)]).await;
    assert_eq!(done.leads_to(), format!("/settings/senders/{id}?done=checked#dns"));
    let page = admin.get(&format!("/settings/senders/{id}?done=checked")).await;
    for text in [
        "The DNS was asked",
        "Found, but different",
        "There now",
        "v=spf1 mx -all",
        "v=spf1 mx include:sendgrid.net -all",
        "Could not be asked",
        "Found, and right",
        "p=quarantine: mail that fails goes to the spam folder.",
        "Last checked",
    ] {
        page.says(200, text);
    }
    admin.get("/settings/senders").await.says(200, "DNS to mend");

    names.say("maple.example", DnsKind::Txt, &[]);
    admin.submit("/_fn/check-sender-dns", &[("sender", &id)]).await;
    admin.get(&format!("/settings/senders/{id}")).await.says(200, "Missing");
    let mut viewer = site.signed_in(&["viewer"]).await;
    viewer.get(&format!("/settings/senders/{id}")).await.says(403, "Not allowed");
    viewer.call("check-sender-dns", &[("sender", &id)]).await.says(403, "");
}

#[tokio::test]
async fn free_mailboxes_and_the_sandbox_have_no_lines() {
    let site = Site::asking(Names::new().await.dns()).await;
    let mut admin = site.signed_in(&["admin"]).await;
    let id = sender(&site, "nora.row@gmail.com", "smtp.sendgrid.net").await;
    let page = admin.get(&format!("/settings/senders/{id}")).await;
    page.says(200, "asks everybody to reject mail in its name");
    assert!(!page.text.contains("check-sender-dns"), "there is nothing to check");
    admin.get("/settings/senders").await.says(200, "Free mailbox");
    let sandbox = site.here.sandbox().await.id.to_string();
    let change = [("sender", id.as_str()), ("email", "nora@maple.example"), ("provider_id", &sandbox)];
    admin.submit("/_fn/change-sender", &change).await;
    admin.get(&format!("/settings/senders/{id}")).await.says(200, "The sandbox sends nothing");
    admin.get("/settings/senders").await.says(200, "DNS not needed");
    let odd = [("email", "o@maple.example"), ("provider_id", sandbox.as_str()), ("dkim_selector", "two words")];
    let refused = admin.submit("/_fn/create-sender", &odd).await;
    admin.follow(&refused).await.says(200, "Letters, digits and hyphens, such as s1");
}
