//! SQL of the outbox. Search by prefix is a range on `recipient_key`, which an index serves under row-level security.

use domain::{
    id::{MailId, TenantId},
    sandbox::MailLine,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::writer::Entry;
use crate::Result;

/// The columns of a [`MailLine`], so that each statement names them once.
macro_rules! lines {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            MailLine,
            r#"select id as "id: MailId", message as message_id, sender as "from", recipient as "to", subject, at
               from sandbox_mail "# + $rest,
            $($args)*
        )
    };
}

pub(super) async fn page(conn: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<MailLine>> {
    let before = before.unwrap_or(Uuid::max());
    Ok(lines!("where id < $1 order by id desc limit $2", before, limit).fetch_all(conn).await?)
}

pub(super) async fn search(
    conn: &mut PgConnection,
    prefix: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<MailLine>> {
    let (before, end) = (before.unwrap_or(Uuid::max()), format!("{prefix}\u{10ffff}"));
    let found = lines!(
        "where id < $1 and recipient_key >= $2 and recipient_key < $3 order by id desc limit $4",
        before,
        prefix,
        end,
        limit
    );
    Ok(found.fetch_all(conn).await?)
}

pub(super) async fn mail(conn: &mut PgConnection, id: MailId) -> Result<Option<(MailLine, Vec<u8>)>> {
    let Some(line) = lines!("where id = $1", id.0).fetch_optional(&mut *conn).await? else { return Ok(None) };
    let raw = sqlx::query_scalar!("select raw from sandbox_mail where id = $1", id.0).fetch_one(conn).await?;
    Ok(Some((line, raw)))
}

pub(super) async fn insert(conn: &mut PgConnection, tenant: TenantId, entries: &[(Uuid, Entry)]) -> Result<()> {
    let ids: Vec<_> = entries.iter().map(|(id, _)| *id).collect();
    let texts = |of: fn(&Entry) -> &str| entries.iter().map(|(_, entry)| of(entry).to_owned()).collect::<Vec<_>>();
    let raw: Vec<_> = entries.iter().map(|(_, entry)| entry.raw.clone()).collect();
    let times: Vec<_> = entries.iter().map(|(_, entry)| entry.at).collect();
    sqlx::query!(
        "insert into sandbox_mail (tenant_id, id, message, sender, recipient, recipient_key, subject, raw, at)
         select $1, t.id, t.message, t.sender, t.recipient, lower(t.recipient), t.subject, t.raw, t.at
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::timestamptz[])
           as t (id, message, sender, recipient, subject, raw, at)",
        tenant.0,
        &ids,
        &texts(|entry| &entry.message),
        &texts(|entry| &entry.sender),
        &texts(|entry| &entry.recipient),
        &texts(|entry| &entry.subject),
        &raw,
        &times
    )
    .execute(conn)
    .await?;
    Ok(())
}
