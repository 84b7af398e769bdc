//! Amazon SES against a server that does as it is told: what is asked of it, and what each answer and each missing one
//! means (PROVIDERS 1).

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{delivery::Outcome, provider::NewConfig};
use engine::{
    providers::Account,
    testing::{TestWorkspace, mailing},
};

use crate::web::{Reply, Web};

pub(crate) fn config(endpoint: &str) -> NewConfig {
    NewConfig {
        region: Some("eu-central-1".into()),
        access_key_id: Some("AKIAEXAMPLE".into()),
        secret_access_key: Some("s3cret".into()),
        endpoint: Some(endpoint.into()),
        ..Default::default()
    }
}

async fn account(here: &TestWorkspace, config: NewConfig) -> Arc<Account> {
    let provider = here.account("ses", "Amazon", config).await;
    here.open(provider.id).await.unwrap()
}

/// What an answer has to mean.
type Meaning = fn(&Outcome) -> bool;

fn accepted() -> Reply {
    Reply::Say(200, "", r#"{"MessageId": "0101-abc"}"#.into())
}

fn refused(status: u16, name: &'static str, message: &str) -> Reply {
    Reply::Say(status, name, serde_json::json!({ "message": message }).to_string())
}

#[tokio::test]
async fn a_message_goes_as_our_own_bytes_with_its_tags_and_set() {
    let (here, web) = (TestWorkspace::new().await, Web::new(accepted()).await);
    let config = NewConfig { configuration_set: Some("news".into()), ..config(&web.url) };
    let account = account(&here, config).await;
    let mailing = mailing(7, "ada@one.example", "We are open.");
    let outcome = account.deliver(&mailing).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: "0101-abc".into() });

    let asked = &web.asked()[0];
    assert!(asked.head.starts_with("POST /v2/email/outbound-emails HTTP/1.1\r\n"), "{}", asked.head);
    assert!(asked.head.contains("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/"), "{}", asked.head);
    assert!(asked.head.contains("/eu-central-1/ses/aws4_request"), "{}", asked.head);
    let body = &asked.body;
    assert_eq!(body["FromEmailAddress"], "nora@maple.example");
    assert_eq!(body["Destination"]["ToAddresses"], serde_json::json!(["ada@one.example"]));
    assert_eq!(body["ConfigurationSetName"], "news");
    let bytes = BASE64_STANDARD.decode(body["Content"]["Raw"]["Data"].as_str().unwrap()).unwrap();
    assert_eq!(bytes, mailing.bytes);
    let tags = [("tenant", mailing.tenant.to_string()), ("run", mailing.run.to_string()), ("message", mailing.message)];
    let tags: Vec<_> = tags.iter().map(|(name, value)| serde_json::json!({"Name": name, "Value": value})).collect();
    assert_eq!(body["EmailTags"], serde_json::json!(tags));
    let good = |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    assert!(body["EmailTags"].as_array().unwrap().iter().all(|tag| good(tag["Value"].as_str().unwrap())));
}

#[tokio::test]
async fn connections_are_kept() {
    let (here, web) = (TestWorkspace::new().await, Web::new(accepted()).await);
    let account = account(&here, config(&web.url)).await;
    for n in 1..=5 {
        assert!(matches!(account.deliver(&mailing(n, "ada@one.example", "Hi")).await, Outcome::Accepted { .. }));
    }
    assert_eq!(web.connections(), 1);
}

