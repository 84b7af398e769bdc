//! SQL that takes an import back, some contacts at a time.

use chrono::{DateTime, Utc};
use domain::{
    id::{ImportId, ListId},
    import::Person,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Result};

/// A contact to be taken back, or left because somebody changed it since.
pub(in crate::imports) struct Left {
    pub(in crate::imports) id: Uuid,
    pub(in crate::imports) is_kept: bool,
    /// As it was before; none for one that the import made.
    pub(in crate::imports) was: Option<Person>,
    pub(in crate::imports) joined: bool,
    pub(in crate::imports) updated_at: DateTime<Utc>,
}

/// Whether anything was handed over to one of its contacts since it began.
pub(in crate::imports) async fn messaged(
    conn: &mut PgConnection,
    import: ImportId,
    since: DateTime<Utc>,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from contact c join message m on m.tenant_id = c.tenant_id and m.contact_id = c.id
             where c.import_id = $1 and m.at >= $2 and m.state not in ('planned', 'skipped', 'cancelled')
           ) or exists (
             select from import_change h join message m on m.tenant_id = h.tenant_id and m.contact_id = h.contact_id
             where h.import_id = $1 and m.at >= $2 and m.state not in ('planned', 'skipped', 'cancelled')
           ) as "messaged!""#,
        import.0,
        since
    )
    .fetch_one(conn)
    .await?)
}

/// Contacts that the import made, after this one. Kept is who was changed since, agreed elsewhere, or is on another list.
pub(in crate::imports) async fn made(
    conn: &mut PgConnection,
    import: ImportId,
    list: Option<ListId>,
    (after, until, limit): (Uuid, DateTime<Utc>, i64),
) -> Result<Vec<Left>> {
    let rows = sqlx::query!(
        r#"select c.id, c.updated_at,
             (c.updated_at > $3
               or exists (select from consent_entry e where e.tenant_id = c.tenant_id and e.contact_id = c.id
                    and e.import_id is distinct from $1)
               or exists (select from contact_alias a where a.tenant_id = c.tenant_id and a.contact_id = c.id)
               or exists (select from list_member m where m.tenant_id = c.tenant_id and m.contact_id = c.id
                    and m.list_id is distinct from $4)) as "is_kept!"
           from contact c where c.import_id = $1 and c.id > $2 order by c.id limit $5"#,
        import.0,
        after,
        until,
        list.map(|list| list.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    let left = rows.into_iter().map(|row| Left {
        id: row.id,
        is_kept: row.is_kept,
        was: None,
        joined: true,
        updated_at: row.updated_at,
    });
    Ok(left.collect())
}

/// Contacts that the import changed, with how they were.
pub(in crate::imports) async fn changed(
    conn: &mut PgConnection,
    import: ImportId,
    (until, limit): (DateTime<Utc>, i64),
) -> Result<Vec<Left>> {
    let rows = sqlx::query!(
        r#"select h.contact_id, h.was, h.joined, c.updated_at as "updated_at?"
           from import_change h left join contact c on c.tenant_id = h.tenant_id and c.id = h.contact_id
           where h.import_id = $1 order by h.contact_id limit $2"#,
        import.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    let left = rows.into_iter().map(|row| {
        let was: Option<Person> = row.was.map(|was: Value| serde_json::from_value(was)).transpose()?;
        let updated_at = row.updated_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        Ok(Left {
            id: row.contact_id,
            is_kept: was.is_some() && updated_at > until,
            was,
            joined: row.joined,
            updated_at,
        })
    });
    left.collect::<serde_json::Result<_>>().map_err(|error| Error::internal("a stored contact", error))
}

/// Takes people off the list who were there before the import; the row stays, as removed.
pub(in crate::imports) async fn joined_back(
    conn: &mut PgConnection,
    list: ListId,
    contacts: &[Uuid],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "with gone as (
           update list_member set status = 'removed', changed_at = $3
           where list_id = $1 and contact_id = any($2) and status = 'active' returning 1
         )
         update list set active = active - (select count(*) from gone) where id = $1",
        list.0,
        contacts,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What an import granted to people who were there before did not stand: that is added to the ledger.
pub(in crate::imports) async fn taken_back(
    conn: &mut PgConnection,
    (tenant, import): (Uuid, ImportId),
    contacts: &[Uuid],
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "with entry as (
           select s.contact_id, s.channel, row_number() over () as n
           from consent s
           where s.contact_id = any($3) and s.purpose = 'marketing' and s.state = 'granted'
             and (select e.import_id from consent_entry e where e.tenant_id = s.tenant_id and e.contact_id = s.contact_id
                    and e.channel = s.channel and e.purpose = s.purpose
                  order by e.at desc, e.state = 'withdrawn' desc, e.id desc limit 1) = $2
         ), kept as (
           insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, evidence, import_id)
           select $1, ($4::uuid[])[n], contact_id, channel, 'marketing', 'withdrawn', $5, 'import', 'The import was undone.', $2
           from entry
         )
         update consent s set state = 'withdrawn', since = $5 from entry e
         where s.contact_id = e.contact_id and s.channel = e.channel and s.purpose = 'marketing'",
        tenant,
        import.0,
        contacts,
        ids,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes contacts that the import made, with everything about them.
pub(in crate::imports) async fn forget(conn: &mut PgConnection, import: ImportId, contacts: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "with gone as (
           delete from list_member where contact_id = any($1) returning list_id, status
         ), counted as (
           select list_id, count(*) as all, count(*) filter (where status = 'active') as active,
             count(*) filter (where status = 'bounced') as bounced, count(*) filter (where status = 'unsubscribed') as left
           from gone group by 1
         )
         update list l set total = l.total - c.all, active = l.active - c.active, bounced = l.bounced - c.bounced,
           unsubscribed = l.unsubscribed - c.left
         from counted c where l.id = c.list_id",
        contacts
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from consent where contact_id = any($1)", contacts).execute(&mut *conn).await?;
    sqlx::query!("select forget_imported_consent($1, $2)", import.0, contacts).execute(&mut *conn).await?;
    sqlx::query!("delete from contact where id = any($1) and import_id = $2", contacts, import.0).execute(conn).await?;
    Ok(())
}

/// Notes how far the undo has come; `is_over` when that was all. Says whether it is still ours.
pub(in crate::imports) async fn undone(
    conn: &mut PgConnection,
    (id, token): (ImportId, i64),
    (after, kept, is_over): (Option<Uuid>, i64, bool),
    until: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update import set undo_after = coalesce($3, undo_after), kept_count = kept_count + $4, leased_until = $6,
           status = case when $5 then 'undone' else status end
         where id = $1 and token = $2 and status = 'undoing'",
        id.0,
        token,
        after,
        kept,
        is_over,
        until
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets notes of changes that were taken back.
pub(in crate::imports) async fn forget_changes(
    conn: &mut PgConnection,
    import: ImportId,
    contacts: &[Uuid],
) -> Result<()> {
    sqlx::query!("delete from import_change where import_id = $1 and contact_id = any($2)", import.0, contacts)
        .execute(conn)
        .await?;
    Ok(())
}
