//! Every sample of SNS as it is, and every sample of SES about a message of ours.

use domain::{page::PageQuery, sns::SnsMessage, suppression::Filter};
use engine::{clock::Clock, suppressions, testing::sns};
use serde_json::Value;

use super::{Post, about, sample, sent, states};

const SIGNED: [&str; 8] = [
    "notification.v1",
    "notification.v2",
    "notification-nosubject.v1",
    "notification-nosubject.v2",
    "subscription-confirmation.v1",
    "subscription-confirmation.v2",
    "unsubscribe-confirmation.v1",
    "unsubscribe-confirmation.v2",
];

#[test]
fn what_is_signed_is_the_text_that_the_samples_say() {
    for name in SIGNED {
        let message: SnsMessage = serde_json::from_str(&sample(&format!("sns/{name}.json"))).unwrap();
        let text = sample(&format!("sns/{}.string-to-sign.txt", name.split('.').next().unwrap()));
        assert_eq!(message.signed_text().unwrap(), text, "{name}");
    }
}

#[tokio::test]
async fn each_signed_sample_is_taken_and_none_that_was_changed() {
    let post = Post::new().await;
    let now = "2026-11-21T15:01:00Z".parse().unwrap();
    post.here().clock.set(now);
    for (n, name) in SIGNED.into_iter().enumerate() {
        let text = sample(&format!("sns/{name}.json"));
        let message: Value = serde_json::from_str(&text).unwrap();
        let answer = post.post_with("/webhooks/ses", &[], &text).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{name}");
        assert_eq!(post.kept().await, n as i64 + 1, "{name}");
        for field in ["Message", "MessageId", "Timestamp", "Subject", "Token", "SubscribeURL"] {
            let Some(value) = message.get(field) else { continue };
            let is_signed = field != "SubscribeURL" || name.contains("confirmation");
            let mut changed = message.clone();
            changed[field] = match field {
                "Timestamp" => "2026-11-21T15:00:04.752Z".into(),
                _ => format!("{}x", value.as_str().unwrap()).into(),
            };
            assert_eq!(post.post(&changed).await, if is_signed { 403 } else { 200 }, "{name} {field}");
        }
        assert_eq!(post.kept().await, n as i64 + 1, "{name}");
    }
    let asked = post.sns.asked();
    let certificates = asked.iter().filter(|path| path.contains(".pem")).count();
    assert_eq!(certificates, 1, "the certificate is got once: {asked:?}");
    let confirmed = asked.iter().filter(|path| path.starts_with("/?Action=ConfirmSubscription&TopicArn=")).count();
    assert_eq!(confirmed, 2, "{asked:?}");
    let webhook = post.webhook(&post.ses).await;
    assert_eq!((webhook.confirmed_topic.as_deref(), webhook.confirmed_at), (Some(sns::TOPIC), Some(now)));
    assert!(webhook.ended_at.is_some() && !webhook.is_subscribed(Some(sns::TOPIC)), "it was ended since");
}

/// Each sample, the word for the message afterwards, and the reason for which its address is suppressed.
const EVENTS: [(&str, &str, Option<&str>); 17] = [
    ("send", "sent", None),
    ("delivery", "delivered", None),
    ("delivery-delay", "sent", None),
    ("bounce-permanent-general", "bounced", Some("hard_bounce")),
    ("bounce-permanent-noemail", "bounced", Some("hard_bounce")),
    ("bounce-permanent-suppressed", "failed", Some("provider_suppressed")),
    ("bounce-permanent-onaccountsuppressionlist", "failed", Some("provider_suppressed")),
    ("bounce-transient-mailboxfull", "bounced", None),
    ("bounce-undetermined-no-dsn", "bounced", None),
    ("complaint", "complained", Some("complaint")),
    ("complaint-suppressionlist", "failed", Some("provider_suppressed")),
    ("open", "sent", None),
    ("click", "sent", None),
    ("reject", "failed", None),
    ("rendering-failure", "failed", None),
    ("subscription", "sent", None),
    ("identity-feedback-bounce-notification", "bounced", Some("hard_bounce")),
];

#[tokio::test]
async fn each_event_does_what_it_says_however_often_and_in_whatever_order() {
    let post = Post::new().await;
    let people: Vec<_> = (0..EVENTS.len()).map(|n| format!("p{n:02}@one.example")).collect();
    let people: Vec<_> = people.iter().map(String::as_str).collect();
    let sent = sent(post.here(), &post.sink, &people).await;
    let events = EVENTS.iter().zip(&sent.ids).map(|((file, ..), id)| about(post.here(), file, id));
    let once: Vec<_> = events.collect();
    let mut thrice = [once.clone(), once.clone(), once.clone()].concat();
    let mut turn = 0_usize;
    thrice.sort_by_cached_key(|_| {
        turn += 1;
        turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
    });
    for (n, event) in thrice.iter().enumerate() {
        post.publish(event).await;
        if n % 7 == 0 {
            post.apply().await;
        }
    }
    post.publish(&Value::String("not an event".into())).await;
    post.here().clock.advance(chrono::TimeDelta::milliseconds(1));
    let trial = sample("ses/event-destination-test-message.txt");
    let trial = sns::TestSns::notification(&trial, post.here().clock.now());
    assert_eq!(post.post(&trial).await, 200);
    post.apply().await;

    let expected: Vec<_> = EVENTS.iter().map(|(_, word, _)| *word).collect();
    assert_eq!(states(post.here(), sent.campaign).await, expected);
    let all = PageQuery { limit: Some(200), ..Default::default() };
    let here = post.here();
    let list = here.act(async |tx| suppressions::list(tx, &Filter::default(), &all).await).await.unwrap();
    let mut suppressed: Vec<_> = list.data.into_iter().map(|one| (one.address, one.reason.word())).collect();
    suppressed.sort();
    let of = |((.., reason), who): (&(&str, &str, Option<&'static str>), &&str)| Some(((*who).to_owned(), (*reason)?));
    let wanted: Vec<_> = EVENTS.iter().zip(&people).filter_map(of).collect();
    assert_eq!(suppressed, wanted);
    // Everybody but who was only taken has one event, and nobody two.
    assert_eq!(post.count("select count(*) from event").await, EVENTS.len() as i64 - 1);
    let figures = here.figures(sent.campaign).await;
    assert_eq!((figures.sent, figures.delivered, figures.bounced, figures.complained), (17, 2, 5, 1));
    assert_eq!((figures.opened, figures.clicked), (0, 0), "only our own pictures and links tell of people");
    assert_eq!(figures.unsubscribed, 1);
    let detail = "select count(*) from event where kind = 'bounced' and detail ->> 'bounce_sub_type' = 'MailboxFull'
                  and detail ->> 'status' = '4.2.2' and not (detail -> 'hard')::boolean";
    assert_eq!(post.count(detail).await, 1);
    let left = "select count(*) from consent where state = 'withdrawn'";
    assert_eq!(post.count(left).await, 2, "who complained, and who unsubscribed with SES");
    assert_eq!(post.count("select count(*) from receipt_queue").await, 0);
    let odd = post.webhook(&post.ses).await.arrivals;
    assert_eq!((odd[0].kind.as_str(), odd[0].fate.word()), ("Test message of SES", "ignored"));
    assert_eq!((odd[1].kind.as_str(), odd[1].fate.word()), ("Unreadable", "failed"));
    post.sound().await;
}