#[tokio::test]
async fn each_answer_means_what_it_should_and_is_asked_for_once() {
    let (here, web) = (TestWorkspace::new().await, Web::new(accepted()).await);
    let account = account(&here, config(&web.url)).await;
    let is: &[(Reply, Meaning)] = &[
        (refused(429, "TooManyRequestsException", "Too many"), |o| matches!(o, Outcome::SlowDown { .. })),
        (refused(400, "ThrottlingException", "Maximum sending rate exceeded."), |o| {
            matches!(o, Outcome::SlowDown { .. })
        }),
        (refused(400, "ThrottlingException:http://x/", "Daily message quota exceeded."), |o| {
            matches!(o, Outcome::Pause { until_after: Some(_), .. })
        }),
        (refused(400, "LimitExceededException", "Quota"), |o| matches!(o, Outcome::Pause { until_after: Some(_), .. })),
        (refused(400, "SendingPausedException", "Paused"), |o| matches!(o, Outcome::Pause { until_after: None, .. })),
        (refused(400, "AccountSuspendedException", "No"), |o| matches!(o, Outcome::Pause { until_after: None, .. })),
        (refused(400, "MailFromDomainNotVerifiedException", "No"), |o| {
            matches!(o, Outcome::Pause { until_after: None, .. })
        }),
        (refused(404, "NotFoundException", "Configuration set <news> does not exist."), |o| {
            matches!(o, Outcome::Pause { until_after: None, .. })
        }),
        (refused(403, "InvalidClientTokenId", "The security token is invalid."), |o| {
            matches!(o, Outcome::Pause { until_after: None, .. })
        }),
        (
            refused(400, "MessageRejected", "Bad content"),
            |o| matches!(o, Outcome::Rejected { code, .. } if code == "MessageRejected"),
        ),
        (refused(400, "BadRequestException", "Illegal address"), |o| matches!(o, Outcome::Rejected { .. })),
        (refused(500, "InternalServiceErrorException", "Oh"), |o| matches!(o, Outcome::Unknown { .. })),
        (Reply::Say(503, "", "<html>Away</html>".into()), |o| matches!(o, Outcome::Unknown { .. })),
        (Reply::Say(200, "", "not JSON".into()), |o| matches!(o, Outcome::Unknown { .. })),
    ];
    for (n, (reply, is)) in is.iter().enumerate() {
        web.replies(reply.clone());
        let outcome = account.deliver(&mailing(1, "ada@one.example", "Hi")).await;
        assert!(is(&outcome), "{reply:?}: {outcome:?}");
        assert_eq!(web.asked().len(), n + 1, "{reply:?} was asked for again");
    }
}

#[tokio::test]
async fn silence_after_the_request_is_unknown_and_none_before_it_is_safe() {
    let here = TestWorkspace::new().await;
    for reply in [Reply::CloseAfter, Reply::CloseWithin] {
        let web = Web::new(reply.clone()).await;
        let provider = here.account("ses", &format!("{reply:?}"), config(&web.url)).await;
        let outcome = here.open(provider.id).await.unwrap().deliver(&mailing(1, "ada@one.example", "Hi")).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{reply:?}: {outcome:?}");
        assert_eq!(web.asked().len(), 1, "{reply:?} was asked for again");
    }
    // Closed while the request was written: part of it may have been read.
    let web = Web::new(Reply::CloseAtOnce).await;
    let provider = here.account("ses", "Closing", config(&web.url)).await;
    let outcome = here.open(provider.id).await.unwrap().deliver(&mailing(1, "ada@one.example", "Hi")).await;
    assert!(!matches!(outcome, Outcome::Accepted { .. } | Outcome::Rejected { .. }), "{outcome:?}");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let provider = here.account("ses", "Nobody", config(&nobody)).await;
    let outcome = here.open(provider.id).await.unwrap().deliver(&mailing(1, "ada@one.example", "Hi")).await;
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_test_tells_quota_and_pace() {
    let (here, web) = (TestWorkspace::new().await, Web::new(accepted()).await);
    let account = account(&here, config(&web.url)).await;
    let quota = serde_json::json!({"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 120.0});
    let told = |enabled: bool| {
        let account =
            serde_json::json!({"SendingEnabled": enabled, "ProductionAccessEnabled": true, "SendQuota": quota});
        Reply::Say(200, "", account.to_string())
    };
    web.replies(told(true));
    let words = account.test().await.unwrap();
    assert_eq!(words, "SES answers in eu-central-1. 120 of 50000 messages sent within 24 hours, 14 a second.");
    assert!(web.asked()[0].head.starts_with("GET /v2/email/account HTTP/1.1\r\n"));
    web.replies(told(false));
    assert!(account.test().await.unwrap_err().contains("stopped"));
    web.replies(refused(403, "SignatureDoesNotMatch", "The signature does not match."));
    assert_eq!(account.test().await.unwrap_err(), "The signature does not match.");
}
