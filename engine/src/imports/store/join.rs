//! SQL of the list that people go on.

use chrono::{DateTime, Utc};
use domain::id::ListId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// How many went on the list.
#[derive(Default)]
pub(in crate::imports) struct Joined {
    /// Who had never been on it.
    fresh: i64,
    /// They, and who is on it again.
    pub(in crate::imports) all: i64,
}

/// Puts contacts on a list: new ones, and some that may have been on it. Its totals come later (`count_joined`); until
/// then others can read the list and join it, but not change who is on it.
pub(in crate::imports) async fn put(
    conn: &mut PgConnection,
    tenant: Uuid,
    list: ListId,
    (new, known): (Vec<Uuid>, Vec<Uuid>),
    now: DateTime<Utc>,
) -> Result<Joined> {
    sqlx::query!("select id from list where id = $1 for key share", list.0).fetch_optional(&mut *conn).await?;
    let again = sqlx::query!(
        r#"with made as (
             insert into list_member (tenant_id, list_id, contact_id, status, added_by, added_at)
             select $1, $2, contact, 'active', 'import', $5 from unnest($3::uuid[]) contact
           ), put as (
             insert into list_member as m (tenant_id, list_id, contact_id, status, added_by, added_at)
             select $1, $2, contact, 'active', 'import', $5 from unnest($4::uuid[]) contact
             on conflict on constraint list_member_pk do update
               set status = 'active', added_by = excluded.added_by, added_at = excluded.added_at, changed_at = excluded.added_at
               where m.status = 'removed'
             returning (xmax = 0) as fresh
           )
           select count(*) filter (where fresh) as "fresh!", count(*) as "all!" from put"#,
        tenant,
        list.0,
        &new,
        &known,
        now
    )
    .fetch_one(conn)
    .await?;
    let made = new.len() as i64;
    Ok(Joined { fresh: made + again.fresh, all: made + again.all })
}

/// Adds who joined to the totals.
pub(in crate::imports) async fn count_joined(conn: &mut PgConnection, list: ListId, joined: &Joined) -> Result<()> {
    sqlx::query!(
        "update list set total = total + $2, active = active + $3 where id = $1",
        list.0,
        joined.fresh,
        joined.all
    )
    .execute(conn)
    .await?;
    Ok(())
}
