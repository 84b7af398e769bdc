//! SQL of the members of lists, with the totals that go with them.

use chrono::{DateTime, Utc};
use domain::{
    id::{ContactId, ListId, TenantId},
    list::{AddedBy, Member, MemberStatus},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::Tx};

/// The columns of a [`Member`].
macro_rules! members {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Member,
            r#"select m.contact_id as "contact_id: ContactId",
                 coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.business_name, ''), c.email,
                   c.phone_key, '') as "label!",
                 c.email, m.status as "status: MemberStatus", m.added_by as "added_by: AddedBy", m.added_at, m.changed_at
               from list_member m cross join lateral (
                 -- Each looked up by its key: a merge of the two tables reads whoever lies between the members.
                 select c.* from contact c where c.tenant_id = m.tenant_id and c.id = m.contact_id limit 1
               ) c "# + $rest,
            $($args)*
        )
    };
}

/// Adds members or makes removed ones active again, and keeps the totals, in one statement. The list is locked.
pub(in crate::lists) async fn put(tx: &mut Tx, id: ListId, contacts: &[ContactId]) -> Result<u64> {
    let (tenant, now, by) = (tx.tenant(), tx.now, tx.actor.added_by());
    let contacts: Vec<Uuid> = contacts.iter().map(|contact| contact.0).collect();
    let added = sqlx::query_scalar!(
        r#"with put as (
             insert into list_member as m (tenant_id, list_id, contact_id, status, added_by, added_at)
             select $1, $2, contact, 'active', $4, $5 from (select distinct unnest($3::uuid[])) c(contact)
             on conflict on constraint list_member_pk do update
               set status = 'active', added_by = excluded.added_by, added_at = excluded.added_at, changed_at = null
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

/// Moves members to another state, from wherever the domain lets them come, and keeps the totals, in one statement; says
/// how many were moved. The lists are locked, so that what they are before is seen as it is.
pub(in crate::lists) async fn change(
    conn: &mut PgConnection,
    tenant: TenantId,
    lists: &[Uuid],
    contacts: &[Uuid],
    status: MemberStatus,
    now: DateTime<Utc>,
) -> Result<i64> {
    let sources: Vec<_> = status.sources().into_iter().map(|source| source.word().to_owned()).collect();
    Ok(sqlx::query_scalar!(
        r#"with before as (
             select list_id, contact_id, status from list_member
             where tenant_id = $1 and list_id = any($2) and contact_id = any($3) and status = any($4)
           ), moved as (
             update list_member m set status = $5, changed_at = $6 from before b
             where m.tenant_id = $1 and m.list_id = b.list_id and m.contact_id = b.contact_id and m.status = b.status
             returning m.list_id, b.status as was
           ), sums as (
             select list_id, count(*) as moved, count(*) filter (where was = 'active') as active,
               count(*) filter (where was = 'bounced') as bounced,
               count(*) filter (where was = 'unsubscribed') as unsubscribed
             from moved group by list_id
           ), counted as (
             update list l set active = l.active - s.active + case when $5 = 'active' then s.moved else 0 end,
               bounced = l.bounced - s.bounced + case when $5 = 'bounced' then s.moved else 0 end,
               unsubscribed = l.unsubscribed - s.unsubscribed + case when $5 = 'unsubscribed' then s.moved else 0 end
             from sums s where l.tenant_id = $1 and l.id = s.list_id
           )
           select count(*) as "n!" from moved"#,
        tenant.0,
        lists,
        contacts,
        &sources,
        status.word(),
        now
    )
    .fetch_one(conn)
    .await?)
}

pub(in crate::lists) async fn status_of(
    conn: &mut PgConnection,
    list: ListId,
    contact: ContactId,
) -> Result<Option<MemberStatus>> {
    Ok(sqlx::query_scalar!(
        r#"select status as "status: MemberStatus" from list_member where list_id = $1 and contact_id = $2"#,
        list.0,
        contact.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The lists on which one of these contacts is active.
pub(in crate::lists) async fn lists_of(conn: &mut PgConnection, contacts: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct list_id from list_member where contact_id = any($1) and status = 'active'",
        contacts
    )
    .fetch_all(conn)
    .await?)
}

/// The contacts who have one of these addresses, with it.
pub(in crate::lists) async fn contacts_with(
    conn: &mut PgConnection,
    addresses: &[String],
) -> Result<Vec<(ContactId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: ContactId", email_key as "email_key!" from contact where email_key = any($1)"#,
        addresses
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.email_key)).collect())
}

/// Members in these states, after a contact.
pub(in crate::lists) async fn page(
    conn: &mut PgConnection,
    list: ListId,
    statuses: &[MemberStatus],
    after: Uuid,
    limit: i64,
) -> Result<Vec<Member>> {
    // The few who are not active have an index of their own, which is used where just one state is asked for.
    Ok(match statuses {
        [status] => {
            members!(
                "where m.list_id = $1 and m.contact_id > $2 and m.status = $4 order by m.contact_id limit $3",
                list.0,
                after,
                limit,
                *status as MemberStatus
            )
            .fetch_all(conn)
            .await?
        }
        several => {
            members!(
                "where m.list_id = $1 and m.contact_id > $2 and m.status = any($4)
                 order by m.contact_id limit $3",
                list.0,
                after,
                limit,
                several as &[MemberStatus]
            )
            .fetch_all(conn)
            .await?
        }
    })
}

/// Members whose address or name begins so.
pub(in crate::lists) async fn search(
    conn: &mut PgConnection,
    list: ListId,
    statuses: &[MemberStatus],
    prefix: &str,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Member>> {
    let end = format!("{prefix}\u{10ffff}");
    Ok(members!(
        "where m.list_id = $1 and m.contact_id > $2 and m.status = any($4)
           and (c.email_key >= $5 and c.email_key < $6
             or starts_with(lower(c.first_name), $5) or starts_with(lower(c.last_name), $5)
             or starts_with(lower(c.business_name), $5))
         order by m.contact_id limit $3",
        list.0,
        after,
        limit,
        statuses as &[MemberStatus],
        prefix,
        end
    )
    .fetch_all(conn)
    .await?)
}

/// A member as it is exported.
pub(in crate::lists) struct Exported {
    pub(in crate::lists) contact_id: ContactId,
    pub(in crate::lists) email: Option<String>,
    pub(in crate::lists) phone: Option<String>,
    pub(in crate::lists) first_name: String,
    pub(in crate::lists) last_name: String,
    pub(in crate::lists) business_name: String,
    pub(in crate::lists) status: MemberStatus,
    pub(in crate::lists) added_by: AddedBy,
    pub(in crate::lists) added_at: DateTime<Utc>,
}

pub(in crate::lists) async fn export(
    conn: &mut PgConnection,
    list: ListId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Exported>> {
    Ok(sqlx::query_as!(
        Exported,
        r#"select m.contact_id as "contact_id: ContactId", c.email, c.phone_key as phone, c.first_name, c.last_name,
             c.business_name, m.status as "status: MemberStatus", m.added_by as "added_by: AddedBy", m.added_at
           from list_member m cross join lateral (
             select c.* from contact c where c.tenant_id = m.tenant_id and c.id = m.contact_id limit 1
           ) c
           where m.list_id = $1 and m.contact_id > $2 order by m.contact_id limit $3"#,
        list.0,
        after,
        limit
    )
    .fetch_all(conn)
    .await?)
}
