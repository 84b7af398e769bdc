//! Connections of an SMTP account: kept over many messages and refusals, never more than fifty, and quick.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
};

use chrono::TimeDelta;
use domain::delivery::Outcome;
use engine::{
    providers::{Account, Turn},
    testing::{Answer, Phase, Sink, TestWorkspace, mailing},
};
use tokio::task::JoinSet;

const ADA: &str = "ada@one.example";

async fn account(here: &TestWorkspace, sink: &Sink) -> Arc<Account> {
    let provider = here.provider(sink).await;
    here.open(provider.id).await.unwrap()
}

async fn deliver(account: &Account, n: i32) -> Outcome {
    account.deliver(&mailing(n, ADA, "We are open.")).await
}

/// Hands over so many at once; says how many were accepted.
async fn deliver_all(account: &Arc<Account>, count: i32) -> usize {
    let mut calls = JoinSet::new();
    for n in 1..=count {
        let account = account.clone();
        calls.spawn(async move { deliver(&account, n).await });
    }
    calls.join_all().await.into_iter().filter(|outcome| matches!(outcome, Outcome::Accepted { .. })).count()
}

#[tokio::test]
async fn one_connection_takes_many_messages_and_refusals() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let account = account(&here, &sink).await;
    for (phase, answer) in [
        (Phase::Sender, "451 4.3.0 Later"),
        (Phase::Recipient, "550 5.1.1 No such user"),
        (Phase::Data, "452 4.3.1 Full"),
        (Phase::Dot, "554 5.7.1 Spam"),
    ] {
        sink.always(phase, Answer::Say(answer));
        let refused = deliver(&account, 1).await;
        assert!(matches!(refused, Outcome::Retry { .. } | Outcome::Rejected { .. }), "{phase:?}: {refused:?}");
        sink.behave();
        assert!(matches!(deliver(&account, 2).await, Outcome::Accepted { .. }), "after {phase:?}");
    }
    assert_eq!((sink.connections(), sink.mails().len()), (1, 4));
}

#[tokio::test]
async fn a_group_goes_at_once_and_its_connections_are_all_kept() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let account = account(&here, &sink).await;
    assert_eq!(deliver_all(&account, 50).await, 50);
    let connected = sink.connections();
    assert_eq!(deliver_all(&account, 50).await, 50);
    assert_eq!(sink.connections(), connected, "nobody had to connect again");
}

#[tokio::test]
async fn no_more_than_fifty_conversations_are_held_at_once() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let account = account(&here, &sink).await;
    sink.always(Phase::Dot, Answer::Hold);
    let all = tokio::spawn({
        let account = account.clone();
        async move { deliver_all(&account, 80).await }
    });
    sink.holds(50).await;
    assert_eq!(sink.connections(), 50);
    sink.release();
    assert_eq!(all.await.unwrap(), 80);
    assert_eq!(sink.connections(), 50);
}

#[tokio::test]
async fn a_connection_that_waited_long_is_not_used_again() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let account = account(&here, &sink).await;
    deliver(&account, 1).await;
    here.clock.advance(TimeDelta::seconds(29));
    deliver(&account, 2).await;
    assert_eq!(sink.connections(), 1);
    here.clock.advance(TimeDelta::seconds(31));
    deliver(&account, 3).await;
    assert_eq!(sink.connections(), 2);
    for n in 4..20 {
        here.clock.advance(TimeDelta::seconds(20));
        deliver(&account, n).await;
    }
    assert_eq!(sink.connections(), 3, "five minutes are enough for one connection");
    assert_eq!(sink.mails().len(), 19);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_gave_up_costs_nothing() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let account = account(&here, &sink).await;
    deliver(&account, 1).await;
    // What was said before closing is heard only when something is said again.
    sink.once(Phase::Sender, Answer::Say("421 4.4.2 Idle for too long"));
    assert!(matches!(deliver(&account, 2).await, Outcome::Accepted { .. }));
    sink.once(Phase::Sender, Answer::Close);
    assert!(matches!(deliver(&account, 3).await, Outcome::Accepted { .. }));
    assert_eq!((sink.connections(), sink.mails().len()), (3, 3));
}

#[tokio::test]
async fn a_server_that_asks_for_patience_is_not_pressed() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let account = account(&here, &sink).await;
    sink.always(Phase::Connect, Answer::Say("421 Too many concurrent SMTP connections"));
    assert!(matches!(deliver(&account, 1).await, Outcome::SlowDown { .. }));
    sink.behave();
    sink.always(Phase::Dot, Answer::Say("454 Throttling failure: Daily message quota exceeded"));
    assert!(matches!(deliver(&account, 1).await, Outcome::Pause { until_after: Some(_), .. }));
}

/// Counts the turns that are waited for; once told to, they come too late.
#[derive(Default)]
struct Turns {
    come: AtomicUsize,
    are_over: AtomicBool,
}

impl Turn for Turns {
    async fn comes(&self) -> bool {
        self.come.fetch_add(1, Relaxed);
        !self.are_over.load(Relaxed)
    }
}

#[tokio::test]
async fn each_time_that_a_message_is_begun_it_takes_a_turn() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (account, turns) = (account(&here, &sink).await, Turns::default());
    let deliver = async |n| account.deliver_in_turn(&mailing(n, ADA, "We are open."), &turns).await;
    assert!(matches!(deliver(1).await, Some(Outcome::Accepted { .. })));
    sink.once(Phase::Sender, Answer::Say("421 4.3.2 Going down"));
    assert!(matches!(deliver(2).await, Some(Outcome::Accepted { .. })));
    assert_eq!((turns.come.load(Relaxed), sink.connections()), (3, 2), "begun twice, so it took two turns");
}

#[tokio::test]
async fn what_waits_for_a_connection_has_not_taken_its_turn() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (account, turns) = (account(&here, &sink).await, Arc::new(Turns::default()));
    sink.always(Phase::Dot, Answer::Hold);
    let mut calls = JoinSet::new();
    for n in 1..=80 {
        let (account, turns) = (account.clone(), turns.clone());
        calls.spawn(async move { account.deliver_in_turn(&mailing(n, ADA, "We are open."), &*turns).await });
    }
    sink.holds(50).await;
    assert_eq!(turns.come.load(Relaxed), 50);
    sink.release();
    assert!(calls.join_all().await.into_iter().all(|outcome| matches!(outcome, Some(Outcome::Accepted { .. }))));
}

#[tokio::test]
async fn a_message_whose_turn_comes_too_late_is_not_begun_and_costs_no_connection() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (account, turns) = (account(&here, &sink).await, Turns::default());
    turns.are_over.store(true, Relaxed);
    for n in 1..=2 {
        assert_eq!(account.deliver_in_turn(&mailing(n, ADA, "We are open."), &turns).await, None);
    }
    assert_eq!((sink.attempts(ADA), sink.connections()), (0, 1));
    assert!(matches!(deliver(&account, 3).await, Outcome::Accepted { .. }));
    assert_eq!(sink.connections(), 1);
}
