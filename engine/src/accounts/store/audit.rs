//! SQL of the audit log.

use chrono::{DateTime, Utc};
use domain::audit::{AuditFilter, Entry};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Result,
    accounts::{Actor, audit::Act},
};

pub(in crate::accounts) async fn insert_audit(
    conn: &mut PgConnection,
    id: Uuid,
    actor: &Actor,
    now: DateTime<Utc>,
    act: &Act<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into audit_entry (tenant_id, id, at, actor_user, actor_key, actor_name, address, action,
           subject_kind, subject_id, subject_name, detail, actor_id, noun)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        actor.tenant.0,
        id,
        now,
        actor.user().map(|u| u.0),
        actor.key().map(|k| k.0),
        actor.name(),
        actor.address,
        act.action,
        act.kind,
        act.id,
        act.name,
        act.detail,
        actor.user().map(|u| u.0).or(actor.key().map(|k| k.0)),
        act.action.split('.').next()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Entries with ids below `below` and not below `from`, newest first. Each filter has an index; one that is not set
/// costs nothing, because the plan is made for the values.
pub(in crate::accounts) async fn audit_page(
    conn: &mut PgConnection,
    below: Uuid,
    from: Uuid,
    filter: &AuditFilter,
    limit: i64,
) -> Result<Vec<Entry>> {
    let action = filter.action.as_deref();
    let noun = action.and_then(|action| action.split_once('.')).map(|(noun, _)| noun);
    Ok(sqlx::query_as!(
        Entry,
        r#"select id::text as "id!", at, actor_name as actor, actor_id::text as actor_id, address,
             action, subject_kind, subject_id, subject_name, detail
           from audit_entry
           where id < $1 and id >= $2
             and ($3::text is null or starts_with(action, $3))
             and ($4::text is null or noun = $4)
             and ($5::uuid is null or actor_id = $5)
             and ($6::text is null or subject_id = $6)
             and ($7::text is null
               or position($7 in lower(concat_ws(' ', actor_name, action, subject_name, subject_id, address))) > 0)
           order by id desc limit $8"#,
        below,
        from,
        action,
        noun,
        filter.actor,
        filter.subject.as_deref(),
        filter.search.as_deref(),
        limit
    )
    .fetch_all(conn)
    .await?)
}
