//! The workspace's settings and brand (SPEC 1.1), each with what it does.

use domain::{
    account::{NewSettings, Settings},
    brand::{LOGO_MAX, NewBrand},
    campaign::NewCampaign,
    provider::NewSender,
};
use engine::{
    Error,
    accounts::{audit, invitations, workspace},
    providers,
    testing::{Sink, TestWorkspace, draft},
};

use crate::{field, pair};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

async fn change(here: &TestWorkspace, new: NewSettings) -> engine::Result<Settings> {
    here.act(async |tx| workspace::change(&here.engine, tx, &new).await).await
}

fn brand(from_name: &str, from_email: &str, reply_to: &str) -> NewSettings {
    let brand = NewBrand {
        from_name: Some(from_name.into()),
        from_email: Some(from_email.into()),
        reply_to: Some(reply_to.into()),
        ..Default::default()
    };
    NewSettings { brand, ..Default::default() }
}

#[tokio::test]
async fn what_changes_is_in_the_log_with_before_and_after() {
    let here = TestWorkspace::new().await;
    let renamed = NewSettings { name: Some("Maple Lane".into()), ..Default::default() };
    assert_eq!(change(&here, renamed).await.unwrap().workspace.name, "Maple Lane");
    change(&here, NewSettings::default()).await.unwrap();
    let log = here.act(async |tx| audit::list(tx, &Default::default()).await).await.unwrap().data;
    assert_eq!(log.len(), 2, "what changes nothing leaves nothing: {log:?}");
    let detail = serde_json::json!({ "before": { "name": "Maple Row" }, "after": { "name": "Maple Lane" } });
    assert_eq!((&*log[0].action, &log[0].detail), ("workspace.changed", &detail));
    here.neighbour("Oak Lane").await;
    let taken = NewSettings { slug: Some("oak-lane".into()), ..Default::default() };
    assert_eq!(field(change(&here, taken).await.unwrap_err()), pair("slug", "taken"));
}

#[tokio::test]
async fn messages_bear_the_brands_name_and_their_answers_go_where_it_says() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let provider = here.provider(&sink).await;
    let nameless =
        NewSender { email: "news@maple.example".into(), provider_id: provider.id.to_string(), ..Default::default() };
    let nameless = here.act(async |tx| providers::create_sender(tx, &nameless).await).await.unwrap().id;
    let named = here.sender(&provider).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    let send = async |name: &str, sender| {
        let campaign = here.campaign_with(NewCampaign { name: name.into(), ..draft(name, sender, &[list]) }).await;
        here.start(campaign).await;
        here.work().await;
        let mail = sink.mails().pop().unwrap();
        let header = |name: &str| mail.header(name).unwrap_or_default();
        (header("From"), header("Reply-To"))
    };
    assert_eq!(send("Plain", nameless).await, ("news@maple.example".into(), String::new()));
    change(&here, brand("Maple Row Studios", "", "hello@maple.example")).await.unwrap();
    let (from, reply_to) = send("Branded", nameless).await;
    assert!(from.contains("Maple Row Studios") && from.contains("<news@maple.example>"), "{from}");
    assert_eq!(reply_to, "hello@maple.example");
    assert!(send("Named", named).await.0.starts_with("Nora"), "a sender's own name goes first");
}

#[tokio::test]
async fn invitations_come_from_the_brands_address_in_its_colour_with_its_logo() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let provider = here.provider(&sink).await;
    here.sender(&provider).await;
    let team =
        NewSender { email: "team@maple.example".into(), provider_id: provider.id.to_string(), ..Default::default() };
    here.act(async |tx| providers::create_sender(tx, &team).await).await.unwrap();
    let admin = here.user(&[domain::access::Role::Admin]);
    let from = async |email: &str| {
        let new = domain::invitation::NewInvitation { email: email.into(), roles: vec!["viewer".into()] };
        let unsent = here.act_as(&admin, async |tx| invitations::create(&here.engine, tx, &new).await).await.unwrap();
        invitations::send(&here.engine, &admin, unsent).await.unwrap();
        sink.mails().pop().unwrap().header("From").unwrap_or_default()
    };
    assert!(from("ivo@maple.example").await.contains("nora@maple.example"));
    change(&here, brand("", "Team@maple.example", "")).await.unwrap();
    assert!(from("olga@maple.example").await.contains("team@maple.example"));
    here.act(async |tx| workspace::set_logo(&here.engine, tx, PNG).await).await.unwrap();
    let colour = NewBrand { colour: Some("#ffe066".into()), ..Default::default() };
    change(&here, NewSettings { brand: colour, ..Default::default() }).await.unwrap();
    from("paul@maple.example").await;
    let text = sink.mails().pop().unwrap().text();
    assert!(
        text.contains("background:#ffe066;color:#000000") && text.contains("<img src=\"https://carillon.example/logo/"),
        "{text}"
    );
}

#[tokio::test]
async fn a_logo_is_seen_by_everybody_and_an_old_one_stays_where_it_was() {
    let here = TestWorkspace::new().await;
    let set = async |bytes: &[u8]| here.act(async |tx| workspace::set_logo(&here.engine, tx, bytes).await).await;
    let url = |settings: Settings| settings.brand.logo_url.unwrap();
    let first = url(set(PNG).await.unwrap());
    let second = url(set(b"\xff\xd8\xff more").await.unwrap());
    let seen = async |url: &str| {
        let token = url.strip_prefix("https://carillon.example/logo/").unwrap();
        workspace::logo(&here.engine, token).await.map(|(kind, bytes)| (kind.word(), bytes))
    };
    assert_eq!(seen(&first).await.unwrap(), ("image/png", PNG.to_vec()));
    assert_eq!(seen(&second).await.unwrap().0, "image/jpeg");
    let gone = here.act(async |tx| workspace::remove_logo(&here.engine, tx).await).await.unwrap();
    assert_eq!(gone.brand.logo_url, None);
    assert!(seen(&second).await.is_ok(), "messages that went out show it");
    assert!(matches!(workspace::logo(&here.engine, "nonsense").await, Err(Error::NotFound)));
    for (bytes, code) in [(&b"<svg/>"[..], "wrong_kind"), (b"", "required"), (&vec![0; LOGO_MAX + 1], "too_large")] {
        assert_eq!(field(set(bytes).await.unwrap_err()), pair("logo", code));
    }
}
