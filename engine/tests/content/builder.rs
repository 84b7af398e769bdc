//! The builder's half of drafts: parts saved alone, what cannot be saved, two tabs; copies and the archive.

use domain::{
    campaign::{CampaignChange, CampaignQuery, CampaignStatus, NewAudience, NewCampaign, NewContent},
    id::CampaignId,
};
use engine::{
    Error, campaigns,
    campaigns::Step,
    testing::{Sink, TestWorkspace, draft},
};
use serde_json::{Value, json};

use crate::{field, fields, pair};

async fn change(here: &TestWorkspace, id: CampaignId, body: Value) -> engine::Result<domain::campaign::CampaignDetail> {
    let change: CampaignChange = serde_json::from_value(body).unwrap();
    here.act(async |tx| campaigns::change(tx, id, &change).await).await
}

/// A draft of a template's first version, which has a second by now.
async fn of_a_template(here: &TestWorkspace) -> CampaignId {
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let list = here.list("Customers").await;
    let template = here.template("Spring", "First", "<p>Hello</p>").await;
    let mut new = draft("Spring news", sender, &[list]);
    new.content = NewContent::default();
    new.content.email.template_id = Some(template.to_string());
    let id = here.campaign_with(new).await;
    let body = json!({ "name": "Spring", "channel": "email", "subject": "Second", "html": "<p>Hello</p>" });
    let newer = serde_json::from_value(body).unwrap();
    here.act(async |tx| engine::templates::update(tx, template, &newer).await).await.unwrap();
    id
}

#[tokio::test]
async fn a_part_is_saved_alone_and_the_rest_stays_as_it_is() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    let before = here.act(async |tx| campaigns::get(tx, id).await).await.unwrap();
    let named = change(&here, id, json!({ "name": "Summer news", "goal": "200 bookings" })).await.unwrap();
    assert_eq!((&*named.campaign.name, &*named.campaign.goal), ("Summer news", "200 bookings"));
    assert_eq!(
        (&named.content, &named.audience, named.sender_id),
        (&before.content, &before.audience, before.sender_id)
    );
    assert_eq!(named.content.template_version, Some(1), "no other part takes a newer version of the template");
    let at = json!({ "schedule": { "at": "2026-05-01T10:00", "time_zone": "Europe/Rome", "late_minutes": 5 } });
    let timed = change(&here, id, at).await.unwrap().campaign;
    assert_eq!(timed.starts_at.unwrap().to_rfc3339(), "2026-05-01T08:00:00+00:00");
    assert_eq!((timed.kind.word(), timed.late_minutes), ("scheduled", 5));
    let again = change(&here, id, json!({ "rate_per_second": 7 })).await.unwrap().campaign;
    assert_eq!((again.starts_at, again.time_zone.as_deref()), (timed.starts_at, Some("Europe/Rome")));
    let now = change(&here, id, json!({ "schedule": "now" })).await.unwrap().campaign;
    assert_eq!((now.kind.word(), now.starts_at, now.rate_per_second), ("bulk", None, Some(7)));
    assert_eq!(field(change(&here, id, json!({ "name": "" })).await.unwrap_err()), pair("name", "required"));
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told_and_steps_do_not_get_in_each_others_way() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    let before = here.act(async |tx| campaigns::get(tx, id).await).await.unwrap();
    let (goal, timing) = (campaigns::stamp(&before, Step::Goal), campaigns::stamp(&before, Step::Timing));
    let save = async |name: &str, step, seen: &str| {
        let change = CampaignChange { name: Some(name.into()), ..Default::default() };
        here.act(async |tx| campaigns::change_seen(tx, id, &change, step, seen).await).await
    };
    let first = save("From one tab", Step::Goal, &goal).await.unwrap();
    let second = save("From the other", Step::Goal, &goal).await.err().unwrap();
    assert!(matches!(second, Error::Conflict { code: "changed_meanwhile", .. }), "{second}");
    let rate = CampaignChange { rate_per_second: Some(json!(9)), ..Default::default() };
    let other = here.act(async |tx| campaigns::change_seen(tx, id, &rate, Step::Timing, &timing).await).await;
    assert_eq!(other.unwrap().detail.campaign.name, "From one tab", "another step is nobody's conflict");
    let on = save("Typed on", Step::Goal, &first.stamp).await.unwrap();
    assert_ne!(on.stamp, first.stamp);
    assert!(save("Mine after all", Step::Goal, "").await.is_ok(), "who does not care overwrites");
}

