//! Contacts that are merged while a campaign goes out: who goes gets nothing more, and the one person gets it once.

use domain::contact::merge::NewMerge;
use engine::{
    audience,
    testing::{Answer, Phase, TestWorkspace, assert_ledger_is_sound},
    tracking,
};

use crate::{Stage, unsubscribe_token};

async fn merge(here: &TestWorkspace, goes: domain::id::ContactId, stays: domain::id::ContactId) {
    let new = NewMerge { into: stays.to_string(), ..Default::default() };
    here.act(async |tx| audience::merge(tx, goes, &new).await).await.unwrap();
}

#[tokio::test]
async fn who_had_it_as_one_does_not_get_it_as_the_other() {
    let stage = Stage::with(&["first@one.example"]).await;
    let here = &stage.here;
    let (crowd, last) = (here.list("More").await, 60);
    for n in 0..last {
        here.contact(&format!("p{n}@crowd.example"), &[crowd, stage.list]).await;
    }
    let campaign = here.campaign("Spring news", stage.sender, &[stage.list]).await;
    here.start(campaign).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let worker = stage.worker();
    stage.sink.holds(50).await;
    // The first is on its way, the last not yet.
    let waiting = stage.recipients(campaign, "waiting").await;
    let (first, last) = (waiting[0].contact_id, waiting[60].contact_id);
    merge(here, first, last).await;
    stage.sink.release();
    worker.await.unwrap();

    let sent = stage.sink.recipients();
    assert_eq!(sent.len(), 60, "one person fewer");
    assert!(sent.contains(waiting[0].address.as_ref().unwrap()), "it was on its way");
    assert!(!sent.contains(waiting[60].address.as_ref().unwrap()));
    assert_eq!(stage.recipients(campaign, "skipped").await[0].code.as_deref(), Some("merged"));
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn of_two_who_wait_one_is_gone() {
    let stage = Stage::with(&[]).await;
    let here = &stage.here;
    let (a, b) =
        (here.contact("a@one.example", &[stage.list]).await, here.contact("b@one.example", &[stage.list]).await);
    let campaign = stage.started("Spring news").await;
    here.act(async |tx| engine::campaigns::pause(tx, campaign).await).await.unwrap();
    here.work().await;
    merge(here, a, b).await;
    here.act(async |tx| engine::campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    here.work().await;
    assert_eq!(stage.sink.recipients(), ["b@one.example"]);
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn what_the_other_was_sent_is_in_the_history_and_its_link_still_works() {
    let stage = Stage::with(&[]).await;
    let here = &stage.here;
    let goes = here.contact("old@one.example", &[stage.list]).await;
    stage.started("Spring news").await;
    here.work().await;
    let token = unsubscribe_token(&stage.sink.mails()[0]);
    let stays = here.contact("new@one.example", &[]).await;
    merge(here, goes, stays).await;
    let events = here.act(async |tx| audience::events(tx, stays, &Default::default()).await).await.unwrap().data;
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["sent"]);
    tracking::unsubscribe(&here.engine, &token, None).await.unwrap();
    let detail = here.act(async |tx| audience::get(tx, stays).await).await.unwrap();
    assert_eq!(detail.contact.email_consent, Some(domain::consent::State::Withdrawn));
    let kinds = here.act(async |tx| audience::events(tx, stays, &Default::default()).await).await.unwrap().data;
    assert_eq!(kinds.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["unsubscribed", "sent"]);
}
