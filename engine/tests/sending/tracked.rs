//! What comes back from messages, at its edges: clicks without pictures, acceptance that is recorded late, more than anybody
//! does, rows that somebody else had made.

use engine::{clock::Clock, tracking};

use crate::{
    Stage,
    tracking::{FIREFOX, people, with_page},
    unsubscribe_token,
};

#[tokio::test]
async fn who_clicks_has_opened_also_where_no_pictures_are_shown() {
    let stage = Stage::with(&[]).await;
    with_page(&stage, "ada@one.example", "", "Ada", "https://p.example").await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    let hours = "select coalesce(sum(count), 0)::bigint from run_hour where kind = 'opened'";
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    assert_eq!((stage.count(hours).await, stage.counter("opened_in", "US/NJ").await), (1, 1));
    // The picture, too: she opened it twice, and is one person.
    stage.open(&got[0].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    assert_eq!((stage.count(hours).await, stage.counter("opened_in", "US/NJ").await), (2, 1));
    // It was a machine after all.
    stage.click(&got[0].clicks[1], FIREFOX, 3_000).await.unwrap_err();
    assert_eq!(people(&stage.written(campaign).await), [0, 0, 1, 1]);
    assert_eq!((stage.count(hours).await, stage.counter("opened_in", "US/NJ").await), (0, 0));
}

#[tokio::test]
async fn when_it_was_taken_found_out_later_turns_no_person_into_a_machine() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    let owner = stage.here.engine.db.owner();
    // In doubt, and nobody knows when it was taken.
    sqlx::raw_sql("update message set accepted_at = null").execute(owner).await.unwrap();
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    // Somebody marks it as sent a moment later; she clicks again, and Ben had clicked a minute before.
    stage.click(&got[1].clicks[0], FIREFOX, 1_000).await.unwrap();
    let late = "update message set accepted_at = $1 + case when n = 1 then interval '0' else interval '1 minute' end";
    let now = stage.here.clock.now();
    sqlx::query(late).bind(now).execute(owner).await.unwrap();
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [2, 2, 0, 0]);
}

#[tokio::test]
async fn who_follows_one_message_without_end_is_recorded_so_far_and_holds_up_nobody() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    for _ in 0..200 {
        stage.open(&got[0].open, FIREFOX);
    }
    stage.open(&got[1].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [2, 1, 0, 0]);
    let recorded = "select count(*) from event where n = 1";
    assert_eq!(stage.count(recorded).await, 51, "of one batch fifty");
    for _ in 0..12 {
        for _ in 0..60 {
            stage.open(&got[0].open, FIREFOX);
        }
        tracking::write_all(&stage.here.engine).await.unwrap();
    }
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [2, 1, 0, 0]);
    assert_eq!((stage.count(recorded).await, stage.counter("link_people", "1").await), (500, 1));
}

#[tokio::test]
async fn a_place_is_counted_whoever_knew_of_the_message_first() {
    let stage = Stage::with(&[]).await;
    with_page(&stage, "ada@one.example", "", "Ada", "https://p.example").await;
    with_page(&stage, "ben@two.example", "", "Ben", "https://p.example").await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    // By her unsubscribing; and by whoever knew nothing of places.
    let token = unsubscribe_token(&stage.sink.mails().into_iter().find(|mail| mail.to.starts_with("ada")).unwrap());
    tracking::unsubscribe(&stage.here.engine, &token, None).await.unwrap();
    let known = "insert into engagement (tenant_id, run_id, n) select tenant_id, run_id, n from message where address like 'ben%'";
    sqlx::raw_sql(known).execute(stage.here.engine.db.owner()).await.unwrap();
    stage.open(&got[0].open, FIREFOX);
    stage.open(&got[1].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [2, 0, 0, 0]);
    assert_eq!(stage.counter("opened_in", "US/NJ").await, 2);
}
