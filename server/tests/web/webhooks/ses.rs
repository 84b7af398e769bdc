//! What is believed of SNS and what is not, and events that come before the send is recorded.

use chrono::TimeDelta;
use domain::webhook::{Fate, Refusal};
use engine::{
    clock::Clock,
    testing::sns::{TOPIC, TestSns, certificate_url},
};
use serde_json::{Value, json};

use super::{Post, about, sample, sent, states};

fn event() -> String {
    sample("ses/delivery.json")
}

impl Post {
    /// A message that would be good if these fields were not as they are.
    fn signed(&self, fields: Value) -> Value {
        let mut all = json!({"Type": "Notification", "Message": event()});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        TestSns::signed(all, self.here().clock.now())
    }

    async fn refused(&self) -> Vec<(Refusal, i64)> {
        let mut refused: Vec<_> =
            self.webhook(&self.ses).await.refused.into_iter().map(|one| (one.why, one.count)).collect();
        refused.sort();
        refused
    }
}

#[tokio::test]
async fn what_amazon_did_not_sign_lately_is_turned_away_and_counted() {
    let post = Post::new().await;
    let elsewhere = |url: &str| post.signed(json!({ "SigningCertURL": url }));
    let good = certificate_url('s');
    for url in [
        good.replace("us-east-1", "eu-central-1"),
        good.replace("https", "http"),
        good.replace(".com/", ".com.evil.example/"),
        good.replace("https://", "https://x@"),
        certificate_url('e'),
        certificate_url('f'),
    ] {
        assert_eq!(post.post(&elsewhere(&url)).await, 403, "{url}");
    }
    let mut cut = post.signed(json!({}));
    cut["Signature"] = "AAAA".into();
    assert_eq!(post.post(&cut).await, 403);
    let mut newer = post.signed(json!({}));
    newer["SignatureVersion"] = "3".into();
    assert_eq!(post.post(&newer).await, 403);
    let copied = post.signed(json!({}));
    post.here().clock.advance(TimeDelta::minutes(121));
    assert_eq!(post.post(&copied).await, 403);
    let ahead = TestSns::notification(&event(), post.here().clock.now() + TimeDelta::minutes(16));
    assert_eq!(post.post(&ahead).await, 403);
    assert_eq!(post.post(&post.signed(json!({"TopicArn": TOPIC.replace("ses-events", "mine")}))).await, 404);
    assert_eq!(post.post(&json!({"Type": "Notification"})).await, 400);
    assert_eq!(post.post_with("/webhooks/ses", &[], "hello").await.status, 400);
    let none = [(Refusal::BadSignature, 2), (Refusal::ForeignCertificate, 6), (Refusal::Old, 2)];
    assert_eq!(post.refused().await, none);
    assert_eq!(post.kept().await, 0);

    // A certificate that is not there now may be there later: then it comes again.
    assert_eq!(post.post(&elsewhere(&certificate_url('x'))).await, 503);
    assert_eq!(post.post(&post.signed(json!({}))).await, 200);
    assert_eq!(post.kept().await, 1);
}

#[tokio::test]
async fn the_address_of_an_account_listens_to_its_topic_only() {
    let post = Post::new().await;
    let path = post.path(&post.ses).await;
    let send = async |path: &str, message: &Value| post.post_with(path, &[], &message.to_string()).await.status;
    assert_eq!(send(&path, &post.signed(json!({}))).await, 200);
    let other = post.signed(json!({"TopicArn": TOPIC.replace("ses-events", "mine")}));
    assert_eq!(send(&path, &other).await, 403);
    assert_eq!(send(&path, &json!({"hello": 1})).await, 400);
    assert_eq!(send(&format!("{path}x"), &post.signed(json!({}))).await, 404);
    assert_eq!(send(&path.replace("/ses/", "/bounces/"), &post.signed(json!({}))).await, 404, "it is no SMTP account");
    assert_eq!(post.refused().await, [(Refusal::WrongTopic, 1), (Refusal::Unreadable, 1)]);
    assert_eq!(post.kept().await, 1);
}

