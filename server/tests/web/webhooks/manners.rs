//! Limits and manners: how much is read, which methods there are, that nothing is lost when many come at once.

use axum::http::Request;
use engine::clock::Clock;
use engine::testing::sns::TestSns;

use super::{Post, about, sent, states};

#[tokio::test]
async fn there_is_one_method_and_an_end_to_what_is_read() {
    let post = Post::new().await;
    let mut browser = post.site.browser();
    for path in ["/webhooks/ses", "/webhooks/ses/x", "/webhooks/bounces/x"] {
        let answer = browser.send(Request::get(path), "").await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{path}");
        let answer = browser.send(Request::put(path), "").await;
        assert_eq!(answer.status, 405, "{path}");
        assert!(answer.set_cookies().is_empty());
    }
    assert_eq!(post.post_with("/webhooks/ses", &[], &"x".repeat(640 * 1024 + 1)).await.status, 413);
    assert_eq!(post.post_with("/webhooks/bounces/x", &[], &"x".repeat(2 * 1024 * 1024 + 1)).await.status, 413);
    // A page of another site could not misuse a cookie, for none is read: who is who is told by the signature.
    let message = TestSns::confirmation("UnsubscribeConfirmation", post.here().clock.now()).to_string();
    let headers = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(post.post_with("/webhooks/ses", &headers, &message).await.status, 200);
}

#[tokio::test]
async fn many_at_once_are_all_kept_and_applied_once() {
    let post = Post::new().await;
    let people: Vec<_> = (0..120).map(|n| format!("p{n:03}@one.example")).collect();
    let people: Vec<_> = people.iter().map(String::as_str).collect();
    let sent = sent(post.here(), &post.sink, &people).await;
    let site = &post;
    let publish = |id: &String| {
        let event = about(site.here(), "delivery", id);
        async move { site.publish(&event).await }
    };
    futures_util::future::join_all(sent.ids.iter().chain(&sent.ids).map(publish)).await;
    assert_eq!(post.kept().await, 240);
    post.apply().await;
    assert!(states(post.here(), sent.campaign).await.iter().all(|word| word == "delivered"));
    assert_eq!(post.here().figures(sent.campaign).await.delivered, 120);
    post.sound().await;
}

#[tokio::test]
async fn without_a_database_it_is_to_come_again() {
    let post = Post::new().await;
    let message = TestSns::notification("{}", post.here().clock.now());
    post.here().engine.db.close().await;
    let answer = post.post_with("/webhooks/ses", &[], &message.to_string()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "20"));
}
