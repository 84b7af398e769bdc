//! News for those outside: kept where somebody has subscribed, taken once, and only of what really happened.

use engine::{campaigns, outbox};

use crate::Stage;

async fn take(stage: &Stage, subscriber: &str) -> Vec<String> {
    let news = stage.here.act(async |tx| outbox::take(tx.conn(), subscriber, 10).await).await.unwrap();
    // All this happens at one moment of the test's clock.
    let mut topics: Vec<_> = news.into_iter().map(|news| news.topic).collect();
    topics.sort();
    topics
}

#[tokio::test]
async fn subscribers_hear_of_their_topics_once_and_nobody_else_costs_a_row() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (here, tenant) = (&stage.here, stage.here.tenant);
    for (topic, subscriber) in
        [("campaign.started", "hook"), ("campaign.finished", "hook"), ("campaign.finished", "crm")]
    {
        here.act(async |tx| outbox::subscribe(tx.conn(), tenant, topic, subscriber).await).await.unwrap();
    }
    stage.started("Spring news").await;
    here.work().await;
    assert_eq!(take(&stage, "hook").await, ["campaign.finished", "campaign.started"]);
    assert_eq!(take(&stage, "hook").await, Vec::<String>::new());
    assert_eq!(take(&stage, "crm").await, ["campaign.finished"]);
    let rows: i64 = sqlx::query_scalar("select count(*) from outbox").fetch_one(here.engine.db.owner()).await.unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn what_was_undone_is_not_told_and_two_who_take_at_once_get_different_news() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (here, tenant) = (&stage.here, stage.here.tenant);
    here.act(async |tx| outbox::subscribe(tx.conn(), tenant, "campaign.started", "hook").await).await.unwrap();
    let undone = here.campaign("Undone", stage.sender, &[stage.list]).await;
    let mut tx = here.engine.begin(&here.user(&[domain::access::Role::Admin])).await.unwrap();
    campaigns::start(&here.engine, &mut tx, undone, None).await.unwrap();
    drop(tx);
    assert_eq!(take(&stage, "hook").await, Vec::<String>::new());

    stage.started("One").await;
    stage.started("Two").await;
    let (mut one, mut two) =
        (here.engine.db.begin_for(tenant).await.unwrap(), here.engine.db.begin_for(tenant).await.unwrap());
    let first = outbox::take(&mut one, "hook", 1).await.unwrap();
    let second = outbox::take(&mut two, "hook", 5).await.unwrap();
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first[0].id, second[0].id);
    drop(one);
    two.commit().await.unwrap();
    assert_eq!(take(&stage, "hook").await.len(), 1, "what was not committed is still there");
}
