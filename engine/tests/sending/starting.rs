//! Starting: what must be there, who wins when two press the button, and the moments before the first message leaves.

use chrono::TimeDelta;
use domain::{campaign::NewCampaign, stats::Figures};
use engine::{
    Error, campaigns,
    testing::{assert_ledger_is_sound, draft},
};

use serde_json::json;

use crate::Stage;

/// Field and code of each error.
fn fields(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Invalid(errors) => errors.0.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("not about fields: {other}"),
    }
}

#[tokio::test]
async fn what_is_missing_is_said_all_at_once() {
    let stage = Stage::with(&[]).await;
    let campaign = stage.here.campaign_with(NewCampaign { name: "Spring".into(), ..Default::default() }).await;
    let refused = stage.here.act(async |tx| campaigns::start(&stage.here.engine, tx, campaign, None).await).await;
    let want = [("audience.include", "no_audience"), ("content.email", "no_content"), ("sender_id", "no_sender")];
    assert_eq!(fields(refused.unwrap_err()), want.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let blockers = stage.here.act(async |tx| campaigns::blockers(tx, campaign).await).await.unwrap();
    assert_eq!(blockers.len(), 3);
    assert_eq!(stage.here.status(campaign).await, "Draft");
}

#[tokio::test]
async fn an_audience_of_nobody_who_can_be_written_to_is_refused() {
    let stage = Stage::with(&[]).await;
    stage.here.contact_without_consent("cara@three.example", &[stage.list]).await;
    let campaign = stage.here.campaign("Spring", stage.sender, &[stage.list]).await;
    let refused = stage.here.act(async |tx| campaigns::start(&stage.here.engine, tx, campaign, None).await).await;
    assert_eq!(fields(refused.unwrap_err()), [("audience.include".to_owned(), "nobody".to_owned())]);
    assert_eq!(stage.here.status(campaign).await, "Draft");
}

#[tokio::test]
async fn of_two_starts_at_the_same_moment_one_wins() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.here.campaign("Spring", stage.sender, &[stage.list]).await;
    let press = || stage.here.act(async |tx| campaigns::start(&stage.here.engine, tx, campaign, None).await);
    let (one, two) = tokio::join!(press(), press());
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(matches!(one.and(two), Err(Error::Conflict { .. })));
    assert!(matches!(press().await, Err(Error::Conflict { code: "not_draft", .. })));
    stage.here.work().await;
    stage.assert_each_got_one(1);
}

#[tokio::test]
async fn nothing_leaves_while_a_start_is_held_back() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let campaign = here.campaign("Spring", stage.sender, &[stage.list]).await;
    here.act(async |tx| campaigns::start(&here.engine, tx, campaign, Some(60)).await).await.unwrap();
    here.clock.advance(TimeDelta::seconds(59));
    here.work().await;
    assert_eq!(stage.sink.connections(), 0);
    here.clock.advance(TimeDelta::seconds(1));
    here.work().await;
    stage.assert_each_got_one(1);
}

#[tokio::test]
async fn a_campaign_that_is_stopped_while_it_is_held_back_sends_nothing_at_all() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let campaign = here.campaign("Spring", stage.sender, &[stage.list]).await;
    here.act(async |tx| campaigns::start(&here.engine, tx, campaign, Some(60)).await).await.unwrap();
    here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    here.clock.advance(TimeDelta::hours(1));
    here.work().await;
    assert_eq!(stage.sink.connections(), 0);
    assert_eq!(here.status(campaign).await, "Stopped");
    assert_eq!(here.figures(campaign).await, Figures::default());
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn a_hold_of_more_than_an_hour_is_refused() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.here.campaign("Spring", stage.sender, &[stage.list]).await;
    let start = async |tx: &mut _| campaigns::start(&stage.here.engine, tx, campaign, Some(3601)).await;
    assert_eq!(fields(stage.here.act(start).await.unwrap_err())[0].0, "hold_seconds");
}

#[tokio::test]
async fn later_changes_elsewhere_do_not_touch_what_was_started() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let template = here.template("Spring", "First version", "<p>Hello</p>").await;
    let mut new = draft("Spring news", stage.sender, &[stage.list]);
    new.content.email = Default::default();
    new.content.email.template_id = Some(template.to_string());
    let campaign = here.campaign_with(new).await;
    let newer = domain::template::NewTemplate {
        name: "Spring".into(),
        channel: "email".into(),
        subject: "Second version".into(),
        html: "<p>Hello</p>".into(),
        ..Default::default()
    };
    here.act(async |tx| engine::templates::update(tx, template, &newer).await).await.unwrap();
    here.start(campaign).await;
    here.work().await;
    assert_eq!(stage.sink.mails()[0].header("Subject").unwrap(), "First version");
}

#[tokio::test]
async fn a_button_sends_only_what_its_page_showed_to_as_many_people() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let here = &stage.here;
    let campaign = here.campaign("Spring", stage.sender, &[stage.list]).await;
    let stamp =
        async || campaigns::whole_stamp(&here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap());
    let press = async |stamp: &str, people: i64| {
        let seen = campaigns::Seen { stamp, people };
        let checked = here.act(async |tx| campaigns::check_seen(tx, campaign, &seen).await).await;
        match checked {
            Err(Error::Conflict { code, message }) => Err((code, message)),
            other => {
                other.unwrap();
                Ok(())
            }
        }
    };
    let shown = stamp().await;
    assert_eq!(press(&shown, 2).await, Ok(()));
    for change in [
        json!({ "goal": "40 bookings" }),
        json!({ "audience": { "include": [stage.list.to_string()], "exclude": [here.list("Staff").await.to_string()] } }),
        json!({ "content": { "email": { "subject": "Other", "html": "<p>Other</p>" } } }),
        json!({ "schedule": { "at": "2026-03-03T10:00:00Z" } }),
    ] {
        let before = stamp().await;
        let change = serde_json::from_value(change).unwrap();
        here.act(async |tx| campaigns::change(tx, campaign, &change).await).await.unwrap();
        assert_eq!(press(&before, 2).await.unwrap_err().0, "changed_meanwhile", "{change:?}");
    }
    let shown = stamp().await;
    here.contact("cara@three.example", &[stage.list]).await;
    let (code, message) = press(&shown, 2).await.unwrap_err();
    assert_eq!(code, "reaches_others");
    assert!(message.starts_with("It reaches 3 people now, not 2"), "{message}");
    assert_eq!(press(&shown, 3).await, Ok(()));
}
