//! SQL of erasing a person. The ledgers can only be added to; what takes out of them what names one person is the function
//! `erase_traces`, and it sees this workspace only.

use domain::id::ContactId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::Tx};

/// Which of these hashes are those of addresses of people who were erased.
pub(in crate::audience) async fn erased(conn: &mut PgConnection, hashes: &[Vec<u8>]) -> Result<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!("select hash from erased_address where hash = any($1)", hashes).fetch_all(conn).await?)
}

/// All addresses of a person: those that the contact has, and those that messages went to.
pub(in crate::audience) async fn addresses_of(
    conn: &mut PgConnection,
    ids: &[Uuid],
    mut known: Vec<String>,
) -> Result<Vec<String>> {
    let sent_to = sqlx::query_scalar!(
        r#"select distinct lower(address) as "address!" from message where contact_id = any($1) and address is not null"#,
        ids
    );
    for address in sent_to.fetch_all(conn).await? {
        if !known.contains(&address) {
            known.push(address);
        }
    }
    Ok(known)
}

/// Keeps the hashes.
pub(in crate::audience) async fn keep_hashes(tx: &mut Tx, hashes: &[Vec<u8>]) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into erased_address (tenant_id, hash, erased_at) select $1, hash, $3 from unnest($2::bytea[]) as h (hash)
         on conflict on constraint erased_address_pk do nothing",
        tenant,
        hashes,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Suppressions of these addresses go on under other words: those of their hashes, or back.
pub(in crate::audience) async fn rename_suppressions(
    conn: &mut PgConnection,
    from: &[String],
    to: &[String],
) -> Result<()> {
    sqlx::query!(
        "update suppression s set address_key = n.after from unnest($1::text[], $2::text[]) as n (before, after)
         where s.address_key = n.before and not exists (
           select from suppression x where x.tenant_id = s.tenant_id and x.channel = s.channel and x.address_key = n.after)",
        from,
        to
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the person off all lists, with the totals.
pub(in crate::audience) async fn leave_lists(conn: &mut PgConnection, id: ContactId) -> Result<()> {
    sqlx::query!(
        "select id from list where id in (select list_id from list_member where contact_id = $1) order by id for update",
        id.0
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "with gone as (
           delete from list_member where contact_id = $1 returning list_id, status
         )
         update list l set total = total - 1, active = active - (g.status = 'active')::int,
           bounced = bounced - (g.status = 'bounced')::int, unsubscribed = unsubscribed - (g.status = 'unsubscribed')::int
         from gone g where l.id = g.list_id",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the contact and everything that is about nobody else; empties what names the person in records that stay.
pub(in crate::audience) async fn delete(tx: &mut Tx, id: ContactId, ids: &[Uuid], addresses: &[String]) -> Result<()> {
    sqlx::query!("update message set address = null, detail = null where contact_id = any($1)", ids)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from import_change where contact_id = any($1)", ids).execute(tx.conn()).await?;
    sqlx::query!("delete from import_reject where lower(value) = any($1)", addresses).execute(tx.conn()).await?;
    sqlx::query!("select erase_traces($1, $2)", ids, addresses).fetch_one(tx.conn()).await?;
    sqlx::query!("delete from consent where contact_id = $1", id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from contact_alias where contact_id = $1", id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from contact where id = $1", id.0).execute(tx.conn()).await?;
    Ok(())
}
