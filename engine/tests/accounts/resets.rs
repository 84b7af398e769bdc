//! A new password for who forgot theirs (SPEC 1.2).

use chrono::TimeDelta;
use domain::{account::NewUser, id::UserId};
use engine::{
    Engine, Error,
    accounts::{self, resets, sessions, users},
    clock::Clock,
    testing::{PASSWORD, Sink, TestWorkspace},
};

use crate::{field, pair};

const NEW: &str = "a wholly new password";

async fn member(here: &TestWorkspace, email: &str) -> UserId {
    let roles = vec!["viewer".into()];
    let new = NewUser { email: email.into(), password: PASSWORD.into(), roles, ..Default::default() };
    here.act(async |tx| users::create(&here.engine, tx, &new).await).await.unwrap()
}

/// Asks, and says whether a mail went.
async fn ask(engine: &Engine, email: &str) -> bool {
    let asked = resets::ask(engine, email, Some("192.0.2.1".into())).await.unwrap();
    resets::answer(engine, asked).await.unwrap()
}

/// The token of the link in the newest mail.
fn token(sink: &Sink) -> String {
    let text = sink.mails().pop().unwrap().text();
    let rest = text.split("/new-password/").nth(1).unwrap();
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap().to_owned()
}

async fn signs_in(engine: &Engine, email: &str, password: &str) -> bool {
    accounts::sign_in(engine, email, password, None).await.is_ok()
}

#[tokio::test]
async fn the_link_sets_a_new_password_once_and_ends_all_sessions() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    here.sender(&here.provider(&sink).await).await;
    let nora = member(&here, "nora@maple.example").await;
    let (engine, expires) = (&here.engine, here.clock.now() + TimeDelta::days(1));
    sessions::create(engine, &[1; 32], Some(nora), &serde_json::json!({}), expires).await.unwrap();
    assert!(ask(engine, "Nora@maple.example").await);
    let token = token(&sink);
    assert_eq!(resets::find(engine, &token).await.unwrap(), "nora@maple.example");
    assert!(sessions::load(engine, &[1; 32]).await.unwrap().is_some(), "asking changes nothing");

    let short = resets::set_password(engine, &token, "short", None).await.unwrap_err();
    assert_eq!(field(short), pair("new_password", "too_short"));
    resets::set_password(engine, &token, NEW, Some("192.0.2.1".into())).await.unwrap();
    assert!(sessions::load(engine, &[1; 32]).await.unwrap().is_none());
    assert!(
        !signs_in(engine, "nora@maple.example", PASSWORD).await && signs_in(engine, "nora@maple.example", NEW).await
    );
    let again = resets::set_password(engine, &token, "yet another password", None).await;
    assert!(matches!(again, Err(Error::NotFound)));
    let log = here.act(async |tx| accounts::audit::list(tx, &Default::default()).await).await.unwrap().data;
    let mut did: Vec<_> = log.iter().map(|entry| &*entry.action).filter(|action| action.contains("reset")).collect();
    did.sort_unstable();
    assert_eq!(did, ["user.password_reset", "user.password_reset_asked"]);
}

#[tokio::test]
async fn a_link_lapses_after_an_hour_and_only_the_newest_works() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    here.sender(&here.provider(&sink).await).await;
    member(&here, "nora@maple.example").await;
    assert!(ask(&here.engine, "nora@maple.example").await);
    let first = token(&sink);
    assert!(ask(&here.engine, "nora@maple.example").await);
    let second = token(&sink);
    assert!(matches!(resets::find(&here.engine, &first).await, Err(Error::NotFound)));
    resets::find(&here.engine, &second).await.unwrap();
    here.clock.advance(TimeDelta::hours(1));
    assert!(matches!(resets::set_password(&here.engine, &second, NEW, None).await, Err(Error::NotFound)));
    resets::sweep(&here.engine, here.clock.now()).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("select count(*) from password_reset").fetch_one(here.engine.db.owner()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn nobody_can_tell_whether_there_is_such_an_account_and_who_asks_often_is_refused() {
    let here = TestWorkspace::new().await;
    member(&here, "nora@maple.example").await;
    for email in ["nora@maple.example", "nobody@maple.example"] {
        for _ in 0..4 {
            resets::ask(&here.engine, email, None).await.unwrap();
        }
        let refused = resets::ask(&here.engine, email, None).await.err().unwrap();
        assert!(matches!(refused, Error::RateLimited { seconds: 30 }), "{email}: {refused}");
    }
    for i in 0..12 {
        resets::ask(&here.engine, &format!("guess{i}@maple.example"), Some("192.0.2.9".into())).await.unwrap();
    }
    let refused = resets::ask(&here.engine, "guess@maple.example", Some("192.0.2.9".into())).await.err().unwrap();
    assert!(matches!(refused, Error::RateLimited { .. }), "{refused}");
    resets::ask(&here.engine, "guess@maple.example", Some("192.0.2.10".into())).await.unwrap();
    assert_eq!(
        field(resets::ask(&here.engine, "no address", None).await.err().unwrap()),
        pair("email", "invalid_email")
    );
}

#[tokio::test]
async fn nobody_elses_workspace_and_no_sandbox_sends_the_link() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    here.sender(&here.sandbox().await).await;
    member(&here, "nora@maple.example").await;
    assert!(!ask(&here.engine, "nora@maple.example").await, "the sandbox's outbox is read by others");
    // An admin of another workspace adds her, to read the mail that goes through a server of their own.
    here.clock.advance(TimeDelta::minutes(1));
    let there = here.neighbour("Acme").await;
    there.sender(&there.provider(&sink).await).await;
    member(&there, "nora@maple.example").await;
    assert!(!ask(&here.engine, "nora@maple.example").await);
    assert!(sink.mails().is_empty());
    assert!(!ask(&here.engine, "nobody@maple.example").await);
}

#[tokio::test]
async fn the_operator_can_make_a_link() {
    let here = TestWorkspace::new().await;
    member(&here, "nora@maple.example").await;
    let link = resets::link(&here.engine, "nora@maple.example").await.unwrap();
    let token = link.strip_prefix("https://carillon.example/new-password/").unwrap();
    resets::set_password(&here.engine, token, NEW, None).await.unwrap();
    assert!(signs_in(&here.engine, "nora@maple.example", NEW).await);
    assert!(matches!(resets::link(&here.engine, "nobody@maple.example").await, Err(Error::NotFound)));
    let log = here.act(async |tx| accounts::audit::list(tx, &Default::default()).await).await.unwrap().data;
    assert!(log.iter().any(|entry| entry.action == "user.reset_link_made" && entry.actor == "Command line"));
}

#[tokio::test]
async fn a_new_password_lifts_the_lock_of_wrong_ones() {
    let here = TestWorkspace::new().await;
    member(&here, "nora@maple.example").await;
    for _ in 0..5 {
        assert!(!signs_in(&here.engine, "nora@maple.example", "wrong").await);
    }
    let link = resets::link(&here.engine, "nora@maple.example").await.unwrap();
    resets::set_password(&here.engine, link.rsplit('/').next().unwrap(), NEW, None).await.unwrap();
    assert!(signs_in(&here.engine, "nora@maple.example", NEW).await);
}
