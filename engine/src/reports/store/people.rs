//! SQL of lists that are made of a campaign's recipients.

use domain::{
    id::{ContactId, ListId, RunId, TenantId},
    report::{Engaged, NewPeopleList, Who},
};
use sqlx::{PgConnection, PgPool, types::Json};

use crate::{Result, db::Tx};

/// A list that is being filled.
pub(in crate::reports) struct Filling {
    pub(in crate::reports) list: ListId,
    pub(in crate::reports) run: RunId,
    pub(in crate::reports) filter: NewPeopleList,
    /// The number of the recipient who was looked at last.
    pub(in crate::reports) after: i32,
}

/// Which of a run's people, and where to look for them: behind a number, up to one.
pub(in crate::reports) struct Piece<'a> {
    pub(in crate::reports) who: &'a Who,
    pub(in crate::reports) filter: &'a NewPeopleList,
    pub(in crate::reports) after: i32,
    pub(in crate::reports) last: i32,
    pub(in crate::reports) limit: i64,
}

type Found = Vec<(i32, Option<ContactId>)>;

/// The next recipients that a filter finds, with who they are now: nobody, if they are gone.
pub(in crate::reports) async fn next(conn: &mut PgConnection, run: RunId, piece: &Piece<'_>) -> Result<Found> {
    if let Some(engaged) = piece.who.engaged.filter(|engaged| *engaged != Engaged::NotOpened) {
        return next_who(conn, run, engaged, piece).await;
    }
    let states = piece.states();
    let rows = sqlx::query!(
        r#"select m.n as "n!", c.id as "contact?: ContactId"
           from message m left join contact_alias a on a.id = m.contact_id left join lateral (
             -- Looked up by its key, as `receipts::store::present` does.
             select c.id from contact c where c.id = case when a.id is null then m.contact_id else a.contact_id end limit 1
           ) c on true
           left join lateral (
             select * from engagement g where g.tenant_id = m.tenant_id and g.run_id = m.run_id and g.n = m.n limit 1
           ) g on $6
           where m.run_id = $1 and m.n > $2 and m.n <= $8 and ($3::text[] is null or m.state = any($3))
             and ($4::text is null or starts_with(lower(m.address), lower($4))) and ($5::text is null or m.reason = $5)
             and (not $6 or g.opened_at is null)
           order by m.n limit $7"#,
        run.0,
        piece.after,
        states.as_deref(),
        given(&piece.filter.search),
        given(&piece.filter.code),
        piece.who.engaged.is_some(),
        piece.limit,
        piece.last
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.n, row.contact)).collect())
}

/// The next of those who did something, found by what came back.
async fn next_who(conn: &mut PgConnection, run: RunId, engaged: Engaged, piece: &Piece<'_>) -> Result<Found> {
    let states = piece.states();
    let rows = sqlx::query!(
        r#"select g.n as "n!", c.id as "contact?: ContactId"
           from engagement g cross join lateral (
             select * from message m where m.tenant_id = g.tenant_id and m.run_id = g.run_id and m.n = g.n limit 1
           ) m
           left join contact_alias a on a.id = m.contact_id left join lateral (
             select c.id from contact c where c.id = case when a.id is null then m.contact_id else a.contact_id end limit 1
           ) c on true
           where g.run_id = $1 and g.n > $2 and g.n <= $8 and ($3::text[] is null or m.state = any($3))
             and ($4::text is null or starts_with(lower(m.address), lower($4))) and ($5::text is null or m.reason = $5)
             and case $6::text when 'opened' then g.opened_at is not null when 'clicked' then g.clicked_at is not null
               when 'machine_only' then g.opened_at is null and g.machine_opened_at is not null
               when 'unsubscribed' then g.unsubscribed_at is not null else false end
           order by g.n limit $7"#,
        run.0,
        piece.after,
        states.as_deref(),
        given(&piece.filter.search),
        given(&piece.filter.code),
        engaged.word(),
        piece.limit,
        piece.last
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.n, row.contact)).collect())
}

impl Piece<'_> {
    fn states(&self) -> Option<Vec<String>> {
        Some(self.who.states.as_ref()?.iter().map(|state| state.word().to_owned()).collect())
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The number of the last message that a run has by now.
pub(in crate::reports) async fn last(conn: &mut PgConnection, run: RunId) -> Result<i32> {
    let last = sqlx::query_scalar!(r#"select next_n - 1 as "last!" from run where id = $1"#, run.0);
    Ok(last.fetch_optional(conn).await?.unwrap_or_default())
}

/// Notes how far a list has come.
pub(in crate::reports) async fn keep(tx: &mut Tx, filling: &Filling) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into list_filling (tenant_id, list_id, run_id, filter, after) values ($1, $2, $3, $4, $5)
         on conflict on constraint list_filling_pk do update set after = excluded.after",
        tenant,
        filling.list.0,
        filling.run.0,
        Json(&filling.filter) as _,
        filling.after
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A list that nobody else is filling at this moment.
pub(in crate::reports) async fn take(conn: &mut PgConnection) -> Result<Option<Filling>> {
    let row = sqlx::query!(
        r#"select list_id as "list: ListId", run_id as "run: RunId", filter as "filter: Json<NewPeopleList>", after
           from list_filling order by list_id limit 1 for update skip locked"#
    );
    let row = row.fetch_optional(conn).await?;
    Ok(row.map(|row| Filling { list: row.list, run: row.run, filter: row.filter.0, after: row.after }))
}

/// A list has everybody.
pub(in crate::reports) async fn forget(conn: &mut PgConnection, list: ListId) -> Result<()> {
    sqlx::query!("delete from list_filling where list_id = $1", list.0).execute(conn).await?;
    Ok(())
}

/// Whether a list is being filled.
pub(in crate::reports) async fn is_filling(conn: &mut PgConnection, list: ListId) -> Result<bool> {
    let found = sqlx::query_scalar!(r#"select true as "yes!" from list_filling where list_id = $1"#, list.0);
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// Which workspaces have lists that are being filled.
pub(in crate::reports) async fn tenants(db: &PgPool) -> Result<Vec<TenantId>> {
    let ids = sqlx::query_scalar!(r#"select id as "id!" from tenants_with_fillings() as t(id)"#).fetch_all(db).await?;
    Ok(ids.into_iter().map(TenantId).collect())
}
