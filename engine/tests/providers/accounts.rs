//! Changing and deleting accounts and senders, and that what is open follows.

use domain::{
    delivery::Outcome,
    provider::{NewConfig, NewProvider, NewSender, ProviderConfig, SenderChange},
};
use engine::{
    Error, Result, campaigns, providers,
    testing::{Sink, TestWorkspace, mailing},
};

fn in_use<T>(done: Result<T>) -> String {
    match done.err() {
        Some(Error::Conflict { code: "in_use", message }) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_account_that_is_changed_is_used_as_it_is_now() {
    let (here, first, second) = (TestWorkspace::new().await, Sink::new().await, Sink::new().await);
    let provider = here.provider_named("Post office", &first, Some("hunter2")).await;
    let opened = here.open(provider.id).await.unwrap();
    assert_eq!(opened.rate_per_second(), None);
    assert!(std::sync::Arc::ptr_eq(&opened, &here.open(provider.id).await.unwrap()), "one for all");

    let config = NewConfig { port: second.port().into(), ..Default::default() };
    let change = NewProvider { rate_per_second: 14.into(), config, ..Default::default() };
    let changed = here.act(async |tx| providers::update(&here.engine, tx, provider.id, &change).await).await.unwrap();
    assert!(changed.has_password && changed.name == "Post office");
    let now = here.open(provider.id).await.unwrap();
    assert_eq!(now.rate_per_second().map(u32::from), Some(14));
    assert!(matches!(now.deliver(&mailing(1, "ada@one.example", "Hi")).await, Outcome::Accepted { .. }));
    assert_eq!((first.mails().len(), second.mails().len()), (0, 1));
    assert_eq!(second.sign_ins(), ["AG5vcmEAaHVudGVyMg=="], "with the password that was kept");
}

#[tokio::test]
async fn a_password_is_kept_for_its_host_and_let_go_with_the_user_name() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let provider = here.provider_named("Post office", &sink, Some("hunter2")).await;
    let change = async |config: NewConfig| {
        let change = NewProvider { config, ..Default::default() };
        here.act(async |tx| providers::update(&here.engine, tx, provider.id, &change).await).await
    };
    let elsewhere = change(NewConfig { host: Some("localhost".into()), ..Default::default() }).await;
    let Err(Error::Invalid(errors)) = elsewhere else { panic!("the password went elsewhere") };
    assert_eq!(errors.0[0].field, "config.password");
    let without = change(NewConfig { username: Some(String::new()), ..Default::default() }).await.unwrap();
    assert!(!without.has_password);
    let sealed: Option<Vec<u8>> = sqlx::query_scalar("select secret from provider where id = $1")
        .bind(provider.id.0)
        .fetch_one(here.engine.db.owner())
        .await
        .unwrap();
    assert_eq!(sealed, None);
}

#[tokio::test]
async fn a_running_campaign_goes_on_with_the_account_as_it_is_changed() {
    let (here, first, second) = (TestWorkspace::new().await, Sink::new().await, Sink::new().await);
    let provider = here.provider(&first).await;
    let (sender, list) = (here.sender(&provider).await, here.list("Customers").await);
    here.contact("ada@one.example", &[list]).await;
    let one = here.campaign("One", sender, &[list]).await;
    here.start(one).await;
    here.work().await;
    let config = NewConfig { port: second.port().into(), ..Default::default() };
    let change = NewProvider { config, ..Default::default() };
    here.act(async |tx| providers::update(&here.engine, tx, provider.id, &change).await).await.unwrap();
    let two = here.campaign("Two", sender, &[list]).await;
    here.start(two).await;
    here.work().await;
    assert_eq!((first.mails().len(), second.mails().len()), (1, 1));
}

#[tokio::test]
async fn an_account_is_deleted_when_nothing_goes_through_it_any_more() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let provider = here.provider(&sink).await;
    let (sender, list) = (here.sender(&provider).await, here.list("Customers").await);
    here.contact("ada@one.example", &[list]).await;
    let delete = async || here.act(async |tx| providers::delete(tx, provider.id).await).await;
    assert!(in_use(delete().await).starts_with("The sender nora@maple.example goes out through it."));

    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    let sandbox = here.sandbox().await;
    let change = SenderChange { provider_id: Some(sandbox.id.to_string()), ..Default::default() };
    here.act(async |tx| providers::update_sender(tx, sender, &change).await).await.unwrap();
    assert!(in_use(delete().await).contains("campaign that is not finished"));
    here.work().await;
    assert_eq!(sink.mails().len(), 1, "a run goes out through what it began with");
    delete().await.unwrap();
    assert!(matches!(delete().await, Err(Error::NotFound)));
    let left = here.act(async |tx| providers::list(tx).await).await.unwrap();
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn a_sender_is_changed_and_deleted() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let provider = here.provider(&sink).await;
    let sender = here.sender(&provider).await;
    let change = SenderChange { name: Some("Nora of Maple Row".into()), ..Default::default() };
    let changed = here.act(async |tx| providers::update_sender(tx, sender, &change).await).await.unwrap();
    assert_eq!((&*changed.email, &*changed.name), ("nora@maple.example", "Nora of Maple Row"));
    let other =
        NewSender { email: "olga@maple.example".into(), provider_id: provider.id.to_string(), ..Default::default() };
    here.act(async |tx| providers::create_sender(tx, &other).await).await.unwrap();
    let change = SenderChange { email: Some("OLGA@maple.example".into()), ..Default::default() };
    let taken = here.act(async |tx| providers::update_sender(tx, sender, &change).await).await;
    assert!(matches!(taken, Err(Error::Invalid(errors)) if errors.0[0].code == "taken"));

    let list = here.list("Customers").await;
    let draft = here.campaign("Spring news", sender, &[list]).await;
    let delete = async || here.act(async |tx| providers::delete_sender(tx, sender).await).await;
    assert!(in_use(delete().await).contains("“Spring news”"));
    here.act(async |tx| campaigns::delete(tx, draft).await).await.unwrap();
    delete().await.unwrap();
    let left = here.act(async |tx| providers::senders(tx).await).await.unwrap();
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn every_workspace_begins_with_a_sandbox() {
    let here = TestWorkspace::new().await;
    let all = here.act(async |tx| providers::list(tx).await).await.unwrap();
    assert_eq!(all.len(), 1);
    assert!(all[0].name == "Sandbox" && matches!(all[0].config, ProviderConfig::Sandbox(_)));
    assert!(here.open(all[0].id).await.unwrap().test().await.is_ok());
}
