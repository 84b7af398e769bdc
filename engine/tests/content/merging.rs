//! Two contacts that are one person: what each knew, said and was on is the survivor's, and totals stay right.

use domain::{
    consent::{NewConsent, State},
    contact::{NewContact, merge::NewMerge},
    id::{ContactId, ListId},
    list::MemberStatus,
};
use engine::{Error, audience, lists, testing::TestWorkspace};

use crate::{field, pair};

async fn merge(here: &TestWorkspace, goes: ContactId, stays: ContactId, take: &[&str]) -> engine::Result<()> {
    let take = take.iter().map(|word| (*word).to_owned()).collect();
    let new = NewMerge { into: stays.to_string(), take };
    here.act(async |tx| audience::merge(tx, goes, &new).await).await.map(drop)
}

async fn say(here: &TestWorkspace, contact: ContactId, state: &str) {
    let new = NewConsent {
        channel: "email".into(),
        state: state.into(),
        source: "manual".into(),
        evidence: "by phone".into(),
        ..Default::default()
    };
    here.act(async |tx| audience::record_consent(tx, contact, &new).await).await.unwrap();
}

async fn totals(here: &TestWorkspace, list: ListId) -> (i64, i64) {
    let list = here.act(async |tx| lists::get(tx, list).await).await.unwrap();
    (list.total, list.active)
}

