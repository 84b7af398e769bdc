//! Making workspaces (SPEC 1.1) and the first start, which makes the first one with its admin (SPEC 1.2).

use chrono::{DateTime, Utc};
use domain::{
    account::{NewUser, NewWorkspace, ParsedUser, Workspace},
    error::FieldErrors,
    id::{TenantId, UserId},
};
use sqlx::PgConnection;

use super::{Actor, Who, audit, password, store};
use crate::{Engine, Error, Result, audience, db::new_id, providers};

/// Whether there is a workspace already.
pub async fn is_set_up(engine: &Engine) -> Result<bool> {
    store::any_tenant(engine.db.owner()).await
}

/// First start: the first workspace and its admin, in one transaction. Refused once there is a workspace.
pub async fn create_workspace_with_admin(
    engine: &Engine,
    workspace: &NewWorkspace,
    admin: &NewUser,
    address: Option<String>,
) -> Result<(UserId, TenantId)> {
    let (workspace, admin) = both(workspace, admin)?;
    let hash = password::hash(admin.password.clone()).await?;
    let now = engine.clock.now();
    let mut tx = engine.db.owner().begin().await?;
    refuse_second(&mut tx).await?;
    let (user, actor) = found(&mut tx, (&workspace, &admin, &hash), address, now).await?;
    tx.commit().await?;
    Ok((user, actor.tenant))
}

/// Refuses once there is a workspace. Nobody else makes one until this transaction ends.
pub(crate) async fn refuse_second(conn: &mut PgConnection) -> Result<()> {
    store::lock_tenants(conn).await?;
    if store::any_tenant(&mut *conn).await? {
        return Err(Error::conflict("set_up", "This installation is set up already. Sign in instead."));
    }
    Ok(())
}

/// Whether a workspace has this short name. Nobody else makes one until this transaction ends.
pub(crate) async fn is_taken(conn: &mut PgConnection, slug: &str) -> Result<bool> {
    store::lock_tenants(conn).await?;
    Ok(store::tenant_by_slug(&mut *conn, slug).await?.is_some())
}

/// Makes a workspace and its admin (whose password is hashed), with what each begins with: in the owner's transaction.
pub(crate) async fn found(
    conn: &mut PgConnection,
    (workspace, admin, hash): (&NewWorkspace, &ParsedUser, &str),
    address: Option<String>,
    now: DateTime<Utc>,
) -> Result<(UserId, Actor)> {
    let (tenant, user) = (TenantId(new_id(now)), UserId(new_id(now)));
    store::insert_tenant(conn, tenant, workspace, now).await?;
    providers::add_sandbox(conn, tenant, now).await?;
    audience::add_default_stages(conn, tenant).await?;
    store::insert_user(conn, user, admin, hash, now).await?;
    store::insert_membership(conn, tenant, user, &admin.roles, now).await?;
    let who = Who::User { id: user, name: admin.name.clone(), roles: admin.roles.clone() };
    let actor = Actor { tenant, who, address };
    audit::record_for(conn, &actor, now, created(tenant, workspace)).await?;
    Ok((user, actor))
}

/// A workspace with nobody in it yet: for the operator, on the command line.
pub async fn create_workspace(engine: &Engine, workspace: &NewWorkspace) -> Result<TenantId> {
    let workspace = workspace.parse()?;
    let now = engine.clock.now();
    let tenant = TenantId(new_id(now));
    let mut tx = engine.db.owner().begin().await?;
    store::insert_tenant(&mut tx, tenant, &workspace, now).await?;
    providers::add_sandbox(&mut tx, tenant, now).await?;
    audience::add_default_stages(&mut tx, tenant).await?;
    audit::record_for(&mut tx, &Actor::command_line(tenant), now, created(tenant, &workspace)).await?;
    tx.commit().await?;
    Ok(tenant)
}

/// The workspace of this short name or id.
pub async fn workspace_by_slug(engine: &Engine, slug: &str) -> Result<TenantId> {
    store::tenant_by_slug(engine.db.owner(), slug).await?.ok_or(Error::NotFound)
}

/// Every workspace: for the operator.
pub async fn workspaces(engine: &Engine) -> Result<Vec<Workspace>> {
    store::tenants(engine.db.owner()).await
}

fn created<'a>(tenant: TenantId, workspace: &'a NewWorkspace) -> audit::Act<'a> {
    audit::Act {
        action: "workspace.created",
        kind: "workspace",
        id: tenant.to_string(),
        name: &workspace.name,
        detail: serde_json::json!({ "time_zone": workspace.time_zone }),
    }
}

/// Both forms checked together, so that the page shows every error at once. The workspace's fields keep their names;
/// a clash (`name`) is resolved by the admin's being `admin_name`.
fn both(workspace: &NewWorkspace, admin: &NewUser) -> Result<(NewWorkspace, ParsedUser)> {
    let admin = NewUser { roles: vec!["admin".into()], ..admin.clone() };
    match (workspace.parse(), admin.parse()) {
        (Ok(workspace), Ok(admin)) => Ok((workspace, admin)),
        (workspace, admin) => {
            let mut errors = workspace.err().unwrap_or_default();
            let FieldErrors(more) = admin.err().unwrap_or_default();
            errors.0.extend(more.into_iter().map(|mut error| {
                if error.field == "name" {
                    error.field = "admin_name".into();
                }
                error
            }));
            Err(errors.into())
        }
    }
}
