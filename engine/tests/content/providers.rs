//! Provider accounts, their secrets, and senders (SPEC 9).

use domain::{
    id::ProviderId,
    provider::{NewProvider, NewSender},
};
use engine::{
    Error, providers,
    testing::{Answer, Phase, Sink, TestWorkspace},
};

use crate::{field, pair};

async fn test(here: &TestWorkspace, id: ProviderId) -> Result<String, String> {
    here.open(id).await.unwrap().test().await
}

#[tokio::test]
async fn a_password_is_sealed_in_the_database_and_used_to_sign_in() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let provider = here.provider_named("Post office", &sink, Some("hunter2")).await;
    assert!(provider.has_password);
    let kept: String =
        sqlx::query_scalar("select (p.*)::text || encode(p.secret, 'escape') from provider p where kind = 'smtp'")
            .fetch_one(here.engine.db.owner())
            .await
            .unwrap();
    assert!(kept.contains("nora") && !kept.contains("hunter2"), "{kept}");
    let listed = here.act(async |tx| providers::list(tx).await).await.unwrap();
    assert!(!serde_json::to_string(&listed).unwrap().contains("hunter2"));
    let entries: String = sqlx::query_scalar("select string_agg(detail::text, '') from audit_entry")
        .fetch_one(here.engine.db.owner())
        .await
        .unwrap();
    assert!(!entries.contains("hunter2"), "{entries}");

    assert!(test(&here, provider.id).await.unwrap().contains("signed in"));
    // SASL PLAIN in base64: nothing, the name, the password.
    assert_eq!(sink.sign_ins(), ["AG5vcmEAaHVudGVyMg=="]);
}

#[tokio::test]
async fn a_sealed_password_opens_in_its_own_row_only() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let first = here.provider_named("First", &sink, Some("hunter2")).await;
    let second = here.provider_named("Second", &sink, Some("another")).await;
    let swap = sqlx::query("update provider set secret = (select secret from provider where id = $1) where id = $2");
    swap.bind(first.id.0).bind(second.id.0).execute(here.engine.db.owner()).await.unwrap();
    assert!(matches!(here.open(second.id).await.err(), Some(Error::Internal { .. })));
    assert!(sink.sign_ins().is_empty());
}

#[tokio::test]
async fn a_test_says_what_the_server_says_and_sends_nothing() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let provider = here.provider_named("Post office", &sink, Some("hunter2")).await;
    sink.always(Phase::Auth, Answer::Say("535 5.7.8 Bad password"));
    assert!(test(&here, provider.id).await.unwrap_err().contains("Bad password"));
    sink.behave();
    sink.always(Phase::Connect, Answer::Say("554 5.7.1 Go away"));
    assert!(test(&here, provider.id).await.unwrap_err().contains("Go away"));
    sink.behave();
    sink.always(Phase::Connect, Answer::Close);
    test(&here, provider.id).await.unwrap_err();
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn names_and_addresses_are_one_providers_and_one_senders() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let provider = here.provider(&sink).await;
    let (channel, kind, name) = ("email".into(), "smtp".into(), "POST OFFICE".into());
    let same = NewProvider { channel, kind, name, config: sink.config(None), ..Default::default() };
    let refused = here.act(async |tx| providers::create(&here.engine, tx, &same).await).await;
    assert_eq!(field(refused.err().unwrap()), pair("name", "taken"));
    here.sender(&provider).await;
    let sender =
        |email: &str, provider_id: String| NewSender { email: email.into(), provider_id, ..Default::default() };
    let taken = sender("NORA@maple.example", provider.id.to_string());
    let refused = here.act(async |tx| providers::create_sender(tx, &taken).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("email", "taken"));
    let nowhere = sender("olga@maple.example", uuid::Uuid::from_u128(1).to_string());
    let refused = here.act(async |tx| providers::create_sender(tx, &nowhere).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("provider_id", "unknown"));
}
