//! Sessions and the passwords they stand on (SPEC 1.2).

use chrono::TimeDelta;
use domain::id::UserId;
use engine::{Engine, accounts, accounts::sessions, clock::Clock, testing::PASSWORD};

use crate::{field, pair, set_up};

/// A session of the user under this id, good for a week.
async fn session(engine: &Engine, id: u8, user: UserId) {
    let expires = engine.clock.now() + TimeDelta::days(7);
    let data = serde_json::json!({ "id": id });
    assert!(sessions::create(engine, &[id; 32], Some(user), &data, expires).await.unwrap());
}

async fn lives(engine: &Engine, id: u8) -> bool {
    sessions::load(engine, &[id; 32]).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_holds_what_it_was_given_until_it_lapses() {
    let (engine, clock, user, _) = set_up().await;
    session(&engine, 1, user).await;
    let taken = sessions::create(&engine, &[1; 32], None, &serde_json::json!({}), clock.now()).await.unwrap();
    assert!(!taken, "an id is never given twice");
    let later = clock.now() + TimeDelta::days(1);
    sessions::save(&engine, &[1; 32], Some(user), &serde_json::json!({ "page": 2 }), later).await.unwrap();
    let (data, expires) = sessions::load(&engine, &[1; 32]).await.unwrap().unwrap();
    assert_eq!((data, expires), (serde_json::json!({ "page": 2 }), later));
    clock.set(later);
    assert!(!lives(&engine, 1).await);
    sessions::sweep(&engine, clock.now()).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from session").fetch_one(engine.db.owner()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn signing_out_ends_one_session_and_signing_out_everywhere_all_of_ones_own() {
    let (engine, _, user, _) = set_up().await;
    for id in 1..=3 {
        session(&engine, id, user).await;
    }
    session(&engine, 9, UserId(uuid::Uuid::from_u128(9))).await;
    sessions::delete(&engine, &[1; 32]).await.unwrap();
    assert!(!lives(&engine, 1).await && lives(&engine, 2).await);
    sessions::delete_all_of(&engine, user).await.unwrap();
    assert!(!lives(&engine, 2).await && !lives(&engine, 3).await && lives(&engine, 9).await);
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_all_sessions() {
    let (engine, _, user, _) = set_up().await;
    session(&engine, 1, user).await;
    let wrong = accounts::change_password(&engine, user, "not my password", "a wholly new password").await;
    assert_eq!(field(wrong.unwrap_err()), pair("current_password", "wrong"));
    let short = accounts::change_password(&engine, user, PASSWORD, "short").await;
    assert_eq!(field(short.unwrap_err()), pair("new_password", "too_short"));
    assert!(lives(&engine, 1).await, "nothing has changed");

    accounts::change_password(&engine, user, PASSWORD, "a wholly new password").await.unwrap();
    assert!(!lives(&engine, 1).await);
    let old = accounts::sign_in(&engine, "nora@maple.example", PASSWORD, None).await;
    assert_eq!(field(old.unwrap_err()), pair("password", "wrong"));
    accounts::sign_in(&engine, "nora@maple.example", "a wholly new password", None).await.unwrap();
}

#[tokio::test]
async fn the_present_password_cannot_be_guessed_in_a_session_that_somebody_left_open() {
    let (engine, clock, user, _) = set_up().await;
    let change = async |current: &str| accounts::change_password(&engine, user, current, "a wholly new password").await;
    for _ in 0..5 {
        assert_eq!(field(change("a guess").await.unwrap_err()), pair("current_password", "wrong"));
    }
    assert!(
        matches!(change(PASSWORD).await, Err(engine::Error::RateLimited { seconds: 30 })),
        "not even the right one"
    );
    accounts::sign_in(&engine, "nora@maple.example", PASSWORD, None).await.expect("signing in is counted apart");
    clock.advance(TimeDelta::seconds(30));
    change(PASSWORD).await.unwrap();
    let wrong = accounts::change_password(&engine, user, "a guess", "another new password").await;
    assert_eq!(field(wrong.unwrap_err()), pair("current_password", "wrong"), "the count began anew");
}

#[tokio::test]
async fn passwords_are_kept_as_argon2id_hashes() {
    let (engine, ..) = set_up().await;
    let kept: String =
        sqlx::query_scalar("select password_hash from user_account").fetch_one(engine.db.owner()).await.unwrap();
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains(PASSWORD), "{kept}");
}

#[tokio::test]
async fn what_was_typed_into_a_refused_form_is_kept_for_ten_minutes() {
    let (engine, clock, ..) = set_up().await;
    let typed = serde_json::json!({ "name": "Spring" });
    let id = accounts::flash::keep(&engine, &typed).await.unwrap();
    assert_eq!(accounts::flash::find(&engine, id).await.unwrap(), Some(typed));
    clock.advance(TimeDelta::minutes(10));
    assert_eq!(accounts::flash::find(&engine, id).await.unwrap(), None);
}
