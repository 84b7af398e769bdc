//! The sandbox: what it takes stands in the outbox, and it plays a provider's part as it is told.

use chrono::TimeDelta;
use domain::{
    delivery::Outcome,
    id::CampaignId,
    page::PageQuery,
    provider::{NewConfig, NewProvider},
    stats::Figures,
};
use engine::{
    providers, sandbox,
    testing::{TestWorkspace, assert_ledger_is_sound, mailing},
};
use tokio::task::JoinSet;

/// A campaign to these people, through the sandbox with these settings.
async fn started(here: &TestWorkspace, config: NewConfig, people: &[&str]) -> CampaignId {
    let sandbox = here.sandbox().await;
    let change = NewProvider { config, ..Default::default() };
    here.act(async |tx| providers::update(&here.engine, tx, sandbox.id, &change).await).await.unwrap();
    let (sender, list) = (here.sender(&sandbox).await, here.list("Customers").await);
    for email in people {
        here.contact(email, &[list]).await;
    }
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    campaign
}

/// Addresses in the outbox, the newest first.
async fn recipients(here: &TestWorkspace, query: &PageQuery) -> Vec<String> {
    let page = here.act(async |tx| sandbox::list(tx, query).await).await.unwrap();
    page.data.into_iter().map(|line| line.to).collect()
}

