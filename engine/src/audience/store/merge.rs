//! SQL of merging two contacts. What names the one that goes and is never rewritten (ledgers of messages and consent) is
//! read as the other's through `contact_alias`.

use domain::id::ContactId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Result, db::Tx};

/// The contact that an id stands for now: the one it was merged into, else itself.
pub(in crate::audience) async fn current(conn: &mut PgConnection, id: ContactId) -> Result<ContactId> {
    let into = sqlx::query_scalar!(r#"select contact_id as "id: ContactId" from contact_alias where id = $1"#, id.0);
    Ok(into.fetch_optional(conn).await?.unwrap_or(id))
}

/// The ids under which the ledgers know a contact: its own, and those of whom was merged into it. Fails for one that is
/// not there.
pub(in crate::audience) async fn ids_of(conn: &mut PgConnection, id: ContactId) -> Result<Vec<Uuid>> {
    let id = current(conn, id).await?;
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from contact where id = $1
           union all select id from contact_alias where contact_id = $1"#,
        id.0
    );
    let ids = ids.fetch_all(conn).await?;
    if ids.is_empty() { Err(Error::NotFound) } else { Ok(ids) }
}

/// From now on the one id stands for the other contact, and so does whatever stood for it.
pub(in crate::audience) async fn alias(tx: &mut Tx, goes: ContactId, stays: ContactId) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "with moved as (
           update contact_alias set contact_id = $3 where contact_id = $2
         )
         insert into contact_alias (tenant_id, id, contact_id, merged_at) values ($1, $2, $3, $4)",
        tenant,
        goes.0,
        stays.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The states in force of both become one: of a channel and purpose the newer one counts, and of two of the same moment the
/// withdrawal.
pub(in crate::audience) async fn unite_consents(tx: &mut Tx, goes: ContactId, stays: ContactId) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "with theirs as (
           delete from consent where contact_id = $2 returning channel, purpose, state, since
         )
         insert into consent as c (tenant_id, contact_id, channel, purpose, state, since)
         select $1, $3, channel, purpose, state, since from theirs
         on conflict on constraint consent_pk do update set state = excluded.state, since = excluded.since
           where c.since < excluded.since or c.since = excluded.since and excluded.state = 'withdrawn'",
        tenant,
        goes.0,
        stays.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The lists of both become one's, with the totals. Who unsubscribed from a list stays unsubscribed; else who is on it as
/// either of the two is on it.
pub(in crate::audience) async fn unite_lists(tx: &mut Tx, goes: ContactId, stays: ContactId) -> Result<()> {
    let tenant = tx.tenant();
    // In the order of all who change members, so that nobody waits for the other.
    sqlx::query!(
        "select id from list where id in (select list_id from list_member where contact_id = $1) order by id for update",
        goes.0
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "with theirs as (
           delete from list_member where contact_id = $2 returning list_id, status, added_by, added_at, changed_at
         ), before as (
           select list_id, status from list_member where contact_id = $3 and list_id in (select list_id from theirs)
         ), united as (
           insert into list_member as m (tenant_id, list_id, contact_id, status, added_by, added_at, changed_at)
           select $1, list_id, $3, status, added_by, added_at, changed_at from theirs
           on conflict on constraint list_member_pk do update
             set status = case when 'unsubscribed' in (m.status, excluded.status) then 'unsubscribed'
                               when 'active' in (m.status, excluded.status) then 'active' else m.status end
           returning list_id, status
         ), change as (
           select list_id, status, -1 as by from theirs
           union all select list_id, status, -1 from before
           union all select list_id, status, 1 from united
         ), sums as (
           select list_id, sum(by) as total, coalesce(sum(by) filter (where status = 'active'), 0) as active,
             coalesce(sum(by) filter (where status = 'bounced'), 0) as bounced,
             coalesce(sum(by) filter (where status = 'unsubscribed'), 0) as unsubscribed
           from change group by list_id
         )
         update list l set total = l.total + s.total, active = l.active + s.active, bounced = l.bounced + s.bounced,
           unsubscribed = l.unsubscribed + s.unsubscribed
         from sums s where l.id = s.list_id",
        tenant,
        goes.0,
        stays.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the row of the contact that goes.
pub(in crate::audience) async fn delete(conn: &mut PgConnection, id: ContactId) -> Result<()> {
    sqlx::query!("delete from contact where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// A person is known since the first of the two was, and was last active when the last of the two was.
pub(in crate::audience) async fn unite_times(
    conn: &mut PgConnection,
    stays: ContactId,
    other: &domain::contact::Contact,
) -> Result<()> {
    sqlx::query!(
        "update contact set created_at = least(created_at, $2), last_activity_at = greatest(last_activity_at, $3)
         where id = $1",
        stays.0,
        other.created_at,
        other.last_activity_at
    )
    .execute(conn)
    .await?;
    Ok(())
}
