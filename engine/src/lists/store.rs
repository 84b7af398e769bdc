//! SQL of lists.

use chrono::{DateTime, Utc};
use domain::{
    contact::ListRef,
    id::{ContactId, ListId},
    list::{AddedBy, List, ListType, Member, MemberStatus},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::Tx};

pub(super) async fn lists(conn: &mut PgConnection) -> Result<Vec<List>> {
    Ok(sqlx::query_as!(
        List,
        r#"select id as "id: ListId", name, description, kind as "kind: ListType", total, active, created_at
           from list order by name_key, id"#
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn list(conn: &mut PgConnection, id: ListId) -> Result<Option<List>> {
    Ok(sqlx::query_as!(
        List,
        r#"select id as "id: ListId", name, description, kind as "kind: ListType", total, active, created_at
           from list where id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn insert(tx: &mut Tx, list: &List) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into list (tenant_id, id, name, name_key, description, kind, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        list.id.0,
        list.name,
        list.name.to_lowercase(),
        list.description,
        list.kind as ListType,
        list.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks a list's row, so that its totals change one after another; says whether it exists.
pub(super) async fn lock(conn: &mut PgConnection, id: ListId) -> Result<bool> {
    let row = sqlx::query_scalar!("select id from list where id = $1 for update", id.0).fetch_optional(conn).await?;
    Ok(row.is_some())
}

/// Adds members or makes removed ones active again, and keeps the totals, in one statement.
pub(super) async fn put(tx: &mut Tx, id: ListId, contacts: &[ContactId]) -> Result<u64> {
    let (tenant, now, by) = (tx.tenant(), tx.now, tx.actor.added_by());
    let contacts: Vec<Uuid> = contacts.iter().map(|contact| contact.0).collect();
    let added = sqlx::query_scalar!(
        r#"with put as (
             insert into list_member as m (tenant_id, list_id, contact_id, status, added_by, added_at)
             select $1, $2, contact, 'active', $4, $5 from (select distinct unnest($3::uuid[])) c(contact)
             on conflict on constraint list_member_pk do update
               set status = 'active', added_by = excluded.added_by, added_at = excluded.added_at
               where m.status = 'removed'
             returning (xmax = 0) as fresh
           ), counted as (
             update list set total = total + (select count(*) from put where fresh),
                             active = active + (select count(*) from put)
             where id = $2
           )
           select count(*) as "n!" from put"#,
        tenant,
        id.0,
        &contacts,
        by as AddedBy,
        now as DateTime<Utc>
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(added.unsigned_abs())
}

pub(super) async fn remove(conn: &mut PgConnection, id: ListId, contact: ContactId) -> Result<bool> {
    let removed = sqlx::query_scalar!(
        r#"with gone as (
             update list_member set status = 'removed'
             where list_id = $1 and contact_id = $2 and status = 'active' returning 1
           ), counted as (
             update list set active = active - (select count(*) from gone) where id = $1
           )
           select count(*) as "n!" from gone"#,
        id.0,
        contact.0
    )
    .fetch_one(conn)
    .await?;
    Ok(removed == 1)
}

/// The cursor bounds both tables: a merge join would else go through all contacts before it (14,000 for a page of 200).
pub(super) async fn members(conn: &mut PgConnection, id: ListId, after: Uuid, limit: i64) -> Result<Vec<Member>> {
    Ok(sqlx::query_as!(
        Member,
        r#"select m.contact_id as "contact_id: ContactId",
             coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.business_name, ''), c.email,
               c.phone_key, '') as "label!",
             c.email, m.status as "status: MemberStatus", m.added_by as "added_by: AddedBy", m.added_at
           from list_member m cross join lateral (
             -- Each looked up by its key: a merge of the two tables reads whoever lies between the members.
             select c.* from contact c where c.tenant_id = m.tenant_id and c.id = m.contact_id limit 1
           ) c
           where m.list_id = $1 and m.contact_id > $2 and m.status <> 'removed'
           order by m.contact_id limit $3"#,
        id.0,
        after,
        limit
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn of_contact(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ListRef>> {
    Ok(sqlx::query_as!(
        ListRef,
        r#"select l.id as "id: ListId", l.name
           from list_member m join list l on l.tenant_id = m.tenant_id and l.id = m.list_id
           where m.contact_id = $1 and m.status = 'active' order by l.name_key"#,
        contact.0
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn names(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<ListRef>> {
    Ok(sqlx::query_as!(ListRef, r#"select id as "id: ListId", name from list where id = any($1)"#, ids)
        .fetch_all(conn)
        .await?)
}