#[tokio::test]
async fn a_campaign_through_the_sandbox_stands_in_the_outbox_as_its_readers_would_get_it() {
    let here = TestWorkspace::new().await;
    let campaign = started(&here, NewConfig::default(), &["ada@one.example"]).await;
    here.work().await;
    assert_eq!(here.status(campaign).await, "Finished");
    let page = here.act(async |tx| sandbox::list(tx, &PageQuery::default()).await).await.unwrap();
    let line = &page.data[0];
    assert_eq!((&*line.from, &*line.to, &*line.subject), ("nora@maple.example", "ada@one.example", "News for ada"));
    let mail = here.act(async |tx| sandbox::get(tx, line.id).await).await.unwrap();
    assert!(mail.html.contains("Dear ada") && mail.text.contains("Dear ada, we are open."), "{mail:?}");
    let header = |name: &str| mail.headers.iter().find(|header| header.name == name).unwrap().value.clone();
    assert!(header("List-Unsubscribe").starts_with("<https://carillon.example/unsubscribe/"));
    assert!(header("Message-ID").contains(&line.message_id));
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn the_outbox_is_paged_and_searched_by_the_beginning_of_an_address() {
    let here = TestWorkspace::new().await;
    for to in ["ada@one.example", "Ben@two.example", "bea@three.example"] {
        here.sandbox_mail(to).await;
    }
    let search = |text: &str| PageQuery { search: Some(text.into()), ..Default::default() };
    assert_eq!(recipients(&here, &search("BE")).await, ["bea@three.example", "Ben@two.example"]);
    assert!(recipients(&here, &search("e")).await.is_empty());
    let two = PageQuery { limit: Some(2), ..Default::default() };
    let first = here.act(async |tx| sandbox::list(tx, &two).await).await.unwrap();
    assert_eq!(first.data.len(), 2);
    let next = PageQuery { cursor: first.next_cursor, ..two };
    assert_eq!(recipients(&here, &next).await, ["ada@one.example"]);
}

#[tokio::test]
async fn addresses_demand_what_happens_to_them() {
    let here = TestWorkspace::new().await;
    let people = ["ada@one.example", "reject@one.example", "retry@one.example", "noanswer@one.example"];
    let campaign = started(&here, NewConfig::default(), &people).await;
    here.work().await;
    let taken = recipients(&here, &PageQuery::default()).await;
    // Of who gets no answer it is reported, if it has arrived.
    let reported = i64::from(taken.contains(&"noanswer@one.example".to_owned()));
    let sent = 1 + reported;
    let rest = Figures { audience: 4, failed: 1, in_doubt: 1 - reported, ..Default::default() };
    assert_eq!(here.figures(campaign).await, Figures { sent, delivered: sent, waiting: 1, ..rest });
    here.clock.advance(TimeDelta::seconds(73));
    here.work().await;
    assert_eq!(here.figures(campaign).await, Figures { sent: sent + 1, delivered: sent + 1, ..rest });
    let taken = recipients(&here, &PageQuery::default()).await;
    assert!(taken.contains(&"retry@one.example".to_owned()) && !taken.contains(&"reject@one.example".to_owned()));
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn what_the_sandbox_took_is_reported_after_a_while() {
    let here = TestWorkspace::new().await;
    let people =
        ["ada@one.example", "bounce@one.example", "complaint@one.example", "open@one.example", "click@one.example"];
    let config = NewConfig { receipt_delay_ms: 60_000.into(), ..Default::default() };
    let campaign = started(&here, config, &people).await;
    here.work().await;
    let sent = Figures { audience: 5, sent: 5, ..Default::default() };
    assert_eq!(here.figures(campaign).await, sent);
    let steps = [
        Figures { delivered: 4, bounced: 1, ..sent },
        Figures { delivered: 4, bounced: 1, complained: 1, opened: 2, ..sent },
        Figures { delivered: 4, bounced: 1, complained: 1, opened: 2, clicked: 1, ..sent },
    ];
    for expected in steps {
        here.clock.advance(TimeDelta::seconds(60));
        here.work().await;
        assert_eq!(here.figures(campaign).await, expected);
    }
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn a_crowd_is_reported_by_percentages_and_counted_to_the_unit() {
    let here = TestWorkspace::new().await;
    let config = NewConfig {
        no_answer_percent: 10.into(),
        bounce_percent: 10.into(),
        complaint_percent: 5.into(),
        open_percent: 50.into(),
        click_percent: 50.into(),
        ..Default::default()
    };
    let (sandbox, list) = (here.account("sandbox", "Playing", config).await, here.list("Crowd").await);
    here.crowd(list, 1_200).await;
    let crowd = here.campaign("To a crowd", here.sender(&sandbox).await, &[list]).await;
    here.start(crowd).await;
    here.work().await;
    let figures = here.figures(crowd).await;
    assert!(figures.balances() && figures.sent == figures.delivered + figures.bounced, "{figures:?}");
    assert!((20..110).contains(&figures.in_doubt) && figures.sent + figures.in_doubt == 1_200, "{figures:?}");
    assert!((60..180).contains(&figures.bounced) && (20..110).contains(&figures.complained), "{figures:?}");
    assert!((380..660).contains(&figures.opened) && (160..360).contains(&figures.clicked), "{figures:?}");
    assert_ledger_is_sound(&here.engine).await;
}

/// What a hundred messages come to with these settings.
async fn outcomes(config: NewConfig) -> (TestWorkspace, Vec<Outcome>) {
    let here = TestWorkspace::new().await;
    let provider = here.account("sandbox", "Playing", config).await;
    let account = here.open(provider.id).await.unwrap();
    let mut calls = JoinSet::new();
    for n in 0..100 {
        let account = account.clone();
        calls.spawn(async move { account.deliver(&mailing(n, "ada@one.example", "Hi")).await });
    }
    (here, calls.join_all().await)
}

fn count(outcomes: &[Outcome], is: fn(&Outcome) -> bool) -> usize {
    outcomes.iter().filter(|outcome| is(outcome)).count()
}

#[tokio::test]
async fn percentages_have_their_effect() {
    let all = |field: fn(&mut NewConfig) -> &mut serde_json::Value, percent: u32| {
        let mut config = NewConfig::default();
        *field(&mut config) = percent.into();
        config
    };
    let (here, rejected) = outcomes(all(|config| &mut config.reject_percent, 100)).await;
    assert_eq!(count(&rejected, |outcome| matches!(outcome, Outcome::Rejected { .. })), 100);
    assert!(recipients(&here, &PageQuery::default()).await.is_empty());
    let (_, retried) = outcomes(all(|config| &mut config.retry_percent, 100)).await;
    assert_eq!(count(&retried, |outcome| matches!(outcome, Outcome::Retry { .. })), 100);
    let (_, slowed) = outcomes(all(|config| &mut config.slow_down_percent, 100)).await;
    assert_eq!(count(&slowed, |outcome| matches!(outcome, Outcome::SlowDown { .. })), 100);
    let (here, lost) = outcomes(all(|config| &mut config.no_answer_percent, 100)).await;
    assert_eq!(count(&lost, |outcome| matches!(outcome, Outcome::Unknown { .. })), 100);
    let query = PageQuery { limit: Some(200), ..Default::default() };
    let arrived = recipients(&here, &query).await.len();
    assert!((20..80).contains(&arrived), "{arrived} of 100 arrived without an answer");
    let (_, mixed) = outcomes(all(|config| &mut config.reject_percent, 30)).await;
    let rejected = count(&mixed, |outcome| matches!(outcome, Outcome::Rejected { .. }));
    assert!((15..45).contains(&rejected), "{rejected}");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "what is measured is how long it really takes")]
async fn latency_is_waited_for_by_all_at_once() {
    let begin = std::time::Instant::now();
    let (_, taken) = outcomes(NewConfig { latency_ms: 300.into(), ..Default::default() }).await;
    assert_eq!(count(&taken, |outcome| matches!(outcome, Outcome::Accepted { .. })), 100);
    assert!(begin.elapsed().as_millis() >= 300);
}

#[tokio::test]
async fn what_is_accepted_is_stored_and_many_share_a_transaction() {
    let here = TestWorkspace::new().await;
    let account = here.open(here.sandbox().await.id).await.unwrap();
    let mut calls = JoinSet::new();
    for n in 0..2_000 {
        let account = account.clone();
        calls.spawn(async move { account.deliver(&mailing(n, "ada@one.example", "Hi")).await });
    }
    let outcomes = calls.join_all().await;
    assert_eq!(count(&outcomes, |outcome| matches!(outcome, Outcome::Accepted { .. })), 2_000);
    let (rows, transactions): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct xmin::text) from sandbox_mail")
            .fetch_one(here.engine.db.owner())
            .await
            .unwrap();
    assert_eq!(rows, 2_000);
    assert!(transactions <= 50, "{transactions} transactions for 2,000 messages");
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_accepted() {
    let here = TestWorkspace::new().await;
    let account = here.open(here.sandbox().await.id).await.unwrap();
    here.engine.db.close().await;
    let outcome = account.deliver(&mailing(1, "ada@one.example", "Hi")).await;
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
}
