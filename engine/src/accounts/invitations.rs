//! Invitations (SPEC 1.2): an admin asks somebody to join; a mail with a link goes out; whoever follows it makes an
//! account, or joins with the one they have.

use domain::{
    access::Verb,
    account::NewUser,
    email::Email,
    id::{InvitationId, TenantId, UserId},
    invitation::{Delivery, FreshInvitation, GOOD_FOR, Invitation, NewInvitation},
};
use uuid::Uuid;

use super::{
    Account, Actor, Who, audit,
    letters::{self, Letter, Text},
    links, password, store, users,
};
use crate::{
    Engine, Error, Result,
    db::{Tx, new_id},
};

const PURPOSE: &str = "invitation";

/// An invitation whose mail has not been handed over. Commit, and then [`send`].
pub struct Unsent {
    invitation: Invitation,
    link: String,
    letter: Option<Letter>,
}

impl Unsent {
    /// The invitation.
    pub fn invitation(&self) -> &Invitation {
        &self.invitation
    }

    /// Where it is accepted.
    pub fn link(&self) -> &str {
        &self.link
    }
}

/// What somebody who follows the link is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invited {
    /// The workspace.
    pub workspace: String,
    /// The invitation.
    pub invitation: Invitation,
    /// Whether there is an account with this address: then one signs in to join.
    pub has_account: bool,
}

/// The open invitations, newest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Invitation>> {
    tx.allow(Verb::ManageUsers)?;
    store::invitations(tx.conn()).await
}

/// Invites somebody who is not a member yet.
pub async fn create(engine: &Engine, tx: &mut Tx, new: &NewInvitation) -> Result<Unsent> {
    tx.allow(Verb::ManageUsers)?;
    let (email, roles) = new.parse()?;
    users::hand_on_no_more(tx, &roles)?;
    let is_member =
        store::members(tx.conn()).await?.into_iter().any(|member| member.email.to_lowercase() == email.key());
    if is_member {
        return Err(Error::field("email", "taken", "Is a member of this workspace already."));
    }
    let id = InvitationId(new_id(tx.now));
    let (token, hash) = links::make(&engine.keys, PURPOSE, &about(tx.actor.tenant, id));
    let (created_at, expires_at, invited_by) = (tx.now, tx.now + GOOD_FOR, tx.actor.name());
    let email_shown = email.as_str().to_owned();
    let invitation = Invitation { id, email: email_shown, roles, invited_by, created_at, sent_at: None, expires_at };
    let tenant = tx.actor.tenant;
    store::insert_invitation(tx.conn(), tenant, &invitation, &email.key(), &hash).await?;
    record(tx, "invitation.created", &invitation).await?;
    unsent(engine, tx, invitation, &token).await
}

