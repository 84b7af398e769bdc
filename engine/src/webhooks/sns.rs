//! What Amazon SNS sends: checked before anything of it is kept (PROVIDERS 2).

use std::sync::Arc;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{
    provider::ProviderKind,
    ses_event::SesEvent,
    sns::{SnsKind, SnsMessage, Topic},
    webhook::Refusal,
};

use super::{Turned, certificate::NoKey, known::Account, store};
use crate::{Engine, Error, receipts};

/// The answer to a confirmation is short.
const CONFIRMED: usize = 16 * 1024;

/// Takes what came for SES: to the address of an account, or to the one of all topics. `bare` is the topic that the
/// header names when the event comes without its envelope, and so without a signature. Kept when this returns.
pub async fn ses(engine: &Engine, key: Option<&str>, bare: Option<&str>, body: &[u8]) -> Result<(), Turned> {
    let account = match key {
        Some(key) => Some(own(engine, key).await?),
        None => None,
    };
    if let Some(topic) = bare {
        return bare_event(engine, account.ok_or(Turned::Away)?, topic, body).await;
    }
    let Ok(message) = serde_json::from_slice::<SnsMessage>(body) else {
        return Err(turned(engine, account.as_ref(), Refusal::Unreadable));
    };
    let Ok(topic) = Topic::parse(&message.topic_arn) else {
        return Err(turned(engine, account.as_ref(), Refusal::WrongTopic));
    };
    let accounts = named(engine, account, &topic).await?;
    if let Err(why) = proven(engine, &topic, &message).await? {
        return Err(accounts.first().map_or(Turned::Refused(why), |account| account.refuse(engine, why)));
    }
    match message.kind() {
        Some(SnsKind::Subscribed) => confirm(engine, &accounts, &topic, &message).await?,
        Some(SnsKind::Unsubscribed) => end(engine, &accounts, &topic).await?,
        _ => {}
    }
    let account = whose(&accounts, &message);
    Ok(receipts::keep_from(engine, receipts::SES, account.map(|one| (one.tenant, one.provider)), body).await?)
}

/// The account whose address it came to.
async fn own(engine: &Engine, key: &str) -> Result<Account, Turned> {
    let account = engine.webhooks.known.by_key(engine, key).await?;
    account.filter(|account| account.kind == ProviderKind::Ses).ok_or(Turned::Away)
}

fn turned(engine: &Engine, account: Option<&Account>, why: Refusal) -> Turned {
    account.map_or(Turned::Refused(why), |account| account.refuse(engine, why))
}

/// Without an envelope nothing is signed: only who knows the account's secret can send it.
async fn bare_event(engine: &Engine, account: Account, topic: &str, body: &[u8]) -> Result<(), Turned> {
    if account.topic.as_deref() != Some(topic) {
        return Err(account.refuse(engine, Refusal::WrongTopic));
    }
    if std::str::from_utf8(body).map(SesEvent::read).is_ok_and(|read| read.is_ok()) {
        let whose = Some((account.tenant, account.provider));
        return Ok(receipts::keep_from(engine, receipts::SES, whose, body).await?);
    }
    Err(account.refuse(engine, Refusal::Unreadable))
}

/// The accounts that a topic may speak to. Anybody can make a topic: one that nobody named is not listened to.
async fn named(engine: &Engine, account: Option<Account>, topic: &Topic) -> Result<Arc<[Account]>, Turned> {
    match account {
        Some(account) if account.topic.as_deref() == Some(topic.arn()) => Ok([account].into()),
        Some(account) => Err(account.refuse(engine, Refusal::WrongTopic)),
        None => {
            let accounts = engine.webhooks.known.by_topic(engine, topic.arn()).await?;
            if accounts.is_empty() { Err(Turned::Away) } else { Ok(accounts) }
        }
    }
}

