//! SQL of templates.

use chrono::{DateTime, Utc};
use domain::{
    channel::Channel,
    id::TemplateId,
    template::{BodyFormat, Category, ParsedFilter, ParsedTemplate, Template, TemplateText, TemplateVersion},
};
use sqlx::PgConnection;

use crate::{Result, db::Tx};

pub(super) async fn templates(conn: &mut PgConnection, filter: &ParsedFilter) -> Result<Vec<Template>> {
    Ok(sqlx::query_as!(
        Template,
        r#"select t.id as "id: TemplateId", t.name, t.slug, t.description, t.channel as "channel: Channel",
             t.category as "category: Category", v.format as "format: BodyFormat", t.archived_at is null as "active!",
             t.used, t.version, v.subject, t.created_at, t.updated_at
           from template t join template_version v on v.tenant_id = t.tenant_id and v.template_id = t.id
             and v.version = t.version
           where ($1::text is null or t.category = $1) and ($2::text is null or t.channel = $2)
             and ($3::boolean is null or (t.archived_at is null) = $3)
             and ($4::text is null or position($4 in t.name_key) > 0 or position($4 in t.slug) > 0
               or position($4 in lower(v.subject)) > 0)
           order by t.updated_at desc, t.id desc"#,
        filter.category.map(Category::word),
        filter.channel.map(Channel::word),
        filter.active,
        filter.search
    )
    .fetch_all(conn)
    .await?)
}

/// A template with the text of a version; of the newest where none is named.
pub(super) async fn template(
    conn: &mut PgConnection,
    id: TemplateId,
    version: Option<i32>,
) -> Result<Option<(Template, TemplateText)>> {
    let row = sqlx::query!(
        r#"select t.name, t.slug, t.description, t.channel as "channel: Channel", t.category as "category: Category",
             t.archived_at is null as "active!", t.used, v.version, v.subject, v.preheader,
             v.format as "format: BodyFormat", v.html, v.plain, v.blocks, t.created_at, t.updated_at
           from template t join template_version v on v.tenant_id = t.tenant_id and v.template_id = t.id
             and v.version = coalesce($2, t.version)
           where t.id = $1"#,
        id.0,
        version
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let text = TemplateText {
            subject: row.subject.clone(),
            preheader: row.preheader,
            format: row.format,
            html: row.html,
            text: row.plain,
            blocks: row.blocks,
        };
        let template = Template {
            id,
            name: row.name,
            slug: row.slug,
            description: row.description,
            channel: row.channel,
            category: row.category,
            format: row.format,
            active: row.active,
            used: row.used,
            version: row.version,
            subject: row.subject,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        (template, text)
    }))
}

pub(super) async fn insert(tx: &mut Tx, template: &Template) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into template (tenant_id, id, name, name_key, slug, description, channel, category, version, created_at,
           updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        tenant,
        template.id.0,
        template.name,
        template.name.to_lowercase(),
        template.slug,
        template.description,
        template.channel as Channel,
        template.category as Category,
        template.version,
        template.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes what a template is called and where it belongs; what was not said stays. The row's lock makes two saves follow
/// one another.
pub(super) async fn update(tx: &mut Tx, id: TemplateId, new: &ParsedTemplate) -> Result<bool> {
    let now = tx.now;
    let done = sqlx::query!(
        "update template set name = $2, name_key = $3, slug = coalesce($4, slug), description = coalesce($5, description),
           category = coalesce($6, category), updated_at = $7
         where id = $1",
        id.0,
        new.name,
        new.name.to_lowercase(),
        new.slug,
        new.description,
        new.category.map(Category::word),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the next version number; the row's lock makes two saves follow one another.
pub(super) async fn next_version(conn: &mut PgConnection, id: TemplateId) -> Result<i32> {
    Ok(sqlx::query_scalar!("update template set version = version + 1 where id = $1 returning version", id.0)
        .fetch_one(conn)
        .await?)
}

pub(super) async fn insert_version(tx: &mut Tx, id: TemplateId, version: i32, text: &TemplateText) -> Result<()> {
    let (tenant, now, by) = (tx.tenant(), tx.now, tx.actor.user().map(|user| user.0));
    sqlx::query!(
        "insert into template_version (tenant_id, template_id, version, subject, preheader, format, html, plain, blocks,
           created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tenant,
        id.0,
        version,
        text.subject,
        text.preheader,
        text.format as BodyFormat,
        text.html,
        text.text,
        text.blocks,
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn versions(conn: &mut PgConnection, id: TemplateId) -> Result<Vec<TemplateVersion>> {
    Ok(sqlx::query_as!(
        TemplateVersion,
        r#"select v.version, v.subject, v.format as "format: BodyFormat", v.created_at,
             coalesce(nullif(u.name, ''), u.email) as created_by, octet_length(v.html) as "size!"
           from template_version v left join user_account u on u.id = v.created_by
           where v.template_id = $1 order by v.version desc"#,
        id.0
    )
    .fetch_all(conn)
    .await?)
}

/// Says whether that changed anything.
pub(super) async fn set_archived(conn: &mut PgConnection, id: TemplateId, at: Option<DateTime<Utc>>) -> Result<bool> {
    let done = sqlx::query!(
        "update template set archived_at = $2 where id = $1 and (archived_at is null) = ($2::timestamptz is not null)",
        id.0,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn count_use(conn: &mut PgConnection, id: TemplateId) -> Result<()> {
    sqlx::query!("update template set used = used + 1 where id = $1", id.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn slugs_like(conn: &mut PgConnection, slug: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select slug from template where starts_with(slug, $1)", slug).fetch_all(conn).await?)
}

pub(super) async fn names_like(conn: &mut PgConnection, name: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select name_key from template where starts_with(name_key, $1)", name)
        .fetch_all(conn)
        .await?)
}

pub(super) async fn custom_fields(conn: &mut PgConnection) -> Result<Vec<(String, String)>> {
    let fields = sqlx::query!("select key, label from custom_field order by key").fetch_all(conn).await?;
    Ok(fields.into_iter().map(|field| (field.key, field.label)).collect())
}
