//! SQL of templates.

use domain::{
    channel::Channel,
    id::TemplateId,
    template::{EmailContent, Template},
};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{Result, db::Tx};

pub(super) async fn templates(conn: &mut PgConnection) -> Result<Vec<Template>> {
    Ok(sqlx::query_as!(
        Template,
        r#"select t.id as "id: TemplateId", t.name, t.channel as "channel: Channel", t.version, v.subject, t.created_at,
             t.updated_at
           from template t join template_version v on v.tenant_id = t.tenant_id and v.template_id = t.id
             and v.version = t.version
           order by t.updated_at desc, t.id desc"#
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn template(conn: &mut PgConnection, id: TemplateId) -> Result<Option<(Template, EmailContent)>> {
    let row = sqlx::query!(
        r#"select t.name, t.channel as "channel: Channel", t.version, v.subject, v.html, v.plain, t.created_at, t.updated_at
           from template t join template_version v on v.tenant_id = t.tenant_id and v.template_id = t.id
             and v.version = t.version
           where t.id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let content = EmailContent { subject: row.subject.clone(), html: row.html, text: row.plain };
        let template = Template {
            id,
            name: row.name,
            channel: row.channel,
            version: row.version,
            subject: row.subject,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        (template, content)
    }))
}

pub(super) async fn insert(tx: &mut Tx, template: &Template) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into template (tenant_id, id, name, name_key, channel, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        tenant,
        template.id.0,
        template.name,
        template.name.to_lowercase(),
        template.channel as Channel,
        template.version,
        template.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Renames a template and takes its next version number; the row's lock makes two saves follow one another.
pub(super) async fn next_version(tx: &mut Tx, id: TemplateId, name: &str) -> Result<Option<i32>> {
    let now = tx.now;
    Ok(sqlx::query_scalar!(
        "update template set name = $2, name_key = $3, version = version + 1, updated_at = $4 where id = $1 returning version",
        id.0,
        name,
        name.to_lowercase(),
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn insert_version(
    tx: &mut Tx,
    id: TemplateId,
    version: i32,
    content: &EmailContent,
    blocks: Option<&Value>,
) -> Result<()> {
    let (tenant, now, by) = (tx.tenant(), tx.now, tx.actor.user().map(|user| user.0));
    sqlx::query!(
        "insert into template_version (tenant_id, template_id, version, subject, html, plain, created_at, created_by, blocks,
           format)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $9::jsonb is null then 'html' else 'blocks' end)",
        tenant,
        id.0,
        version,
        content.subject,
        content.html,
        content.text,
        now,
        by,
        blocks
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