/// Whether Amazon signed it, lately; the outer error is that it cannot be told now.
async fn proven(engine: &Engine, topic: &Topic, message: &SnsMessage) -> Result<Result<(), Refusal>, Turned> {
    let Some(text) = message.signed_text() else { return Ok(Err(Refusal::Unreadable)) };
    let Some(path) = topic.certificate(&message.certificate_url) else {
        return Ok(Err(Refusal::ForeignCertificate));
    };
    let key = match engine.webhooks.certificates.key(engine, topic, path).await {
        Ok(key) => key,
        Err(NoKey::Wrong) => return Ok(Err(Refusal::ForeignCertificate)),
        Err(NoKey::Away) => return Err(Error::conflict("no_certificate", "The certificate cannot be got now.").into()),
    };
    if !is_signed(&key, message, &text) {
        return Ok(Err(Refusal::BadSignature));
    }
    // Asked last: of what is not signed, its time says nothing.
    Ok(if message.is_fresh(engine.clock.now()) { Ok(()) } else { Err(Refusal::Old) })
}

fn is_signed(key: &[u8], message: &SnsMessage, text: &str) -> bool {
    let way: &RsaParameters = match message.signature_version.as_str() {
        "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "2" => &RSA_PKCS1_2048_8192_SHA256,
        _ => return false,
    };
    let signature = BASE64_STANDARD.decode(&message.signature);
    signature.is_ok_and(|signature| UnparsedPublicKey::new(way, key).verify(text.as_bytes(), &signature).is_ok())
}

/// Which of the accounts an event is for. Where workspaces share a topic, the message's tag says whose it is. One without is
/// of those for whom the topic's subscription was confirmed, if any was: whoever only names somebody's topic afterwards is
/// told nothing, and takes nothing from them. If those are of several workspaces, it is nobody's.
fn whose<'a>(accounts: &'a [Account], message: &SnsMessage) -> Option<&'a Account> {
    let only = |among: &[&'a Account]| {
        let first = *among.first()?;
        among.iter().all(|account| account.tenant == first.tenant).then_some(first)
    };
    let confirmed: Vec<_> = accounts.iter().filter(|account| account.is_confirmed).collect();
    let all: Vec<_> = accounts.iter().collect();
    let tagged = || {
        let event = SesEvent::read(&message.message).ok()?;
        let tenant = event.tag("tenant")?.to_owned();
        accounts.iter().find(|account| account.tenant.to_string() == tenant)
    };
    only(&all).or_else(tagged).or_else(|| only(&confirmed))
}

/// Tells SNS that the accounts want the topic's events: by going where it says, on its own host.
async fn confirm(engine: &Engine, accounts: &[Account], topic: &Topic, message: &SnsMessage) -> Result<(), Turned> {
    let url = message.subscribe_url.as_deref().unwrap_or_default();
    let Some(path) = topic.confirmation(url) else {
        return Err(turned(engine, accounts.first(), Refusal::ForeignCertificate));
    };
    engine.fetch.get(&topic.host(), path, CONFIRMED).await.map_err(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            topic = topic.arn(),
            "a subscription was not confirmed"
        );
        Turned::Later(Error::conflict("not_confirmed", "SNS did not confirm the subscription."))
    })?;
    let now = engine.clock.now();
    for account in accounts {
        let mut tx = engine.db.begin_for(account.tenant).await?;
        store::confirmed(&mut tx, account.provider, topic.arn(), now).await?;
        tx.commit().await.map_err(Error::from)?;
    }
    engine.webhooks.forget();
    Ok(())
}

/// Notes that a topic sends nothing here any more; whoever ended it may have meant to.
async fn end(engine: &Engine, accounts: &[Account], topic: &Topic) -> Result<(), Turned> {
    let now = engine.clock.now();
    for account in accounts {
        let mut tx = engine.db.begin_for(account.tenant).await?;
        store::ended(&mut tx, account.provider, topic.arn(), now).await?;
        tx.commit().await.map_err(Error::from)?;
    }
    tracing::warn!(topic = topic.arn(), "a subscription of SNS has ended");
    Ok(())
}