/// Sends an invitation again, with another link and another week; the link of before is worth nothing.
pub async fn resend(engine: &Engine, tx: &mut Tx, id: InvitationId) -> Result<Unsent> {
    tx.allow(Verb::ManageUsers)?;
    let mut invitation = store::invitation(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    // Whoever sends it again answers for it like whoever made it.
    users::hand_on_no_more(tx, &invitation.roles)?;
    let (token, hash) = links::make(&engine.keys, PURPOSE, &about(tx.actor.tenant, id));
    invitation.expires_at = tx.now + GOOD_FOR;
    invitation.sent_at = None;
    let expires_at = invitation.expires_at;
    store::renew_invitation(tx.conn(), id, &hash, expires_at).await?;
    record(tx, "invitation.sent_again", &invitation).await?;
    unsent(engine, tx, invitation, &token).await
}

/// Takes an invitation back: its link is worth nothing from now on.
pub async fn revoke(tx: &mut Tx, id: InvitationId) -> Result<()> {
    tx.allow(Verb::ManageUsers)?;
    let invitation = store::invitation(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    store::delete_invitation(tx.conn(), id).await?;
    record(tx, "invitation.revoked", &invitation).await
}

/// Hands the mail over, after the invitation was committed, and says what came of it.
pub async fn send(engine: &Engine, actor: &Actor, unsent: Unsent) -> Result<FreshInvitation> {
    let Unsent { mut invitation, link, letter } = unsent;
    let delivery = match letter {
        Some(letter) => letter.send().await,
        None => Delivery::NoSender,
    };
    if delivery == Delivery::Sent {
        let mut tx = engine.begin(actor).await?;
        let now = tx.now;
        store::note_sent(tx.conn(), invitation.id, now).await?;
        tx.commit().await?;
        invitation.sent_at = Some(now);
    }
    Ok(FreshInvitation { invitation, link, delivery })
}

/// What a link is about. Used, revoked, lapsed and made-up ones are all not found.
pub async fn find(engine: &Engine, token: &str) -> Result<Invited> {
    let (mut tx, invitation) = open(engine, token, None).await?;
    let workspace = store::settings(tx.conn()).await?.0.workspace.name;
    let has_account = store::user_by_email(tx.conn(), &invitation.email.to_lowercase()).await?.is_some();
    Ok(Invited { workspace, invitation, has_account })
}

/// Accepts with a new account, which belongs to the invited address.
pub async fn accept(
    engine: &Engine,
    token: &str,
    name: &str,
    password: &str,
    address: Option<String>,
) -> Result<(UserId, TenantId)> {
    let (mut tx, invitation) = open(engine, token, address).await?;
    let roles = invitation.roles.iter().map(|role| role.word().to_owned()).collect();
    let new = NewUser { email: invitation.email.clone(), name: name.into(), password: password.into(), roles };
    let user = new.parse()?;
    if store::user_by_email(tx.conn(), &user.email.key()).await?.is_some() {
        let message = "There is an account with this address already. Load the page anew, and sign in to join.";
        return Err(Error::conflict("has_account", message));
    }
    let hash = password::hash(user.password.clone()).await?;
    let (id, now) = (UserId(new_id(tx.now)), tx.now);
    store::insert_user(tx.conn(), id, &user, &hash, now).await?;
    join_as(tx, &invitation, id, &user.name).await
}

/// Accepts with the account that is signed in, which must be the invited one.
pub async fn join(engine: &Engine, token: &str, account: &Account, address: Option<String>) -> Result<TenantId> {
    let (tx, invitation) = open(engine, token, address).await?;
    let is_theirs = Email::parse(&account.email).is_ok_and(|email| email.key() == invitation.email.to_lowercase());
    if !is_theirs {
        let message = format!("This invitation is for {}. Sign out, and follow the link again.", invitation.email);
        return Err(Error::conflict("other_account", message));
    }
    Ok(join_as(tx, &invitation, account.id, &account.name).await?.1)
}

async fn join_as(mut tx: Tx, invitation: &Invitation, id: UserId, name: &str) -> Result<(UserId, TenantId)> {
    let (tenant, now) = (tx.actor.tenant, tx.now);
    store::insert_membership(tx.conn(), tenant, id, &invitation.roles, now).await?;
    store::delete_invitation(tx.conn(), invitation.id).await?;
    tx.actor.who = Who::User { id, name: name.to_owned(), roles: invitation.roles.clone() };
    let detail = serde_json::json!({ "roles": invitation.roles, "invited_by": invitation.invited_by });
    let act = audit::Act { action: "user.joined", kind: "user", id: id.to_string(), name: &invitation.email, detail };
    audit::record(&mut tx, act).await?;
    tx.commit().await?;
    Ok((id, tenant))
}

/// A transaction in the workspace that a link names, with its invitation locked.
async fn open(engine: &Engine, token: &str, address: Option<String>) -> Result<(Tx, Invitation)> {
    let (about, hash) = links::open(&engine.keys, PURPOSE, token).ok_or(Error::NotFound)?;
    let (tenant, invitation) = about.split_at_checked(16).ok_or(Error::NotFound)?;
    let id = |bytes| Uuid::from_slice(bytes).or(Err(Error::NotFound));
    let (tenant, invitation) = (TenantId(id(tenant)?), InvitationId(id(invitation)?));
    let mut tx = engine.begin(&Actor { tenant, who: Who::Recipient, address }).await?;
    let now = tx.now;
    let found = store::take_invitation(tx.conn(), invitation, &hash, now).await?;
    Ok((tx, found.ok_or(Error::NotFound)?))
}

fn about(tenant: TenantId, id: InvitationId) -> Vec<u8> {
    [&tenant.0.as_bytes()[..], id.0.as_bytes()].concat()
}

async fn unsent(engine: &Engine, tx: &mut Tx, invitation: Invitation, token: &str) -> Result<Unsent> {
    let link = format!("{}/invitation/{token}", engine.public_url);
    let workspace = store::settings(tx.conn()).await?.0.workspace.name;
    let (by, words) = (&invitation.invited_by, format!("Join {workspace}"));
    let text = Text {
        to: &invitation.email,
        subject: format!("{by} invites you to {workspace} on Carillon"),
        before: vec![
            format!("{by} invites you to work with them in {workspace}, which writes to its customers with Carillon."),
            "Follow the link to choose a password, or to join with the account that you have.".into(),
        ],
        link: Some((&words, &link)),
        after: vec!["The link works once, for seven days. If you do not know what this is about, do nothing.".into()],
    };
    let letter = letters::write(engine, tx, &text).await?;
    Ok(Unsent { invitation, link, letter })
}

async fn record(tx: &mut Tx, action: &str, invitation: &Invitation) -> Result<()> {
    let detail = serde_json::json!({ "roles": invitation.roles });
    let (id, name) = (invitation.id.to_string(), &*invitation.email);
    audit::record(tx, audit::Act { action, kind: "invitation", id, name, detail }).await
}
