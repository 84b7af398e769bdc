//! Requests with an idempotency key (DESIGN 8).

use chrono::TimeDelta;
use domain::access::Scope;
use engine::{
    Error,
    accounts::{
        Actor,
        idempotency::{self, Known, Request},
    },
    clock::Clock,
    testing::TestWorkspace,
};
use serde_json::json;

use crate::{field, pair};

async fn begin(here: &TestWorkspace, actor: &Actor, key: &str, hash: &[u8]) -> engine::Result<Known> {
    idempotency::begin(&here.engine, &Request { actor, key, hash }).await
}

#[tokio::test]
async fn the_first_answer_is_given_again_for_a_day_to_the_same_key_of_the_same_program() {
    let here = TestWorkspace::new().await;
    let (shop, till) = (here.key(&[Scope::Send]), here.key(&[Scope::Send]));
    let answer = json!({ "status": 201, "secret": "hidden" });
    assert_eq!(begin(&here, &shop, "a", b"1").await.unwrap(), Known::First);
    let request = Request { actor: &shop, key: "a", hash: b"1" };
    idempotency::finish(&here.engine, &request, &answer).await.unwrap();
    assert_eq!(begin(&here, &shop, "a", b"1").await.unwrap(), Known::Answered(answer.clone()));
    assert_eq!(begin(&here, &till, "a", b"1").await.unwrap(), Known::First, "another program's");
    assert_eq!(field(begin(&here, &shop, "a", b"2").await.unwrap_err()), pair("Idempotency-Key", "reused"));
    let kept: Vec<u8> = sqlx::query_scalar("select answer from idempotency where answer is not null")
        .fetch_one(here.engine.db.owner())
        .await
        .unwrap();
    assert!(!kept.windows(6).any(|part| part == b"hidden"), "an answer is sealed");

    here.clock.advance(TimeDelta::hours(24));
    assert_eq!(begin(&here, &shop, "a", b"2").await.unwrap(), Known::First, "a day later it is forgotten");
    here.clock.advance(TimeDelta::hours(24));
    idempotency::sweep(&here.engine, here.clock.now()).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("select count(*) from idempotency").fetch_one(here.engine.db.owner()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn what_is_being_worked_on_or_was_cut_off_is_not_done_again() {
    let here = TestWorkspace::new().await;
    let shop = here.key(&[Scope::Send]);
    let conflict = async || match begin(&here, &shop, "a", b"1").await {
        Err(Error::Conflict { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(begin(&here, &shop, "a", b"1").await.unwrap(), Known::First);
    assert_eq!(conflict().await, "in_progress");
    here.clock.advance(TimeDelta::minutes(5));
    assert_eq!(conflict().await, "outcome_unknown");
    idempotency::forget(&here.engine, &Request { actor: &shop, key: "a", hash: b"1" }).await.unwrap();
    assert_eq!(begin(&here, &shop, "a", b"1").await.unwrap(), Known::First, "what did nothing may come again");
}

#[tokio::test]
async fn of_two_who_come_at_once_one_does_it() {
    let here = TestWorkspace::new().await;
    let shop = here.key(&[Scope::Send]);
    let (one, other) = tokio::join!(begin(&here, &shop, "a", b"1"), begin(&here, &shop, "a", b"1"));
    let firsts = [one, other].into_iter().filter(|known| matches!(known, Ok(Known::First))).count();
    assert_eq!(firsts, 1);
}

#[tokio::test]
async fn a_key_is_a_word() {
    let here = TestWorkspace::new().await;
    let shop = here.key(&[Scope::Send]);
    for odd in ["", "a b", "é", &"x".repeat(256)] {
        assert_eq!(
            field(begin(&here, &shop, odd, b"1").await.unwrap_err()),
            pair("Idempotency-Key", "invalid"),
            "{odd}"
        );
    }
    assert!(begin(&here, &shop, &"x".repeat(255), b"1").await.is_ok());
}
