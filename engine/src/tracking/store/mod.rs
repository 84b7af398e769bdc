//! SQL of tracking.

pub(super) mod held;
pub(super) mod hits;

use domain::{
    campaign::Audience,
    id::{ContactId, RunId},
};
use sqlx::{PgConnection, types::Json};

use crate::{
    Result,
    campaigns::RunContent,
    db::{Tx, new_id},
    templates::links::RunLink,
};

pub(in crate::tracking) async fn message(
    conn: &mut PgConnection,
    run: RunId,
    n: i32,
) -> Result<Option<(ContactId, String)>> {
    let row = sqlx::query!(
        r#"select c.id as "contact_id: ContactId", coalesce(m.address, '') as "address!"
           from message m left join contact_alias a on a.id = m.contact_id cross join lateral (
             -- Looked up by its key, as `receipts::store::present` does.
             select c.id from contact c where c.id = case when a.id is null then m.contact_id else a.contact_id end limit 1
           ) c
           where m.run_id = $1 and m.n = $2"#,
        run.0,
        n
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.contact_id, row.address)))
}

/// Whom a run was sent to.
pub(in crate::tracking) async fn audience(conn: &mut PgConnection, run: RunId) -> Result<Audience> {
    let audience =
        sqlx::query_scalar!(r#"select audience as "audience: Json<Audience>" from run where id = $1"#, run.0);
    Ok(audience.fetch_one(conn).await?.0)
}

/// Records the event, and counts it the first time, in one statement.
pub(in crate::tracking) async fn count_unsubscribed(tx: &mut Tx, run: RunId, n: i32) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "with happened as (
           insert into event (tenant_id, run_id, n, at, kind, id) values ($1, $2, $3, $4, 'unsubscribed', $5)
         ), known as (
           insert into engagement as g (tenant_id, run_id, n, unsubscribed_at) values ($1, $2, $3, $4)
           on conflict on constraint engagement_pk do update set unsubscribed_at = excluded.unsubscribed_at
             where g.unsubscribed_at is null
           returning n
         )
         insert into run_counter as c (tenant_id, run_id, kind, count) select $1, $2, 'unsubscribed', 1 from known
         on conflict on constraint run_counter_pk do update set count = c.count + 1",
        tenant,
        run.0,
        n,
        now,
        new_id(now)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a run says.
pub(in crate::tracking) async fn content(conn: &mut PgConnection, run: RunId) -> Result<Option<RunContent>> {
    let content = sqlx::query_scalar!(r#"select content as "content: Json<RunContent>" from run where id = $1"#, run.0);
    Ok(content.fetch_optional(conn).await?.map(|content| content.0))
}

/// The links that a run's messages have; none when there is no such run.
pub(in crate::tracking) async fn links(conn: &mut PgConnection, run: RunId) -> Result<Option<Vec<RunLink>>> {
    let links = sqlx::query_scalar!(
        r#"select coalesce(content -> 'links', '[]') as "links!: Json<Vec<RunLink>>" from run where id = $1"#,
        run.0
    );
    Ok(links.fetch_optional(conn).await?.map(|links| links.0))
}
