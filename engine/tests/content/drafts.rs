//! Campaigns while they are drafts: made, found, changed, deleted; and nothing of that afterwards (SPEC 5.1).

use domain::{
    campaign::{CampaignStatus, NewCampaign},
    page::PageQuery,
};
use engine::{
    Error, campaigns,
    testing::{Sink, TestWorkspace, draft},
};

use crate::{field, pair};

fn named(name: &str) -> NewCampaign {
    NewCampaign { name: name.into(), ..Default::default() }
}

async fn create(here: &TestWorkspace, new: NewCampaign) -> engine::Result<domain::campaign::CampaignDetail> {
    here.act(async |tx| campaigns::create(tx, &new).await).await
}

/// The code that a campaign of this name gets.
async fn code(here: &TestWorkspace, name: &str) -> String {
    create(here, named(name)).await.unwrap().campaign.code
}

#[tokio::test]
async fn codes_are_made_from_names_and_counted_on() {
    let here = TestWorkspace::new().await;
    assert_eq!(code(&here, "Autumn open house").await, "AOH-001");
    assert_eq!(code(&here, "Art of hats").await, "AOH-002");
    assert_eq!(code(&here, "Hook").await, "H-001");
    assert_eq!(code(&here, "one two three four five").await, "OTTF-001");
    assert_eq!(code(&here, "日本").await, "C-001");
    let own = NewCampaign { code: "aoh-041".into(), ..named("Own") };
    assert_eq!(create(&here, own.clone()).await.unwrap().campaign.code, "AOH-041");
    assert_eq!(code(&here, "All our hens").await, "AOH-042");
    assert_eq!(field(create(&here, own).await.unwrap_err()), pair("code", "taken"));
    let odd = NewCampaign { code: "AOH-X".into(), ..named("Odd") };
    create(&here, odd).await.unwrap();
    assert_eq!(code(&here, "All our hens").await, "AOH-043", "what is no number does not count");
    assert_eq!(code(&here.neighbour("Oak Lane").await, "Autumn open house").await, "AOH-001");
}

#[tokio::test]
async fn a_draft_may_be_unfinished_and_is_finished_step_by_step() {
    let here = TestWorkspace::new().await;
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let list = here.list("Customers").await;
    let made = create(&here, named("Spring")).await.unwrap();
    let (id, code) = (made.campaign.id, made.campaign.code);
    let whole = draft("Spring news", sender, &[list]);
    let changed = here.act(async |tx| campaigns::update(tx, id, &whole).await).await.unwrap();
    assert_eq!((changed.campaign.name.as_str(), changed.campaign.code), ("Spring news", code));
    assert_eq!(changed.content.email.subject, "News for {{first_name}}");
    assert_eq!(changed.sender.as_deref(), Some("Nora <nora@maple.example>"));
    assert_eq!(changed.list_names, (vec!["Customers".to_owned()], vec![]));
    let blockers = here.act(async |tx| campaigns::blockers(tx, id).await).await.unwrap();
    assert!(blockers.is_empty(), "{blockers:?}");
    let emptied = here.act(async |tx| campaigns::update(tx, id, &named("Spring")).await).await.unwrap();
    assert_eq!((emptied.sender_id, emptied.content.email.html.as_str()), (None, ""));
}

#[tokio::test]
async fn only_drafts_can_be_changed_or_deleted() {
    let here = TestWorkspace::new().await;
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    let is_conflict = |error| matches!(error, Error::Conflict { code: "not_draft", .. });
    let rename = named("Other");
    assert!(is_conflict(here.act(async |tx| campaigns::update(tx, campaign, &rename).await).await.unwrap_err()));
    assert!(is_conflict(here.act(async |tx| campaigns::delete(tx, campaign).await).await.unwrap_err()));
    here.work().await;
    let kept = here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap();
    assert_eq!(kept.campaign.name, "Spring news");
    assert_eq!(kept.content.email.subject, "News for {{first_name}}", "a refused change changes nothing");
}

#[tokio::test]
async fn a_deleted_draft_is_gone() {
    let here = TestWorkspace::new().await;
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let campaign = here.campaign("Spring news", sender, &[]).await;
    here.act(async |tx| campaigns::delete(tx, campaign).await).await.unwrap();
    assert!(matches!(here.act(async |tx| campaigns::get(tx, campaign).await).await, Err(Error::NotFound)));
    assert!(matches!(here.act(async |tx| campaigns::delete(tx, campaign).await).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_draft_can_be_stopped_and_then_nothing_more() {
    let here = TestWorkspace::new().await;
    let id = create(&here, named("Spring")).await.unwrap().campaign.id;
    here.act(async |tx| campaigns::cancel(tx, id).await).await.unwrap();
    assert_eq!(here.status(id).await, "Stopped");
    let started = here.act(async |tx| campaigns::start(&here.engine, tx, id, None).await).await;
    assert!(matches!(started, Err(Error::Conflict { code: "not_draft", .. })));
}

#[tokio::test]
async fn the_text_of_a_draft_must_be_fit_to_render() {
    let here = TestWorkspace::new().await;
    let mut new = named("Spring");
    new.content.email.text.subject = "Hello".into();
    new.content.email.text.html = "{{frist_name}}".into();
    assert_eq!(field(create(&here, new).await.unwrap_err()), pair("content.email.html", "unknown_variable"));
}

#[tokio::test]
async fn campaigns_are_found_by_name_code_and_status() {
    let here = TestWorkspace::new().await;
    let spring = create(&here, named("Spring open house")).await.unwrap().campaign.id;
    let summer = create(&here, named("Summer sale")).await.unwrap().campaign.id;
    here.act(async |tx| campaigns::cancel(tx, spring).await).await.unwrap();
    let found = async |search: &str, status: &str| {
        let query = PageQuery { search: Some(search.into()), status: Some(status.into()), ..Default::default() };
        let page = here.act(async |tx| campaigns::list(tx, &query).await).await.unwrap();
        page.data.into_iter().map(|campaign| campaign.id).collect::<Vec<_>>()
    };
    assert_eq!(found("", "").await, [summer, spring]);
    assert_eq!(found("OPEN", "").await, [spring]);
    assert_eq!(found("ss-0", "").await, [summer]);
    assert_eq!(found("", CampaignStatus::Cancelled.word()).await, [spring]);
    assert!(found("%", "").await.is_empty() && found("sale", "cancelled").await.is_empty());
    let query = PageQuery { status: Some("asleep".into()), ..Default::default() };
    let refused = here.act(async |tx| campaigns::list(tx, &query).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("status", "unknown"));
}
