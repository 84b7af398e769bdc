//! Signing in, and what keeps others from guessing (SPEC 1.2).

use chrono::TimeDelta;
use engine::{
    Engine, Error, Result,
    accounts::{self, Account},
    testing::PASSWORD,
};

use crate::{field, fields, pair, set_up};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

async fn try_in(engine: &Engine, email: &str, password: &str, address: &str) -> Result<Account> {
    accounts::sign_in(engine, email, password, Some(address.into())).await
}

/// A wrong password, so many times.
async fn fail(engine: &Engine, times: usize) {
    for _ in 0..times {
        let refused = try_in(engine, "nora@maple.example", "wrong password", HERE).await;
        assert_eq!(field(refused.unwrap_err()), pair("password", "wrong"));
    }
}

/// For how many seconds signing in is refused, if it is.
async fn locked(engine: &Engine, email: &str, address: &str) -> Option<u64> {
    match try_in(engine, email, PASSWORD, address).await {
        Err(Error::RateLimited { seconds }) => Some(seconds),
        _ => None,
    }
}

#[tokio::test]
async fn the_address_may_be_written_in_any_case() {
    let (engine, _, user, _) = set_up().await;
    for email in ["nora@maple.example", " NORA@MAPLE.EXAMPLE "] {
        assert_eq!(try_in(&engine, email, PASSWORD, HERE).await.unwrap().id, user);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let (engine, ..) = set_up().await;
    let wrong = try_in(&engine, "nora@maple.example", "wrong password", HERE).await.unwrap_err();
    for email in ["nobody@maple.example", "not an address"] {
        let unknown = try_in(&engine, email, PASSWORD, HERE).await.unwrap_err();
        assert_eq!(unknown.to_string(), wrong.to_string());
    }
    assert_eq!(field(wrong), pair("password", "wrong"));
    let empty = try_in(&engine, " ", "", HERE).await.unwrap_err();
    assert_eq!(fields(empty), [pair("email", "required"), pair("password", "required")]);
}

#[tokio::test]
async fn five_failures_lock_an_address_for_longer_each_time() {
    let (engine, clock, ..) = set_up().await;
    fail(&engine, 5).await;
    for seconds in [30, 60, 120, 240, 480, 900, 900] {
        assert_eq!(locked(&engine, "nora@maple.example", HERE).await, Some(seconds));
        assert_eq!(locked(&engine, "Nora@Maple.example", ELSEWHERE).await, Some(seconds), "wherever from");
        clock.advance(TimeDelta::seconds(seconds as i64 - 1));
        assert_eq!(locked(&engine, "nora@maple.example", HERE).await, Some(1));
        clock.advance(TimeDelta::seconds(1));
        fail(&engine, 1).await;
    }
}

#[tokio::test]
async fn the_right_password_helps_only_after_the_lock() {
    let (engine, clock, ..) = set_up().await;
    fail(&engine, 5).await;
    assert_eq!(locked(&engine, "nora@maple.example", HERE).await, Some(30));
    clock.advance(TimeDelta::seconds(30));
    try_in(&engine, "nora@maple.example", PASSWORD, HERE).await.unwrap();
    fail(&engine, 4).await;
    assert_eq!(locked(&engine, "nora@maple.example", HERE).await, None, "the count began anew");
}

#[tokio::test]
async fn failures_are_forgotten_after_an_hour() {
    let (engine, clock, ..) = set_up().await;
    fail(&engine, 4).await;
    clock.advance(TimeDelta::minutes(61));
    fail(&engine, 4).await;
    assert_eq!(locked(&engine, "nora@maple.example", HERE).await, None);
}

#[tokio::test]
async fn one_network_address_may_fail_twenty_times_whomever_it_tries() {
    let (engine, clock, ..) = set_up().await;
    for i in 0..20 {
        let guess = try_in(&engine, &format!("guess{i}@maple.example"), PASSWORD, HERE).await;
        assert_eq!(field(guess.unwrap_err()), pair("password", "wrong"));
    }
    assert_eq!(locked(&engine, "nora@maple.example", HERE).await, Some(30));
    assert_eq!(locked(&engine, "nora@maple.example", ELSEWHERE).await, None, "others are not locked out");
    clock.advance(TimeDelta::seconds(30));
    try_in(&engine, "nora@maple.example", PASSWORD, HERE).await.unwrap();
    let guess = try_in(&engine, "guess@maple.example", PASSWORD, HERE).await;
    assert_eq!(field(guess.unwrap_err()), pair("password", "wrong"));
    assert_eq!(locked(&engine, "nora@maple.example", HERE).await, Some(60), "one good account is no clean slate");
}

#[tokio::test]
async fn what_is_kept_of_failures_names_nobody() {
    let (engine, ..) = set_up().await;
    fail(&engine, 1).await;
    let rows: Vec<String> = sqlx::query_scalar("select encode(key, 'escape') from sign_in_throttle")
        .fetch_all(engine.db.owner())
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| !row.contains("maple") && !row.contains("192")), "{rows:?}");
}