#[tokio::test]
async fn a_save_that_comes_twice_or_late_and_makes_no_difference_is_no_conflict() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    let before = here.act(async |tx| campaigns::get(tx, id).await).await.unwrap();
    let seen = campaigns::stamp(&before, Step::Goal);
    let save = async |name: &str| {
        let change = CampaignChange { name: Some(name.into()), ..Default::default() };
        here.act(async |tx| campaigns::change_seen(tx, id, &change, Step::Goal, &seen).await).await
    };
    let first = save("Typed").await.unwrap().stamp;
    assert_eq!(save("Typed").await.unwrap().stamp, first);
    assert!(save("Typed otherwise").await.is_err());
    let now = here.act(async |tx| campaigns::get(tx, id).await).await.unwrap();
    assert_eq!(now.campaign.name, "Typed", "what was refused has changed nothing");
}

#[tokio::test]
async fn what_was_typed_and_not_saved_stands_in_the_way_until_it_is_saved_or_discarded() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    let typed = json!({ "subject": "Half" });
    let keep = async |step| here.act(async |tx| campaigns::keep_unsaved(tx, id, step, &typed).await).await.unwrap();
    let waiting = async || {
        let blockers = here.act(async |tx| campaigns::blockers(tx, id).await).await.unwrap();
        blockers.into_iter().map(|blocker| blocker.code).collect::<Vec<_>>()
    };
    for step in Step::ALL {
        keep(step).await;
    }
    assert_eq!(waiting().await, ["unsaved_goal", "unsaved_audience", "unsaved_content", "unsaved_timing"]);
    let started = here.act(async |tx| campaigns::start(&here.engine, tx, id, None).await).await;
    assert!(fields(started.unwrap_err()).contains(&pair("content.email", "unsaved_content")));
    let at = campaigns::NewSend { at: Some("2030-05-01T10:00".into()), ..Default::default() };
    let scheduled = here.act(async |tx| campaigns::schedule(tx, id, &at).await).await;
    assert!(fields(scheduled.unwrap_err()).contains(&pair("content.email", "unsaved_content")));

    here.act(async |tx| campaigns::forget_unsaved(tx, id, Step::Audience).await).await.unwrap();
    assert_eq!(waiting().await, ["unsaved_goal", "unsaved_content", "unsaved_timing"]);
    // Whoever writes a part by another way has written over what it was typed over.
    change(&here, id, json!({ "goal": "40 bookings" })).await.unwrap();
    assert_eq!(waiting().await, ["unsaved_content", "unsaved_timing"]);
    change(&here, id, json!({ "rate_per_second": 7 })).await.unwrap();
    assert_eq!(waiting().await, ["unsaved_content"]);
    let whole = NewCampaign { name: "Spring".into(), ..Default::default() };
    here.act(async |tx| campaigns::update(tx, id, &whole).await).await.unwrap();
    assert!(!waiting().await.iter().any(|code| code.starts_with("unsaved")));
}

#[tokio::test]
async fn what_cannot_be_saved_is_kept_as_it_was_typed_until_it_can() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    let typed = json!({ "subject": "Half", "html": "{{first_na" });
    here.act(async |tx| campaigns::keep_unsaved(tx, id, Step::Content, &typed).await).await.unwrap();
    let kept = async |step| here.act(async |tx| campaigns::unsaved(tx, id, step).await).await.unwrap();
    assert_eq!((kept(Step::Content).await, kept(Step::Goal).await), (Some(typed), None));
    let name = CampaignChange { name: Some("Other".into()), ..Default::default() };
    here.act(async |tx| campaigns::change_seen(tx, id, &name, Step::Goal, "").await).await.unwrap();
    assert!(kept(Step::Content).await.is_some(), "another step's save leaves it");
    here.act(async |tx| campaigns::change_seen(tx, id, &name, Step::Content, "").await).await.unwrap();
    assert_eq!(kept(Step::Content).await, None);
}