#[tokio::test]
async fn a_subscription_is_confirmed_for_a_topic_that_is_named_and_at_its_own_host_only() {
    let post = Post::new().await;
    let wanted = |url: &str| {
        let fields = json!({"Type": "SubscriptionConfirmation", "Message": "m", "Token": "2336", "SubscribeURL": url});
        TestSns::signed(fields, post.here().clock.now())
    };
    let url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336";
    for wrong in [
        url.replace(".com/", ".com.evil.example/"),
        url.replace("https", "http"),
        url.replace("us-east-1", "eu-central-1"),
        url.replace("ConfirmSubscription", "Publish"),
    ] {
        assert_eq!(post.post(&wanted(&wrong)).await, 403, "{wrong}");
    }
    let mut foreign = wanted(url);
    foreign["TopicArn"] = TOPIC.replace("ses-events", "mine").into();
    assert_eq!(post.post(&foreign).await, 404);
    assert!(post.sns.asked().iter().all(|path| path.contains(".pem")), "{:?}", post.sns.asked());
    assert!(!post.webhook(&post.ses).await.is_subscribed(Some(TOPIC)));
    assert_eq!(post.post(&TestSns::confirmation("SubscriptionConfirmation", post.here().clock.now())).await, 200);
    assert!(post.webhook(&post.ses).await.is_subscribed(Some(TOPIC)));
    post.here().clock.advance(TimeDelta::seconds(1));
    assert_eq!(post.post(&TestSns::confirmation("UnsubscribeConfirmation", post.here().clock.now())).await, 200);
    assert!(!post.webhook(&post.ses).await.is_subscribed(Some(TOPIC)));
    let kinds: Vec<_> = post.webhook(&post.ses).await.arrivals.into_iter().map(|one| one.kind).collect();
    assert_eq!(kinds, ["Subscription ended", "Subscription confirmed"]);
}

#[tokio::test]
async fn without_its_envelope_an_event_is_taken_by_who_knows_the_address_only() {
    let post = Post::new().await;
    let sent = sent(post.here(), &post.sink, &["ada@one.example"]).await;
    let event = about(post.here(), "delivery", &sent.ids[0]).to_string();
    let path = post.path(&post.ses).await;
    let raw = |topic: &'static str| [("x-amz-sns-rawdelivery", "true"), ("x-amz-sns-topic-arn", topic)];
    assert_eq!(post.post_with("/webhooks/ses", &raw(TOPIC), &event).await.status, 404);
    assert_eq!(post.post_with(&path, &[], &event).await.status, 400, "without the header it must be signed");
    assert_eq!(post.post_with(&path, &raw("arn:aws:sns:us-east-1:123456789012:mine"), &event).await.status, 403);
    assert_eq!(post.post_with(&path, &raw(TOPIC), "hello").await.status, 400);
    assert_eq!(post.kept().await, 0);
    assert_eq!(post.post_with(&path, &raw(TOPIC), &event).await.status, 200);
    post.apply().await;
    assert_eq!(states(post.here(), sent.campaign).await, ["delivered"]);
}

#[tokio::test]
async fn an_event_without_our_tags_is_found_by_the_providers_id_also_before_the_answer_is_recorded() {
    let post = Post::new().await;
    let sent = sent(post.here(), &post.sink, &["ada@one.example", "ben@two.example"]).await;
    let mut event = about(post.here(), "identity-feedback-bounce-notification", "x");
    event["mail"].as_object_mut().unwrap().remove("tags");
    event["mail"]["messageId"] = "0100-abc".into();
    event["mail"]["timestamp"] = json!(post.here().clock.now());
    post.publish(&event).await;
    post.apply().await;
    let fates = async || post.webhook(&post.ses).await.arrivals.into_iter().map(|one| one.fate).collect::<Vec<_>>();
    assert_eq!(fates().await, [Fate::Waiting]);
    // The answer is recorded.
    let owner = post.here().engine.db.owner();
    let run = sqlx::query("update run set provider_id = $2 where id = $1").bind(sent.run.0).bind(post.ses.id.0);
    run.execute(owner).await.unwrap();
    let answer =
        sqlx::query("update message set provider_ref = '0100-abc' where run_id = $1 and n = 2").bind(sent.run.0);
    answer.execute(owner).await.unwrap();
    post.apply().await;
    assert_eq!(fates().await, [Fate::Waiting], "not at once again");
    post.here().clock.advance(TimeDelta::seconds(11));
    post.apply().await;
    assert_eq!(fates().await, [Fate::Applied]);
    assert_eq!(states(post.here(), sent.campaign).await, ["sent", "bounced"]);
    post.sound().await;

    // One that is nobody's is kept and looked for, for a day.
    event["mail"]["messageId"] = "0100-nobody".into();
    post.publish(&event).await;
    for _ in 0..60 {
        post.here().clock.advance(TimeDelta::minutes(31));
        post.apply().await;
    }
    let last = post.webhook(&post.ses).await.arrivals.into_iter().find(|one| one.fate == Fate::Failed).unwrap();
    assert_eq!(last.note, "No message here has the provider's id 0100-nobody.");
    assert_eq!(post.count("select count(*) from receipt_queue").await, 0);
}
