//! SQL of campaigns. Every change of state carries the state it comes from.

mod reach;
mod run;

use chrono::{DateTime, Utc};
use domain::{
    account::Workspace,
    campaign::{Audience, Campaign, CampaignContent, CampaignStatus, CampaignType, ParsedCampaign},
    channel::Channel,
    id::{CampaignId, RunId, SenderId, TemplateId, TenantId, UserId},
    stats::Figures,
    template::EmailContent,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

pub(super) use reach::{estimate, open_audiences, reaches_anybody};
pub(super) use run::{finished, insert_run, message, remove_waiting, set_status, started};

use crate::{Result, db::Tx};

/// A campaign's row.
struct Row {
    id: CampaignId,
    name: String,
    code: String,
    kind: CampaignType,
    channels: Vec<Channel>,
    status: CampaignStatus,
    status_reason: Option<String>,
    owner_id: Option<UserId>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    run_id: Option<RunId>,
    begins_at: Option<DateTime<Utc>>,
    audience: Json<Audience>,
    sender_id: Option<SenderId>,
    rate_per_second: Option<i32>,
    not_after: Option<DateTime<Utc>>,
}

impl From<Row> for Campaign {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            code: row.code,
            kind: row.kind,
            channels: row.channels,
            status: row.status,
            status_reason: row.status_reason,
            owner_id: row.owner_id,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            run_id: row.run_id,
            begins_at: row.begins_at,
            rate_per_second: row.rate_per_second,
            not_after: row.not_after,
            figures: Figures::default(),
        }
    }
}

/// The columns of a campaign, so that each statement names them once.
macro_rules! campaigns {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Row,
            r#"select id as "id: CampaignId", name, code, kind as "kind: CampaignType", channels as "channels: Vec<Channel>",
                 status as "status: CampaignStatus", status_reason, owner_id as "owner_id: UserId", created_at, started_at,
                 finished_at, run_id as "run_id: RunId",
                 (select begin_at from run r where r.tenant_id = campaign.tenant_id and r.id = campaign.run_id) as begins_at,
                 audience as "audience: Json<Audience>",
                 sender_id as "sender_id: SenderId", rate_per_second, not_after
               from campaign "# + $rest,
            $($args)*
        )
    };
}

pub(in crate::campaigns) async fn page(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    status: Option<CampaignStatus>,
    search: Option<&str>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Campaign>> {
    let (before, search) = (before.unwrap_or(Uuid::max()), search.map(str::to_lowercase));
    let rows = campaigns!(
        "where id < $1 and ($2::uuid is null or owner_id = $2) and ($3::text is null or status = $3)
           and ($4::text is null or position($4 in lower(name)) > 0 or starts_with(lower(code), $4))
         order by id desc limit $5",
        before,
        owner.map(|owner| owner.0),
        status.map(CampaignStatus::word),
        search,
        limit
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Campaign::from).collect())
}

pub(in crate::campaigns) async fn campaign(
    conn: &mut PgConnection,
    id: CampaignId,
    owner: Option<UserId>,
) -> Result<Option<(Campaign, Audience, Option<SenderId>)>> {
    let row = campaigns!("where id = $1 and ($2::uuid is null or owner_id = $2)", id.0, owner.map(|owner| owner.0));
    Ok(row.fetch_optional(conn).await?.map(|mut row| {
        let (audience, sender) = (std::mem::take(&mut row.audience.0), row.sender_id);
        (Campaign::from(row), audience, sender)
    }))
}

pub(in crate::campaigns) async fn content(conn: &mut PgConnection, id: CampaignId) -> Result<Option<CampaignContent>> {
    let row = sqlx::query!(
        r#"select c.template_id as "template_id: TemplateId", c.template_version, t.name as "template_name?",
             c.subject, c.html, c.plain
           from campaign_content c left join template t on t.tenant_id = c.tenant_id and t.id = c.template_id
           where c.campaign_id = $1 and c.channel = 'email'"#,
        id.0
    );
    Ok(row.fetch_optional(conn).await?.map(|row| CampaignContent {
        template_id: row.template_id,
        template_name: row.template_name,
        template_version: row.template_version,
        email: EmailContent { subject: row.subject, html: row.html, text: row.plain },
    }))
}

pub(in crate::campaigns) async fn insert(
    tx: &mut Tx,
    id: CampaignId,
    code: &str,
    new: &ParsedCampaign,
    not_after: Option<DateTime<Utc>>,
) -> Result<()> {
    let (tenant, now, owner) = (tx.tenant(), tx.now, tx.actor.user().map(|user| user.0));
    sqlx::query!(
        "insert into campaign (tenant_id, id, name, code, kind, channels, status, sender_id, audience, owner_id,
           created_at, updated_at, rate_per_second, not_after)
         values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10, $10, $11, $12)",
        tenant,
        id.0,
        new.name,
        code,
        new.kind as CampaignType,
        &new.channels as &[Channel],
        new.sender_id.map(|sender| sender.0),
        Json(&new.audience) as _,
        owner,
        now,
        new.rate_per_second,
        not_after
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::campaigns) async fn update_draft(
    tx: &mut Tx,
    id: CampaignId,
    new: &ParsedCampaign,
    not_after: Option<DateTime<Utc>>,
) -> Result<bool> {
    let now = tx.now;
    let done = sqlx::query!(
        "update campaign set name = $2, code = coalesce($3, code), channels = $4, sender_id = $5, audience = $6,
           updated_at = $7, rate_per_second = $8, not_after = $9
         where id = $1 and status = 'draft'",
        id.0,
        new.name,
        new.code,
        &new.channels as &[Channel],
        new.sender_id.map(|sender| sender.0),
        Json(&new.audience) as _,
        now,
        new.rate_per_second,
        not_after
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::campaigns) async fn set_content(
    tx: &mut Tx,
    id: CampaignId,
    content: Option<&CampaignContent>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!("delete from campaign_content where campaign_id = $1 and channel = 'email'", id.0)
        .execute(tx.conn())
        .await?;
    let Some(content) = content else { return Ok(()) };
    sqlx::query!(
        "insert into campaign_content (tenant_id, campaign_id, channel, template_id, template_version, subject, html, plain)
         values ($1, $2, 'email', $3, $4, $5, $6, $7)",
        tenant,
        id.0,
        content.template_id.map(|template| template.0),
        content.template_version,
        content.email.subject,
        content.email.html,
        content.email.text
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::campaigns) async fn delete_draft(conn: &mut PgConnection, id: CampaignId) -> Result<bool> {
    let done = sqlx::query!("delete from campaign where id = $1 and status = 'draft'", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Until this transaction ends nobody else gets past here.
pub(in crate::campaigns) async fn lock_workspace(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select id from tenant for no key update").fetch_one(conn).await?;
    Ok(())
}

/// The highest number of codes that begin with these letters.
pub(in crate::campaigns) async fn last_code(conn: &mut PgConnection, letters: &str) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(substring(code from length($1) + 2)::int), 0) as "last!" from campaign
           where starts_with(code, $1 || '-') and substring(code from length($1) + 2) ~ '^[0-9]{1,6}$'"#,
        letters
    )
    .fetch_one(conn)
    .await?)
}

pub(in crate::campaigns) async fn workspace(conn: &mut PgConnection) -> Result<Workspace> {
    Ok(sqlx::query_as!(Workspace, r#"select id as "id: TenantId", name, slug, time_zone, postal_address from tenant"#)
        .fetch_one(conn)
        .await?)
}
