//! SQL of lists.

pub(super) mod members;

use domain::{
    contact::ListRef,
    id::{ContactId, ListId},
    list::{List, ListType},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::Tx};

/// The columns of a [`List`], so that each statement names them once.
macro_rules! lists {
    ($rest:literal $(, $args:expr)*) => {
        sqlx::query_as!(
            List,
            r#"select id as "id: ListId", name, description, kind as "kind: ListType", total, active, bounced, unsubscribed,
                 created_at
               from list "# + $rest,
            $($args),*
        )
    };
}

pub(super) async fn lists(conn: &mut PgConnection) -> Result<Vec<List>> {
    Ok(lists!("order by name_key, id").fetch_all(conn).await?)
}

pub(super) async fn list(conn: &mut PgConnection, id: ListId) -> Result<Option<List>> {
    Ok(lists!("where id = $1", id.0).fetch_optional(conn).await?)
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

pub(super) async fn update(conn: &mut PgConnection, list: &List) -> Result<()> {
    sqlx::query!(
        "update list set name = $2, name_key = $3, description = $4 where id = $1",
        list.id.0,
        list.name,
        list.name.to_lowercase(),
        list.description
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a list and its members.
pub(super) async fn delete(conn: &mut PgConnection, id: ListId) -> Result<()> {
    sqlx::query!("delete from list_member where list_id = $1", id.0).execute(&mut *conn).await?;
    sqlx::query!("delete from list where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Locks the rows of lists in order of their ids, so that their members change one after another; gives those that
/// exist.
pub(super) async fn lock(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select id from list where id = any($1) order by id for update", ids)
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
