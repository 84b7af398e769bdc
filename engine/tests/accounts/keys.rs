//! API keys (SPEC 1.3): shown once, kept hashed, good until revoked, never more than their maker.

use chrono::TimeDelta;
use domain::{
    access::Scope,
    account::{FreshKey, NewKey},
};
use engine::{
    Error,
    accounts::{Actor, Who, keys},
    clock::Clock,
    testing::TestWorkspace,
};

use crate::{field, pair};

async fn make(here: &TestWorkspace, maker: &Actor, scopes: &[&str]) -> engine::Result<FreshKey> {
    let scopes = scopes.iter().map(ToString::to_string).collect();
    let new = NewKey { name: "shop".into(), scopes, ..Default::default() };
    here.act_as(maker, async |tx| keys::create(tx, &new).await).await
}

fn admin(here: &TestWorkspace) -> Actor {
    here.user(&[domain::access::Role::Admin])
}

#[tokio::test]
async fn a_key_acts_in_its_workspace_with_its_scopes() {
    let here = TestWorkspace::new().await;
    let fresh = make(&here, &admin(&here), &["send", "read"]).await.unwrap();
    assert!(
        fresh.secret.starts_with("ck_live_") && fresh.secret.len() > 40 && fresh.secret.starts_with(&fresh.key.prefix)
    );
    let actor = keys::authenticate(&here.engine, &fresh.secret, Some("192.0.2.7".into())).await.unwrap();
    assert_eq!((actor.tenant, actor.address.as_deref()), (here.tenant, Some("192.0.2.7")));
    let scopes = vec![Scope::Read, Scope::Send];
    assert_eq!(actor.who, Who::Key { id: fresh.key.id, name: "shop".into(), scopes });
}

#[tokio::test]
async fn the_secret_is_nowhere_in_the_database() {
    let here = TestWorkspace::new().await;
    let fresh = make(&here, &admin(&here), &["read"]).await.unwrap();
    let kept: String =
        sqlx::query_scalar("select (k.*, a.*)::text from api_key k, audit_entry a where a.action like 'api%'")
            .fetch_one(here.engine.db.owner())
            .await
            .unwrap();
    assert!(kept.contains(&fresh.key.prefix) && !kept.contains(&fresh.secret), "{kept}");
    let listed = here.act(async |tx| keys::list(tx).await).await.unwrap();
    assert!(!serde_json::to_string(&listed).unwrap().contains(&fresh.secret));
}

#[tokio::test]
async fn a_revoked_or_unknown_key_opens_nothing() {
    let here = TestWorkspace::new().await;
    let fresh = make(&here, &admin(&here), &["read"]).await.unwrap();
    for _ in 0..2 {
        here.act(async |tx| keys::revoke(tx, fresh.key.id).await).await.unwrap();
        let refused = keys::authenticate(&here.engine, &fresh.secret, None).await;
        assert!(matches!(refused, Err(Error::Unauthenticated)));
    }
    for guess in ["", "ck_live_", &fresh.secret[..fresh.secret.len() - 1]] {
        assert!(matches!(keys::authenticate(&here.engine, guess, None).await, Err(Error::Unauthenticated)));
    }
    let listed = here.act(async |tx| keys::list(tx).await).await.unwrap();
    assert!(listed[0].revoked_at.is_some());
}

#[tokio::test]
async fn the_last_use_is_noted_to_the_minute() {
    let here = TestWorkspace::new().await;
    let fresh = make(&here, &admin(&here), &["read"]).await.unwrap();
    let last_use = async || here.act(async |tx| keys::list(tx).await).await.unwrap()[0].last_used_at;
    assert_eq!(last_use().await, None);
    let first = here.clock.now();
    keys::authenticate(&here.engine, &fresh.secret, None).await.unwrap();
    here.clock.advance(TimeDelta::seconds(30));
    keys::authenticate(&here.engine, &fresh.secret, None).await.unwrap();
    assert_eq!(last_use().await, Some(first));
    here.clock.advance(TimeDelta::seconds(40));
    let second = here.clock.now();
    keys::authenticate(&here.engine, &fresh.secret, None).await.unwrap();
    assert_eq!(last_use().await, Some(second));
}

#[tokio::test]
async fn a_key_hands_on_no_more_than_it_has() {
    let here = TestWorkspace::new().await;
    let keeper = here.key(&[Scope::Manage, Scope::Read]);
    assert!(make(&here, &keeper, &["read", "manage"]).await.is_ok());
    assert_eq!(field(make(&here, &keeper, &["read", "send"]).await.err().unwrap()), pair("scopes", "not_yours"));
}

#[tokio::test]
async fn a_key_needs_a_name_and_a_scope() {
    let here = TestWorkspace::new().await;
    assert_eq!(field(make(&here, &admin(&here), &[]).await.err().unwrap()), pair("scopes", "required"));
    assert_eq!(field(make(&here, &admin(&here), &["fly"]).await.err().unwrap()), pair("scopes", "unknown"));
}
