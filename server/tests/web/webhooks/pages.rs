//! The page on which a person sees where a provider reports to and that it works.

use engine::clock::Clock;
use engine::testing::sns::{TOPIC, TestSns};
use serde_json::json;

use super::{Post, about, config, sent};

#[tokio::test]
async fn a_person_sees_that_it_works_and_can_make_another_address() {
    let post = Post::new().await;
    let mut admin = post.site.signed_in(&["admin"]).await;
    let own = format!("/settings/providers/{}", post.ses.id);
    admin.get(&own).await.says(200, "Address and what came lately");
    let page = admin.get(&format!("{own}/webhook")).await;
    let path = post.path(&post.ses).await;
    for text in [&*path, "How to set it up in AWS", "Waiting for the subscription", "Nothing has come yet"] {
        page.says(200, text);
    }
    let now = post.here().clock.now();
    assert_eq!(post.post(&TestSns::confirmation("SubscriptionConfirmation", now)).await, 200);
    let sent = sent(post.here(), &post.sink, &["ada@one.example"]).await;
    post.publish(&about(post.here(), "bounce-transient-mailboxfull", &sent.ids[0])).await;
    post.apply().await;
    let mut cut = TestSns::notification("{}", post.here().clock.now());
    cut["Signature"] = json!("AAAA");
    assert_eq!(post.post(&cut).await, 403);
    let page = admin.get(&format!("{own}/webhook")).await;
    for text in
        ["The topic sends here", "Bounce (Transient, MailboxFull)", "Applied", "The signature was not good", "1 time"]
    {
        page.says(200, text);
    }

    let done = admin.submit("/_fn/renew-webhook", &[("provider", &post.ses.id.to_string())]).await;
    assert_eq!(done.leads_to(), format!("{own}/webhook?done=renewed"));
    let page = admin.follow(&done).await;
    page.says(200, "The address is a new one");
    assert!(!page.text.contains(&path), "the old one is gone");
    let message = TestSns::notification("{}", post.here().clock.now()).to_string();
    assert_eq!(post.post_with(&path, &[], &message).await.status, 404);
    assert_eq!(post.post_with(&post.path(&post.ses).await, &[], &message).await.status, 200);
}

#[tokio::test]
async fn each_kind_of_account_says_what_is_to_be_done() {
    let post = Post::new().await;
    let mut admin = post.site.signed_in(&["admin"]).await;
    let unnamed = domain::provider::NewConfig { topic_arn: None, ..config(TOPIC) };
    let unnamed = post.here().account("ses", "Second", unnamed).await;
    admin.get(&format!("/settings/providers/{}/webhook", unnamed.id)).await.says(200, "No topic is named yet");
    let smtp = post.here().account("smtp", "Post office", post.sink.config(None)).await;
    let page = admin.get(&format!("/settings/providers/{}/webhook", smtp.id)).await;
    for text in ["/webhooks/bounces/", "--data-binary @-", "Name a domain for bounces"] {
        page.says(200, text);
    }
    let sandbox = post.here().sandbox().await;
    let page = admin.get(&format!("/settings/providers/{}/webhook", sandbox.id)).await;
    assert!(page.text.contains("reports by itself"), "{}", page.text);
    assert!(!admin.get(&format!("/settings/providers/{}", sandbox.id)).await.text.contains("what came lately"));
    let mut viewer = post.site.signed_in(&["viewer"]).await;
    viewer.get(&format!("/settings/providers/{}/webhook", smtp.id)).await.says(403, "Not allowed");
    viewer.call("provider-webhook", &[("provider", &smtp.id.to_string())]).await.says(403, "");

    admin.get(&format!("/settings/providers/{}", unnamed.id)).await.says(200, "Topic of SNS");
    let wrong = [
        ("provider", unnamed.id.to_string()),
        ("config[region]", "us-east-1".into()),
        ("config[access_key_id]", "AKIAEXAMPLE".into()),
        ("config[topic_arn]", "ses-events".into()),
    ];
    let fields: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = admin.submit("/_fn/change-provider", &fields).await;
    admin.follow(&refused).await.says(200, "The ARN of a topic");
}
