//! People of a workspace and what they are in it (SPEC 1.2).

use domain::{
    access::Role,
    account::{Member, NewUser},
    id::UserId,
};
use engine::{
    Error, accounts,
    accounts::users,
    testing::{PASSWORD, TestWorkspace},
};

use crate::{field, pair};

async fn add(here: &TestWorkspace, email: &str, roles: &[&str]) -> engine::Result<UserId> {
    let roles = roles.iter().map(ToString::to_string).collect();
    let new = NewUser { email: email.into(), password: PASSWORD.into(), roles, ..Default::default() };
    here.act(async |tx| users::create(&here.engine, tx, &new).await).await
}

async fn set(here: &TestWorkspace, id: UserId, roles: &[&str]) -> engine::Result<()> {
    let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
    here.act(async |tx| users::set_roles(tx, id, &roles).await).await
}

async fn remove(here: &TestWorkspace, id: UserId) -> engine::Result<()> {
    here.act(async |tx| users::remove(tx, id).await).await
}

async fn members(here: &TestWorkspace) -> Vec<Member> {
    here.act(async |tx| users::list(tx).await).await.unwrap()
}

#[tokio::test]
async fn a_person_who_is_added_can_sign_in_with_their_roles() {
    let here = TestWorkspace::new().await;
    let olga = add(&here, "olga@maple.example", &["viewer", "approver"]).await.unwrap();
    let account = accounts::sign_in(&here.engine, "olga@maple.example", PASSWORD, None).await.unwrap();
    assert_eq!((account.id, &account.belongs[0].roles), (olga, &vec![Role::Approver, Role::Viewer]));
    assert_eq!(members(&here).await[0].name, "olga");
    let again = add(&here, "Olga@Maple.example", &["admin"]).await;
    assert_eq!(field(again.unwrap_err()), pair("email", "taken"));
    assert_eq!(members(&here).await[0].roles, [Role::Approver, Role::Viewer]);
}

#[tokio::test]
async fn somebody_with_an_account_joins_a_second_workspace_with_it() {
    let here = TestWorkspace::new().await;
    let there = here.neighbour("Oak Lane").await;
    let olga = add(&here, "olga@maple.example", &["viewer"]).await.unwrap();
    let new = NewUser {
        email: "olga@maple.example".into(),
        password: "another password".into(),
        roles: vec!["admin".into()],
        ..Default::default()
    };
    let same = there.act(async |tx| users::create(&there.engine, tx, &new).await).await.unwrap();
    assert_eq!(olga, same);
    let account = accounts::sign_in(&here.engine, "olga@maple.example", PASSWORD, None).await.unwrap();
    let belongs: Vec<_> = account.belongs.iter().map(|b| (b.name.as_str(), b.roles[0])).collect();
    assert_eq!(belongs, [("Maple Row", Role::Viewer), ("Oak Lane", Role::Admin)]);
    let (actor, _) = accounts::actor_of(&account, Some(there.tenant), None).unwrap();
    assert_eq!(actor.tenant, there.tenant);
}

#[tokio::test]
async fn roles_can_be_changed_but_never_to_none_and_not_to_unknown_ones() {
    let here = TestWorkspace::new().await;
    let olga = add(&here, "olga@maple.example", &["viewer"]).await.unwrap();
    set(&here, olga, &["marketer"]).await.unwrap();
    assert_eq!(members(&here).await[0].roles, [Role::Marketer]);
    assert_eq!(field(set(&here, olga, &[]).await.unwrap_err()), pair("roles", "required"));
    assert_eq!(field(set(&here, olga, &["queen"]).await.unwrap_err()), pair("roles", "unknown"));
    let nobody = UserId(uuid::Uuid::from_u128(1));
    assert!(matches!(set(&here, nobody, &["viewer"]).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn the_last_admin_stays() {
    let here = TestWorkspace::new().await;
    let olga = add(&here, "olga@maple.example", &["admin"]).await.unwrap();
    let is_kept = |done| matches!(done, Err(Error::Conflict { code: "last_admin", .. }));
    assert!(is_kept(remove(&here, olga).await) && is_kept(set(&here, olga, &["viewer"]).await));
    set(&here, olga, &["admin", "viewer"]).await.unwrap();

    let paul = add(&here, "paul@maple.example", &["admin"]).await.unwrap();
    let (one, two) = tokio::join!(remove(&here, olga), remove(&here, paul));
    assert!(one.is_ok() != two.is_ok(), "two admins cannot remove each other");
    assert!(is_kept(one.and(two)));
    assert_eq!(members(&here).await.len(), 1);
}

#[tokio::test]
async fn who_is_removed_keeps_the_account_and_loses_the_workspace() {
    let here = TestWorkspace::new().await;
    add(&here, "nora@maple.example", &["admin"]).await.unwrap();
    let olga = add(&here, "olga@maple.example", &["viewer"]).await.unwrap();
    remove(&here, olga).await.unwrap();
    let account = accounts::sign_in(&here.engine, "olga@maple.example", PASSWORD, None).await.unwrap();
    assert!(account.belongs.is_empty() && accounts::actor_of(&account, Some(here.tenant), None).is_none());
    assert!(matches!(remove(&here, olga).await, Err(Error::NotFound)));
}
