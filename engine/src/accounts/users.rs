//! People of a workspace and what they are in it (SPEC 1.2).

use domain::{
    access::{self, Role, Verb},
    account::{Member, NewUser},
    id::UserId,
};

use super::{audit, password, store};
use crate::{
    Engine, Error, Result,
    db::{Tx, new_id},
    live,
};

/// Everybody in the workspace, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<Member>> {
    tx.allow(Verb::ManageUsers)?;
    store::members(tx.conn()).await
}

/// Adds a person with a password of their own to change. Somebody who has an account already joins with it, and the
/// password given here is not used.
pub async fn create(engine: &Engine, tx: &mut Tx, new: &NewUser) -> Result<UserId> {
    tx.allow(Verb::ManageUsers)?;
    let user = new.parse()?;
    hand_on_no_more(tx, &user.roles)?;
    let now = tx.now;
    let id = match store::user_by_email(&mut *tx.conn(), &user.email.key()).await? {
        Some(known) => known.id,
        None => {
            let hash = password::hash(user.password.clone()).await?;
            let id = UserId(new_id(engine.clock.now()));
            store::insert_user(tx.conn(), id, &user, &hash, now).await?;
            id
        }
    };
    let tenant = tx.actor.tenant;
    store::insert_membership(tx.conn(), tenant, id, &user.roles, now).await?;
    let detail = serde_json::json!({ "roles": user.roles });
    let act = audit::Act { action: "user.added", kind: "user", id: id.to_string(), name: user.email.as_str(), detail };
    audit::record(tx, act).await?;
    Ok(id)
}

/// Changes what a person is in the workspace. The last admin stays one.
pub async fn set_roles(tx: &mut Tx, id: UserId, roles: &[String]) -> Result<()> {
    tx.allow(Verb::ManageUsers)?;
    let roles = domain::account::parse_roles(roles);
    let roles = roles.map_err(|refused| Error::field("roles", refused.code, refused.message))?;
    hand_on_no_more(tx, &roles)?;
    let member = member(tx, id).await?;
    if member.roles.contains(&Role::Admin) && !roles.contains(&Role::Admin) {
        keep_an_admin(tx, id).await?;
    }
    store::set_roles(tx.conn(), id, &roles).await?;
    live::access_changed(tx.conn(), id).await?;
    let detail = serde_json::json!({ "before": member.roles, "after": roles });
    let act =
        audit::Act { action: "user.roles_changed", kind: "user", id: id.to_string(), name: &member.email, detail };
    audit::record(tx, act).await
}

/// Takes a person out of the workspace; their account stays. The last admin cannot be taken out.
pub async fn remove(tx: &mut Tx, id: UserId) -> Result<()> {
    tx.allow(Verb::ManageUsers)?;
    let member = member(tx, id).await?;
    keep_an_admin(tx, id).await?;
    store::delete_membership(tx.conn(), id).await?;
    live::access_changed(tx.conn(), id).await?;
    let detail = serde_json::json!({ "roles": member.roles });
    let act = audit::Act { action: "user.removed", kind: "user", id: id.to_string(), name: &member.email, detail };
    audit::record(tx, act).await
}

/// Signs a person out everywhere, also of other workspaces; says of how many places.
pub async fn end_sessions(tx: &mut Tx, id: UserId) -> Result<u64> {
    tx.allow(Verb::ManageUsers)?;
    let member = member(tx, id).await?;
    let ended = store::delete_sessions_of(tx.conn(), id).await?;
    live::access_changed(tx.conn(), id).await?;
    let detail = serde_json::json!({ "sessions": ended });
    let act =
        audit::Act { action: "user.sessions_ended", kind: "user", id: id.to_string(), name: &member.email, detail };
    audit::record(tx, act).await?;
    Ok(ended)
}

/// Refuses when somebody would make a person who may do more than they may themselves: a key that manages settings
/// but does not send must not make itself an admin.
pub(super) fn hand_on_no_more(tx: &Tx, roles: &[Role]) -> Result<()> {
    let beyond = |verb: &&Verb| access::reach(roles, **verb) > tx.actor.reach(**verb);
    match Verb::ALL.iter().find(beyond) {
        None => Ok(()),
        Some(_) => Err(Error::field("roles", "not_yours", "You cannot give a role that may do more than you may.")),
    }
}

async fn member(tx: &mut Tx, id: UserId) -> Result<Member> {
    let members = store::members(tx.conn()).await?;
    members.into_iter().find(|member| member.id == id).ok_or(Error::NotFound)
}

/// Refuses when nobody but `id` is an admin. The rows are locked, so that two admins cannot each remove the other.
async fn keep_an_admin(tx: &mut Tx, id: UserId) -> Result<()> {
    let admins = store::lock_admins(tx.conn()).await?;
    if admins.iter().any(|admin| *admin != id) {
        return Ok(());
    }
    Err(Error::conflict("last_admin", "A workspace needs an admin: make somebody else one first."))
}