#[tokio::test]
async fn a_copy_is_a_new_draft_with_the_newest_words_and_no_moment() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    change(&here, id, json!({ "schedule": { "at": "2026-05-01T10:00" }, "description": "About" })).await.unwrap();
    let from = here.act(async |tx| campaigns::get(tx, id).await).await.unwrap();
    let copy = here.act(async |tx| campaigns::duplicate(tx, id, None).await).await.unwrap();
    assert_eq!((&*copy.campaign.name, &*copy.campaign.description), ("Spring news, copy", "About"));
    assert_eq!((copy.campaign.status, copy.campaign.starts_at), (CampaignStatus::Draft, None));
    assert_ne!(copy.campaign.code, from.campaign.code);
    assert_eq!((&copy.audience, copy.sender_id), (&from.audience, from.sender_id));
    assert_eq!(copy.content.email.subject, "Second");
    let template = from.content.template_id.unwrap();
    here.act(async |tx| engine::templates::archive(tx, template).await).await.unwrap();
    let named = here.act(async |tx| campaigns::duplicate(tx, id, Some("Autumn")).await).await.unwrap();
    assert_eq!((&*named.campaign.name, &*named.content.email.subject), ("Autumn", "First"), "words are never lost");
    let empty = here.campaign_with(NewCampaign { name: "x".repeat(200), ..Default::default() }).await;
    let long = here.act(async |tx| campaigns::duplicate(tx, empty, None).await).await.unwrap();
    assert_eq!((long.campaign.name.len(), &*long.content.email.html), (200, ""));
}

#[tokio::test]
async fn what_is_over_is_archived_and_lists_leave_it_out() {
    let here = TestWorkspace::new().await;
    let id = here.campaign_with(NewCampaign { name: "Spring".into(), ..Default::default() }).await;
    let refused = here.act(async |tx| campaigns::archive(tx, id).await).await.err().unwrap();
    assert!(matches!(refused, Error::Conflict { code: "not_over", .. }), "drafts are deleted");
    here.act(async |tx| campaigns::cancel(tx, id).await).await.unwrap();
    let away = here.act(async |tx| campaigns::archive(tx, id).await).await.unwrap().campaign;
    assert!(away.archived_at.is_some() && away.status == CampaignStatus::Cancelled, "a time, not a state");
    let again = here.act(async |tx| campaigns::archive(tx, id).await).await.unwrap().campaign;
    assert_eq!(again.archived_at, away.archived_at);
    let count = async |archived: &str| {
        let query = CampaignQuery { archived: archived.into(), ..Default::default() };
        here.act(async |tx| campaigns::find(tx, &query).await).await.unwrap().data.len()
    };
    assert_eq!((count("").await, count("true").await, count("all").await), (0, 1, 1));
    here.act(async |tx| campaigns::restore(tx, id).await).await.unwrap();
    assert_eq!((count("").await, count("true").await), (1, 0));
}

#[tokio::test]
async fn campaigns_are_found_by_type_channel_and_when() {
    let here = TestWorkspace::new().await;
    let at = |at: &str| Some(json!({ "at": at }));
    let make = async |name: &str, schedule| {
        here.campaign_with(NewCampaign { name: name.into(), schedule, ..Default::default() }).await
    };
    let now = make("Now", None).await;
    let march = make("March", at("2026-03-31T23:30")).await;
    let april = make("April", at("2026-04-01T00:30")).await;
    let found = async |query: Value| {
        let query: CampaignQuery = serde_json::from_value(query).unwrap();
        let page = here.act(async |tx| campaigns::find(tx, &query).await).await.unwrap();
        page.data.into_iter().map(|campaign| campaign.id).collect::<Vec<_>>()
    };
    assert_eq!(found(json!({ "type": "scheduled" })).await, [april, march]);
    assert_eq!(found(json!({ "type": "bulk" })).await, [now]);
    assert_eq!(found(json!({ "channel": "email" })).await, [april, march, now]);
    assert!(found(json!({ "channel": "sms" })).await.is_empty());
    assert_eq!(found(json!({ "from": "2026-03-01", "to": "2026-03-31" })).await, [march], "days of the workspace");
    assert_eq!(found(json!({ "from": "2026-04-01" })).await, [april]);
}

#[tokio::test]
async fn an_audience_is_typed_as_it_is_shown() {
    let here = TestWorkspace::new().await;
    let id = of_a_template(&here).await;
    let shown = here.act(async |tx| campaigns::get(tx, id).await).await.unwrap();
    let again = NewAudience { include: vec![json!(shown.audience.include[0])], exclude: vec![] };
    let change = CampaignChange { audience: Some(again), ..Default::default() };
    let after = here.act(async |tx| campaigns::change(tx, id, &change).await).await.unwrap();
    assert_eq!(after.audience, shown.audience);
}
