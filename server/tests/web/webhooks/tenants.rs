//! An event of one workspace can never touch another's messages, whatever it says and whichever way it comes.

use engine::testing::{Sink, sns::TOPIC};

use super::{Post, about, config, sent, states};

#[tokio::test]
async fn an_event_touches_only_messages_of_the_workspace_whose_topic_it_comes_from() {
    let post = Post::new().await;
    let (theirs, sink) = (post.here().neighbour("Harbour").await, Sink::new().await);
    let victim = sent(&theirs, &sink, &["ada@one.example"]).await;
    let own = sent(post.here(), &post.sink, &["ben@two.example"]).await;

    // With their tag; with our tag and their message; with no tag of a workspace and their message.
    post.publish(&about(&theirs, "complaint", &victim.ids[0])).await;
    post.publish(&about(post.here(), "complaint", &victim.ids[0])).await;
    let mut bare = about(post.here(), "complaint", &victim.ids[0]);
    bare["mail"]["tags"].as_object_mut().unwrap().remove("tenant");
    post.publish(&bare).await;
    // By the provider's id.
    let mut by_ref = about(post.here(), "complaint", &victim.ids[0]);
    by_ref["mail"].as_object_mut().unwrap().remove("tags");
    by_ref["mail"]["messageId"] = "0100-abc".into();
    by_ref["mail"]["timestamp"] = "2026-03-02T09:00:00Z".into();
    let answer = sqlx::query("update message set provider_ref = '0100-abc' where run_id = $1").bind(victim.run.0);
    answer.execute(post.here().engine.db.owner()).await.unwrap();
    post.publish(&by_ref).await;
    post.apply().await;
    assert_eq!(states(&theirs, victim.campaign).await, ["sent"]);
    assert_eq!(states(post.here(), own.campaign).await, ["sent"]);
    assert_eq!(post.count("select count(*) from suppression").await, 0);
    assert_eq!(post.count("select count(*) from event").await, 0);
    let notes: Vec<_> = post.webhook(&post.ses).await.arrivals.into_iter().map(|one| one.note).collect();
    assert!(notes.iter().any(|note| note == "It is about a message of another workspace."), "{notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("There is no message")), "{notes:?}");
}

#[tokio::test]
async fn workspaces_that_share_a_topic_each_get_what_is_theirs() {
    let post = Post::new().await;
    let (theirs, sink) = (post.here().neighbour("Harbour").await, Sink::new().await);
    let account = theirs.account("ses", "Amazon", config(TOPIC)).await;
    let (ours_sent, their_sent) =
        (sent(post.here(), &post.sink, &["ben@two.example"]).await, sent(&theirs, &sink, &["ada@one.example"]).await);
    post.publish(&about(post.here(), "delivery", &ours_sent.ids[0])).await;
    post.publish(&about(&theirs, "bounce-permanent-general", &their_sent.ids[0])).await;
    // Nobody's: it bears no tag of a workspace.
    let mut bare = about(post.here(), "complaint", &ours_sent.ids[0]);
    bare["mail"]["tags"].as_object_mut().unwrap().remove("tenant");
    post.publish(&bare).await;
    post.apply().await;
    assert_eq!(states(post.here(), ours_sent.campaign).await, ["delivered"]);
    assert_eq!(states(&theirs, their_sent.campaign).await, ["bounced"]);
    assert_eq!(post.webhook(&post.ses).await.arrivals.len(), 1, "each sees its own");
    let webhook = theirs.act(async |tx| engine::webhooks::get(&theirs.engine, tx, account.id).await).await.unwrap();
    assert_eq!(webhook.arrivals.len(), 1);
    let nobodys =
        "select count(*) from receipt_raw where workspace_id is null and source = 'ses' and fault is not null";
    assert_eq!(post.count(nobodys).await, 1);
}
