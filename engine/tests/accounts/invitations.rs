//! Invitations (SPEC 1.2): the link in the mail is good once, for a week, for the person who was asked.

use chrono::TimeDelta;
use domain::{
    access::{Role, Scope},
    account::NewUser,
    invitation::{Delivery, FreshInvitation, NewInvitation},
};
use engine::{
    Error, Result,
    accounts::{self, Actor, Who, invitations, users},
    testing::{Answer, PASSWORD, Phase, Sink, TestWorkspace},
};

use crate::{field, pair};

const IVO: &str = "Ivo@Maple.example";

fn new(email: &str, roles: &[&str]) -> NewInvitation {
    NewInvitation { email: email.into(), roles: roles.iter().map(ToString::to_string).collect() }
}

async fn invite_as(here: &TestWorkspace, actor: &Actor, email: &str, roles: &[&str]) -> Result<FreshInvitation> {
    let new = new(email, roles);
    let unsent = here.act_as(actor, async |tx| invitations::create(&here.engine, tx, &new).await).await?;
    invitations::send(&here.engine, actor, unsent).await
}

async fn invite(here: &TestWorkspace, email: &str, roles: &[&str]) -> Result<FreshInvitation> {
    invite_as(here, &here.user(&[Role::Admin]), email, roles).await
}

async fn again(here: &TestWorkspace, first: &FreshInvitation) -> FreshInvitation {
    let (admin, id) = (here.user(&[Role::Admin]), first.invitation.id);
    let unsent = here.act_as(&admin, async |tx| invitations::resend(&here.engine, tx, id).await).await.unwrap();
    invitations::send(&here.engine, &admin, unsent).await.unwrap()
}

/// What stands behind the last stroke of a link.
fn token(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

async fn accept(here: &TestWorkspace, link: &str) -> Result<accounts::Account> {
    let (user, tenant) = invitations::accept(&here.engine, token(link), "Ivo", PASSWORD, None).await?;
    assert_eq!(tenant, here.tenant);
    Ok(accounts::account(&here.engine, user).await?.unwrap())
}

async fn open_ones(here: &TestWorkspace) -> usize {
    here.act(async |tx| invitations::list(tx).await).await.unwrap().len()
}

async fn actions(here: &TestWorkspace) -> Vec<String> {
    let all = domain::audit::AuditQuery::default();
    let log = here.act(async |tx| accounts::audit::list(tx, &all).await).await.unwrap();
    log.data.into_iter().rev().map(|entry| entry.action).skip(1).collect()
}

#[tokio::test]
async fn who_is_invited_gets_a_mail_makes_an_account_and_can_sign_in() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    here.sender(&here.provider(&sink).await).await;
    let fresh = invite(&here, IVO, &["marketer", "viewer"]).await.unwrap();
    assert_eq!((fresh.delivery, fresh.invitation.sent_at.is_some()), (Delivery::Sent, true));
    let mail = sink.mails().pop().unwrap();
    assert_eq!(mail.to, IVO);
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(mail.text().contains(&fresh.link), "{}", mail.text());
    let found = invitations::find(&here.engine, token(&fresh.link)).await.unwrap();
    assert_eq!((&*found.workspace, found.has_account), ("Maple Row", false));

    let ivo = accept(&here, &fresh.link).await.unwrap();
    assert_eq!((&*ivo.name, &*ivo.email), ("Ivo", IVO));
    assert_eq!(ivo.belongs[0].roles, [Role::Marketer, Role::Viewer]);
    accounts::sign_in(&here.engine, "ivo@maple.example", PASSWORD, None).await.unwrap();
    assert_eq!(open_ones(&here).await, 0);
    // What happens within one millisecond is in no order.
    let mut did = actions(&here).await;
    did.sort();
    assert_eq!(did, ["invitation.created", "provider.created", "sender.created", "user.joined", "user.signed_in"]);
    let log = here.act(async |tx| accounts::audit::list(tx, &Default::default()).await).await.unwrap().data;
    let joined = log.iter().find(|entry| entry.action == "user.joined").unwrap();
    assert_eq!(joined.actor, "Ivo", "who joined did it themselves");
}

