//! The main job: people on lists get a message of their own, once, and the figures say so.

use domain::{
    message::{Part, SkipReason},
    page::PageQuery,
    stats::Figures,
};
use engine::{
    campaigns, reports,
    testing::{assert_ledger_is_sound, draft},
};

use crate::{Stage, unsubscribe_token};

#[tokio::test]
async fn everybody_who_agreed_gets_a_message_of_their_own() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let here = &stage.here;
    here.contact_without_consent("cara@three.example", &[stage.list]).await;
    let template = here.template("Spring", "Hello {{first_name}}", "<p>Dear {{first_name}}, we are open.</p>").await;
    let mut new = draft("Spring news", stage.sender, &[stage.list]);
    new.content.email = Default::default();
    new.content.email.template_id = Some(template.to_string());
    let campaign = here.campaign_with(new).await;

    here.start(campaign).await;
    assert_eq!(here.status(campaign).await, "Sending");
    here.work().await;

    assert_eq!(stage.sink.recipients(), ["ada@one.example", "ben@two.example"]);
    for (mail, name) in stage.sink.mails().iter().zip(["ada", "ben"]) {
        assert_eq!(mail.from, "nora@maple.example");
        assert_eq!(mail.header("From").unwrap(), "Nora <nora@maple.example>");
        assert_eq!(mail.header("To").unwrap(), mail.to);
        assert_eq!(mail.header("Subject").unwrap(), format!("Hello {name}"));
        assert_eq!(mail.text().matches(&format!("Dear {name}, we are open.")).count(), 2, "{}", mail.raw);
        assert!(mail.text().contains("1 Maple Row, Springfield"), "{}", mail.raw);
    }
    let figures = Figures { audience: 3, sent: 2, skipped: 1, ..Default::default() };
    assert_eq!(here.figures(campaign).await, figures);
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn each_message_can_be_unsubscribed_from_in_one_click_and_known_again() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let mails = stage.sink.mails();
    let sent = stage.recipients(campaign, "sent").await;
    for mail in &mails {
        let recipient = sent.iter().find(|recipient| recipient.address.as_deref() == Some(&mail.to)).unwrap();
        assert_eq!(mail.header("Message-ID").unwrap(), format!("<{}@maple.example>", recipient.id));
        assert_eq!(mail.header("List-Unsubscribe-Post").unwrap(), "List-Unsubscribe=One-Click");
        assert!(mail.text().contains(&unsubscribe_token(mail)), "the link is in the text as well: {}", mail.raw);
    }
    assert_ne!(unsubscribe_token(&mails[0]), unsubscribe_token(&mails[1]));
}

#[tokio::test]
async fn who_is_left_out_is_told_with_the_reason() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.here.contact_without_consent("cara@three.example", &[stage.list]).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let skipped = stage.recipients(campaign, "skipped").await;
    assert_eq!(skipped.len(), 1);
    assert_eq!((skipped[0].label.as_str(), skipped[0].status.as_str()), ("cara", "skipped"));
    assert_eq!(skipped[0].reason.as_deref(), Some("No consent in force for marketing by e-mail"));
    let detail = stage.here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap();
    let group = &detail.groups[0];
    assert_eq!((group.part, group.code.as_str(), group.count), (Part::Skipped, "no_consent", 1));
    assert_eq!(group.text, SkipReason::NoConsent.sentence());
}

#[tokio::test]
async fn a_value_that_is_missing_for_a_person_stops_their_message_only() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let here = &stage.here;
    let set = "update contact set last_name = 'Lovelace' where email_key = 'ada@one.example'";
    sqlx::query(set).execute(here.engine.db.owner()).await.unwrap();
    let mut new = draft("Spring news", stage.sender, &[stage.list]);
    new.content.email.text.html = "<p>Dear {{last_name}}</p>".into();
    let campaign = here.campaign_with(new).await;
    here.start(campaign).await;
    here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example"]);
    assert_eq!(stage.recipients(campaign, "skipped").await[0].code.as_deref(), Some("missing_value"));
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn two_lists_reach_each_person_once_and_an_excluded_list_keeps_its_people_out() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let here = &stage.here;
    let (regulars, complaints) = (here.list("Regulars").await, here.list("Complaints").await);
    here.contact("dora@four.example", &[stage.list, regulars]).await;
    here.contact("emil@five.example", &[regulars, complaints]).await;
    let mut new = draft("Spring news", stage.sender, &[stage.list, regulars]);
    new.audience.exclude = vec![complaints.to_string().into()];
    let campaign = here.campaign_with(new).await;
    let estimate = here.act(async |tx| campaigns::estimate(tx, campaign).await).await.unwrap();
    here.start(campaign).await;
    here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example", "ben@two.example", "dora@four.example"]);
    assert_eq!((estimate.matched, estimate.reachable), (3, 3));
    assert_eq!(here.figures(campaign).await.audience, 3);
}

#[tokio::test]
async fn a_large_run_reaches_each_person_once_with_two_workers_at_it() {
    let stage = Stage::with_crowd(1250).await;
    let campaign = stage.started("Spring news").await;
    let (one, two) = tokio::join!(stage.worker(), stage.worker());
    one.and(two).unwrap();
    stage.here.work().await;
    stage.assert_each_got_one(1250);
    assert_eq!(stage.here.figures(campaign).await.sent, 1250);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn the_recipients_of_a_run_come_in_pages_and_can_be_searched() {
    let stage = Stage::with_crowd(130).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let mut query = PageQuery { limit: Some(60), ..Default::default() };
    let mut seen = Vec::new();
    loop {
        let page = stage.here.act(async |tx| reports::recipients(tx, campaign, &query).await).await.unwrap();
        seen.extend(page.data.into_iter().filter_map(|recipient| recipient.address));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    seen.sort();
    assert_eq!(seen, stage.sink.recipients());
    let query = PageQuery { search: Some("P12@".into()), ..Default::default() };
    let found = stage.here.act(async |tx| reports::recipients(tx, campaign, &query).await).await.unwrap().data;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].label, "Person 12");
}
