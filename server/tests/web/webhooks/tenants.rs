//! An event of one workspace can never touch another's messages, whatever it says and whichever way it comes.

use engine::{
    clock::Clock,
    testing::{
        Sink,
        sns::{TOPIC, TestSns},
    },
};

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

#[tokio::test]
async fn who_names_somebodys_topic_afterwards_takes_nothing_from_them() {
    let post = Post::new().await;
    let own = sent(post.here(), &post.sink, &["ben@two.example", "cy@two.example"]).await;
    assert_eq!(post.post(&TestSns::confirmation("SubscriptionConfirmation", post.here().clock.now())).await, 200);
    let theirs = post.here().neighbour("Harbour").await;
    let account = theirs.account("ses", "Amazon", config(TOPIC)).await;
    let mut bare = about(post.here(), "complaint", &own.ids[0]);
    bare["mail"]["tags"].as_object_mut().unwrap().remove("tenant");
    post.publish(&bare).await;
    post.publish(&about(post.here(), "delivery", &own.ids[1])).await;
    post.apply().await;
    assert_eq!(states(post.here(), own.campaign).await, ["complained", "delivered"]);
    let webhook = theirs.act(async |tx| engine::webhooks::get(&theirs.engine, tx, account.id).await).await.unwrap();
    assert!(webhook.arrivals.is_empty(), "{:?}", webhook.arrivals);
}

#[tokio::test]
async fn what_two_accounts_of_a_workspace_sent_is_found_whichever_of_them_a_topic_is_heard_by() {
    let post = Post::new().await;
    let second = post.here().account("ses", "Amazon, second", config(TOPIC)).await;
    let sent = sent(post.here(), &post.sink, &["ada@one.example", "ben@two.example"]).await;
    let owner = post.here().engine.db.owner();
    for (n, account, id) in [(1, &post.ses, "0100-a"), (2, &second, "0100-b")] {
        let run = sqlx::query("update run set provider_id = $2 where id = $1").bind(sent.run.0).bind(account.id.0);
        run.execute(owner).await.unwrap();
        let answer = sqlx::query("update message set provider_ref = $3 where run_id = $1 and n = $2");
        answer.bind(sent.run.0).bind(n).bind(id).execute(owner).await.unwrap();
        let mut event = about(post.here(), "identity-feedback-bounce-notification", "x");
        event["mail"].as_object_mut().unwrap().remove("tags");
        event["mail"]["messageId"] = id.into();
        event["mail"]["timestamp"] = serde_json::json!(post.here().clock.now());
        post.publish(&event).await;
        post.apply().await;
    }
    assert_eq!(states(post.here(), sent.campaign).await, ["bounced", "bounced"]);
}