#[tokio::test]
async fn a_link_works_once() {
    let here = TestWorkspace::new().await;
    let fresh = invite(&here, IVO, &["viewer"]).await.unwrap();
    accept(&here, &fresh.link).await.unwrap();
    assert!(matches!(accept(&here, &fresh.link).await, Err(Error::NotFound)));
    assert!(matches!(invitations::find(&here.engine, token(&fresh.link)).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_link_lapses_after_a_week_and_one_that_is_sent_again_replaces_it() {
    let here = TestWorkspace::new().await;
    let first = invite(&here, IVO, &["viewer"]).await.unwrap();
    here.clock.advance(TimeDelta::days(7));
    assert!(matches!(accept(&here, &first.link).await, Err(Error::NotFound)));
    assert_eq!(open_ones(&here).await, 1, "it is still there to be sent again");
    let second = again(&here, &first).await;
    assert!(matches!(accept(&here, &first.link).await, Err(Error::NotFound)));
    here.clock.advance(TimeDelta::days(6));
    accept(&here, &second.link).await.unwrap();
}

#[tokio::test]
async fn one_that_was_taken_back_is_worth_nothing() {
    let here = TestWorkspace::new().await;
    let fresh = invite(&here, IVO, &["viewer"]).await.unwrap();
    here.act(async |tx| invitations::revoke(tx, fresh.invitation.id).await).await.unwrap();
    assert!(matches!(accept(&here, &fresh.link).await, Err(Error::NotFound)));
    assert_eq!(actions(&here).await, ["invitation.created", "invitation.revoked"]);
}

#[tokio::test]
async fn the_secret_of_a_link_is_nowhere_in_the_database() {
    let here = TestWorkspace::new().await;
    let fresh = invite(&here, IVO, &["viewer"]).await.unwrap();
    let kept =
        sqlx::query_scalar("select (i.*, a.*)::text from invitation i, audit_entry a where a.action like 'inv%'");
    let kept: String = kept.fetch_one(here.engine.db.owner()).await.unwrap();
    assert!(kept.contains(IVO) && !kept.contains(token(&fresh.link)), "{kept}");
    // What is made up or changed opens nothing.
    let mut changed = token(&fresh.link).to_owned();
    changed.replace_range(0..1, if changed.starts_with('A') { "B" } else { "A" });
    for made_up in ["", "nonsense", &changed, &here.engine.keys.sign("invitation", &[0; 48])] {
        assert!(matches!(invitations::find(&here.engine, made_up).await, Err(Error::NotFound)), "{made_up}");
    }
}

#[tokio::test]
async fn who_has_an_account_joins_with_it_and_nobody_else_does() {
    let here = TestWorkspace::new().await;
    let there = here.neighbour("Oak Lane").await;
    let roles = vec!["admin".into()];
    let user = NewUser { email: "ivo@maple.example".into(), password: PASSWORD.into(), roles, ..Default::default() };
    let ivo = there.act(async |tx| users::create(&there.engine, tx, &user).await).await.unwrap();
    let eve = NewUser { email: "eve@oak.example".into(), ..user };
    let eve = there.act(async |tx| users::create(&there.engine, tx, &eve).await).await.unwrap();
    let fresh = invite(&here, IVO, &["viewer"]).await.unwrap();
    assert!(invitations::find(&here.engine, token(&fresh.link)).await.unwrap().has_account);

    let refused = accept(&here, &fresh.link).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { code: "has_account", .. }), "{refused}");
    let account = async |id| accounts::account(&here.engine, id).await.unwrap().unwrap();
    let refused = invitations::join(&here.engine, token(&fresh.link), &account(eve).await, None).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { code: "other_account", .. }), "{refused}");
    assert_eq!(
        invitations::join(&here.engine, token(&fresh.link), &account(ivo).await, None).await.unwrap(),
        here.tenant
    );
    let names: Vec<_> = account(ivo).await.belongs.into_iter().map(|belonging| belonging.name).collect();
    assert_eq!(names, ["Maple Row", "Oak Lane"]);
    accounts::sign_in(&here.engine, "ivo@maple.example", PASSWORD, None).await.unwrap();
}

