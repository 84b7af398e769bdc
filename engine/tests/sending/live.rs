//! Whoever looks is told that something changed, in whatever process it happened; and what was not heard is looked at.

use std::time::Duration;

use chrono::TimeDelta;
use domain::stats::Figures;
use engine::{
    Engine, campaigns, live, reports,
    testing::{Answer, Phase, TestWorkspace},
};
use sqlx::query;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::Stage;

/// Longer than a notification takes, shorter than a test may.
const SOON: Duration = Duration::from_secs(10);

/// Another process on the same database, which listens.
struct Elsewhere {
    engine: Engine,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Elsewhere {
    async fn listening(here: &TestWorkspace) -> Self {
        let engine = engine_of(here);
        let stop = CancellationToken::new();
        let task = tokio::spawn(live::listen(engine.clone(), stop.clone()));
        let elsewhere = Self { engine, stop, task };
        elsewhere.listens().await;
        elsewhere
    }

    /// Waits until its listener is there.
    async fn listens(&self) {
        let listening =
            "select count(*) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'";
        let count = async || sqlx::query_scalar::<_, i64>(listening).fetch_one(self.engine.db.owner()).await.unwrap();
        while count().await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn engine_of(here: &TestWorkspace) -> Engine {
    let (keys, clock) = (here.engine.keys.clone(), here.engine.clock.clone());
    Engine::new(here.database.pools(), clock, keys, &here.engine.public_url)
}

#[tokio::test]
async fn a_change_in_one_process_is_heard_in_another() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let here = &stage.here;
    let elsewhere = Elsewhere::listening(here).await;
    let campaign = here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let other = here.campaign("Other news", stage.sender, &[stage.list]).await;
    let (run, _) = (here.start(campaign).await, here.start(other).await);

    let mut watch = elsewhere.engine.live.watch();
    here.act(async |tx| campaigns::pause(tx, other).await).await.unwrap();
    assert!(timeout(Duration::from_millis(300), watch.changed(run)).await.is_err(), "another run's change");
    here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    timeout(SOON, watch.changed(run)).await.expect("the pause is heard");

    here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    timeout(SOON, watch.changed(run)).await.expect("going on is heard");
    timeout(SOON, elsewhere.engine.wake.notified()).await.expect("and wakes workers");
    here.work().await;
    timeout(SOON, watch.changed(run)).await.expect("sending is heard");
    let elsewhere_read = here.act(async |tx| reports::progress(&elsewhere.engine, tx, campaign).await).await.unwrap();
    assert!(elsewhere_read.is_over());

    let closed = elsewhere.engine.live.closed();
    elsewhere.stop.cancel();
    timeout(SOON, closed).await.expect("who waits is let go at the end");
    timeout(SOON, elsewhere.task).await.expect("the listener ends").unwrap();
}

#[tokio::test]
async fn a_listener_that_lost_its_connection_comes_back_and_takes_everything_for_changed() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let elsewhere = Elsewhere::listening(here).await;
    let campaign = here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let mut watch = elsewhere.engine.live.watch();
    let run = here.start(campaign).await;
    timeout(SOON, watch.changed(run)).await.expect("the start is heard");

    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and query like 'LISTEN%' and pid <> pg_backend_pid()";
    let mut watch = elsewhere.engine.live.watch();
    query(cut).execute(here.engine.db.owner()).await.unwrap();
    timeout(SOON, watch.changed(run)).await.expect("nobody knows what was missed");
    elsewhere.listens().await;
    let mut watch = elsewhere.engine.live.watch();
    here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    timeout(SOON, watch.changed(run)).await.expect("it hears again");
    elsewhere.stop.cancel();
    elsewhere.task.await.unwrap();
}

#[tokio::test]
async fn the_last_messages_are_those_that_were_settled_last() {
    let stage = Stage::with_crowd(620).await;
    let here = &stage.here;
    stage.sink.to("p7@crowd.example", Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    let campaign = stage.started("Spring news").await;
    let progress = async || here.act(async |tx| reports::progress(&here.engine, tx, campaign).await).await.unwrap();
    assert!(progress().await.latest.is_empty(), "nobody was sent to yet");
    here.work().await;
    let done = progress().await;
    assert!(done.is_over());
    assert_eq!(done.campaign.figures, Figures { audience: 620, sent: 619, failed: 1, ..Default::default() });
    assert_eq!(done.latest.len(), 12);
    assert!(done.latest.windows(2).all(|pair| pair[0].at >= pair[1].at && pair[0].id != pair[1].id));
}

#[tokio::test]
async fn pace_is_known_in_a_process_that_does_not_send() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let here = &stage.here;
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    let elsewhere = engine_of(here);
    let progress = async || here.act(async |tx| reports::progress(&elsewhere, tx, campaign).await).await.unwrap();
    assert_eq!(progress().await.per_second, None, "one reading is no pace");
    here.work().await;
    here.clock.advance(TimeDelta::seconds(2));
    let told = progress().await;
    assert_eq!((told.per_second, told.seconds_left), (Some(0.5), Some(2)), "one in two seconds, and one is left");
    here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    let paused = progress().await;
    assert_eq!((paused.per_second, paused.seconds_left, paused.done_at), (None, None, None));
}