#[tokio::test]
async fn the_survivor_has_what_both_had() {
    let here = TestWorkspace::new().await;
    let (shared, theirs) = (here.list("Shared").await, here.list("Theirs").await);
    let stays = here.contact("ada@one.example", &[shared]).await;
    let goes = NewContact {
        email: "byron@two.example".into(),
        phone: Some("+12125550123".into()),
        tags: vec!["vip".into()],
        lists: vec![shared.to_string(), theirs.to_string()],
        ..Default::default()
    };
    let goes = here.contact_with(goes).await;
    merge(&here, goes, stays, &[]).await.unwrap();

    let detail = here.act(async |tx| audience::get(tx, stays).await).await.unwrap();
    let contact = &detail.contact;
    assert_eq!((contact.email.as_deref(), contact.phone.as_deref()), (Some("ada@one.example"), Some("+12125550123")));
    assert_eq!((contact.first_name.as_str(), &contact.tags), ("ada", &vec!["vip".to_owned()]));
    let on: Vec<_> = detail.lists.iter().map(|list| list.name.as_str()).collect();
    assert_eq!(on, ["Shared", "Theirs"]);
    assert_eq!((totals(&here, shared).await, totals(&here, theirs).await), ((1, 1), (1, 1)));
    let found = here.act(async |tx| audience::get(tx, goes).await).await.unwrap();
    assert_eq!(found.contact.id, stays, "the old id leads to the new one");
    assert_eq!(here.act(async |tx| audience::count_some(tx).await).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_chosen_is_taken_and_the_address_is_free_for_it() {
    let here = TestWorkspace::new().await;
    let stays = here.contact("old@one.example", &[]).await;
    let goes = here.contact("new@one.example", &[]).await;
    merge(&here, goes, stays, &["email", "first_name"]).await.unwrap();
    let contact = here.act(async |tx| audience::get(tx, stays).await).await.unwrap().contact;
    assert_eq!((contact.email.as_deref(), contact.first_name.as_str()), (Some("new@one.example"), "new"));
}

#[tokio::test]
async fn the_newest_word_of_both_is_in_force_and_all_of_them_are_kept() {
    let here = TestWorkspace::new().await;
    for (later, state) in [("goes", State::Withdrawn), ("stays", State::Granted)] {
        let stays = here.contact(&format!("a@{later}.example"), &[]).await;
        let goes = here.contact(&format!("b@{later}.example"), &[]).await;
        say(&here, goes, "withdrawn").await;
        if later == "stays" {
            say(&here, stays, "granted").await;
        }
        merge(&here, goes, stays, &[]).await.unwrap();
        let detail = here.act(async |tx| audience::get(tx, stays).await).await.unwrap();
        assert_eq!(detail.contact.email_consent, Some(state), "{later}");
        assert_eq!(detail.consents.len(), if later == "stays" { 4 } else { 3 }, "{later}");
        assert_eq!(detail.consents[0].state, state);
    }
}

#[tokio::test]
async fn who_left_a_list_as_either_stays_away_from_it() {
    let here = TestWorkspace::new().await;
    for (mine, theirs, is) in [
        ("active", "unsubscribed", MemberStatus::Unsubscribed),
        ("removed", "active", MemberStatus::Active),
        ("bounced", "removed", MemberStatus::Bounced),
    ] {
        let list = here.list(&format!("{mine} and {theirs}")).await;
        let stays = here.contact(&format!("{mine}@{theirs}.example"), &[list]).await;
        let goes = here.contact(&format!("other-{mine}@{theirs}.example"), &[list]).await;
        for (contact, status) in [(stays, mine), (goes, theirs)] {
            let change = "with changed as (
                            update list_member set status = $3 where list_id = $1 and contact_id = $2 returning status)
                          update list set active = active - (select count(*) from changed where status <> 'active'),
                            bounced = bounced + (select count(*) from changed where status = 'bounced'),
                            unsubscribed = unsubscribed + (select count(*) from changed where status = 'unsubscribed')
                          where id = $1";
            let change = sqlx::query(change).bind(list.0).bind(contact.0).bind(status);
            change.execute(here.engine.db.owner()).await.unwrap();
        }
        merge(&here, goes, stays, &[]).await.unwrap();
        let status: String = sqlx::query_scalar("select status from list_member where list_id = $1")
            .bind(list.0)
            .fetch_one(here.engine.db.owner())
            .await
            .unwrap();
        assert_eq!(status, is.word());
        assert_eq!(totals(&here, list).await, (1, i64::from(is == MemberStatus::Active)), "{mine} and {theirs}");
    }
}

#[tokio::test]
async fn a_chain_of_merges_ends_at_whom_is_left() {
    let here = TestWorkspace::new().await;
    let [a, b, c] = [
        here.contact("a@one.example", &[]).await,
        here.contact("b@one.example", &[]).await,
        here.contact("c@one.example", &[]).await,
    ];
    merge(&here, a, b, &[]).await.unwrap();
    merge(&here, b, c, &[]).await.unwrap();
    for id in [a, b, c] {
        let detail = here.act(async |tx| audience::get(tx, id).await).await.unwrap();
        assert_eq!((detail.contact.id, detail.consents.len()), (c, 3));
    }
}

#[tokio::test]
async fn nobody_is_merged_with_themselves_or_with_who_is_not_there() {
    let here = TestWorkspace::new().await;
    let there = here.neighbour("Oak Lane").await;
    let (ada, stranger) = (here.contact("ada@one.example", &[]).await, there.contact("ada@one.example", &[]).await);
    assert_eq!(field(merge(&here, ada, ada, &[]).await.unwrap_err()), pair("into", "same"));
    assert_eq!(field(merge(&here, ada, stranger, &[]).await.unwrap_err()), pair("into", "unknown"));
    assert!(matches!(merge(&here, stranger, ada, &[]).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_person_is_known_since_the_first_of_the_two_was() {
    let here = TestWorkspace::new().await;
    let goes = here.contact("ada@one.example", &[]).await;
    let since = here.act(async |tx| audience::get(tx, goes).await).await.unwrap().contact.created_at;
    here.clock.advance(chrono::TimeDelta::days(40));
    let stays = here.contact("ada@two.example", &[]).await;
    merge(&here, goes, stays, &[]).await.unwrap();
    assert_eq!(here.act(async |tx| audience::get(tx, stays).await).await.unwrap().contact.created_at, since);
}