#[tokio::test]
async fn nobody_is_invited_twice_or_into_a_workspace_they_are_in() {
    let here = TestWorkspace::new().await;
    let fresh = invite(&here, IVO, &["viewer"]).await.unwrap();
    assert_eq!(field(invite(&here, "ivo@maple.example", &["admin"]).await.unwrap_err()), pair("email", "invited"));
    accept(&here, &fresh.link).await.unwrap();
    assert_eq!(field(invite(&here, "IVO@maple.example", &["admin"]).await.unwrap_err()), pair("email", "taken"));
}

#[tokio::test]
async fn nobody_invites_to_more_than_they_may_themselves() {
    let here = TestWorkspace::new().await;
    let keeper = here.key(&[Scope::Manage]);
    assert_eq!(field(invite_as(&here, &keeper, IVO, &["admin"]).await.unwrap_err()), pair("roles", "not_yours"));
    let admins = invite(&here, IVO, &["admin"]).await.unwrap().invitation.id;
    let again = here.act_as(&keeper, async |tx| invitations::resend(&here.engine, tx, admins).await).await;
    assert_eq!(field(again.err().unwrap()), pair("roles", "not_yours"));
}

#[tokio::test]
async fn without_a_way_to_send_there_is_the_link_and_the_sandbox_is_no_way() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    assert_eq!(invite(&here, IVO, &["viewer"]).await.unwrap().delivery, Delivery::NoSender);
    // Everybody in the workspace can read the sandbox's outbox, and whoever reads the link could use it.
    let sandbox = here.sandbox().await;
    here.sender(&sandbox).await;
    let fresh = invite(&here, "olga@maple.example", &["admin"]).await.unwrap();
    assert_eq!((fresh.delivery, fresh.invitation.sent_at), (Delivery::NoSender, None));
    let all = Default::default();
    let outbox = here.act(async |tx| engine::sandbox::list(tx, &all).await).await.unwrap();
    assert!(outbox.data.is_empty());
    accept(&here, &fresh.link).await.unwrap();

    let provider = here.provider(&sink).await;
    let sender = domain::provider::NewSender {
        email: "hello@maple.example".into(),
        provider_id: provider.id.to_string(),
        ..Default::default()
    };
    here.act(async |tx| engine::providers::create_sender(tx, &sender).await).await.unwrap();
    sink.to("paul@maple.example", Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    let refused = invite(&here, "paul@maple.example", &["viewer"]).await.unwrap();
    assert_eq!((refused.delivery, refused.invitation.sent_at), (Delivery::Refused, None));
    assert!(refused.link.starts_with("https://carillon.example/invitation/"));
}

#[tokio::test]
async fn a_wrong_name_or_password_leaves_the_invitation_open() {
    let here = TestWorkspace::new().await;
    let fresh = invite(&here, IVO, &["viewer"]).await.unwrap();
    let refused = invitations::accept(&here.engine, token(&fresh.link), "Ivo", "short", None).await.unwrap_err();
    assert_eq!(field(refused), pair("password", "too_short"));
    accept(&here, &fresh.link).await.unwrap();
}

#[tokio::test]
async fn who_comes_through_a_link_may_do_nothing_else() {
    let here = TestWorkspace::new().await;
    let recipient = Actor { tenant: here.tenant, who: Who::Recipient, address: None };
    let refused = here.act_as(&recipient, async |tx| invitations::list(tx).await).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
}
