//! SQL of campaigns. Every change of state carries the state it comes from.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account::Workspace,
    campaign::{Audience, Campaign, CampaignContent, CampaignStatus, CampaignType, Estimate, ParsedCampaign},
    channel::Channel,
    id::{CampaignId, ContactId, ProviderId, RunId, SenderId, TemplateId, TenantId, UserId},
    message::MessageState,
    stats::Figures,
    template::EmailContent,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::start::{RunContent, RunSender};
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

pub(super) async fn page(
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

pub(super) async fn campaign(
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

pub(super) async fn content(conn: &mut PgConnection, id: CampaignId) -> Result<Option<CampaignContent>> {
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

pub(super) async fn insert(
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

pub(super) async fn update_draft(
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

pub(super) async fn set_content(tx: &mut Tx, id: CampaignId, content: Option<&CampaignContent>) -> Result<()> {
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

pub(super) async fn delete_draft(conn: &mut PgConnection, id: CampaignId) -> Result<bool> {
    let done = sqlx::query!("delete from campaign where id = $1 and status = 'draft'", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Until this transaction ends nobody else gets past here.
/// Campaigns whose audience is still to be planned, or may yet be, by name.
pub(super) async fn open_audiences(conn: &mut PgConnection) -> Result<Vec<(String, Audience)>> {
    let rows = sqlx::query!(
        r#"select c.name, c.audience as "audience: Json<Audience>" from campaign c
           where c.status in ('draft', 'pending_approval', 'approved', 'scheduled')
             or c.status in ('running', 'paused') and exists (select from run r where r.id = c.run_id and not r.planned)
           order by c.name, c.id"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.name, row.audience.0)).collect())
}

pub(super) async fn lock_workspace(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select id from tenant for no key update").fetch_one(conn).await?;
    Ok(())
}

/// The highest number of codes that begin with these letters.
pub(super) async fn last_code(conn: &mut PgConnection, letters: &str) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(substring(code from length($1) + 2)::int), 0) as "last!" from campaign
           where starts_with(code, $1 || '-') and substring(code from length($1) + 2) ~ '^[0-9]{1,6}$'"#,
        letters
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn estimate(conn: &mut PgConnection, audience: &Audience) -> Result<Estimate> {
    let (included, excluded) = lists(audience);
    Ok(sqlx::query_as!(
        Estimate,
        r#"with matched as (
             select distinct m.contact_id from list_member m
             where m.list_id = any($1) and m.status = 'active' and not exists (
               select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                 and x.list_id = any($2) and x.status = 'active')
           ), judged as (
             select c.email_key is not null and not c.do_not_contact as addressable,
               coalesce(s.state = 'granted', false) as consented, x.address_key is null as clear
             from matched join contact c on c.id = matched.contact_id
               left join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing'
               left join suppression x on x.tenant_id = c.tenant_id and x.channel = 'email' and x.address_key = c.email_key
           )
           select count(*) as "matched!", count(*) filter (where addressable) as "addressable!",
             count(*) filter (where addressable and consented) as "consented!",
             count(*) filter (where addressable and consented and clear) as "reachable!"
           from judged"#,
        &included,
        &excluded
    )
    .fetch_one(conn)
    .await?)
}

/// Whether there is one person who would get it: quick even where a count would not be.
pub(super) async fn reaches_anybody(conn: &mut PgConnection, audience: &Audience) -> Result<bool> {
    let (included, excluded) = lists(audience);
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from list_member m
               join contact c on c.tenant_id = m.tenant_id and c.id = m.contact_id
               join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing' and s.state = 'granted'
             where m.list_id = any($1) and m.status = 'active' and c.email_key is not null and not c.do_not_contact
               and not exists (select from suppression x where x.tenant_id = c.tenant_id and x.channel = 'email'
                 and x.address_key = c.email_key)
               and not exists (select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                 and x.list_id = any($2) and x.status = 'active')
           ) as "any!""#,
        &included,
        &excluded
    )
    .fetch_one(conn)
    .await?)
}

fn lists(audience: &Audience) -> (Vec<Uuid>, Vec<Uuid>) {
    let ids = |lists: Vec<domain::id::ListId>| lists.into_iter().map(|list| list.0).collect();
    (ids(audience.included_lists()), ids(audience.excluded_lists()))
}

/// Changes a campaign's state if it is still `from`, and its newest run's with it.
pub(super) async fn set_status(
    tx: &mut Tx,
    id: CampaignId,
    from: CampaignStatus,
    to: CampaignStatus,
    reason: Option<&str>,
) -> Result<bool> {
    let now = tx.now;
    let changed = sqlx::query_scalar!(
        r#"with moved as (
             update campaign set status = $3, status_reason = $4, updated_at = $5 where id = $1 and status = $2
             returning run_id
           ), run_moved as (
             update run set status = $3 from moved
             where run.id = moved.run_id and $3 in ('running', 'paused', 'completed', 'failed', 'cancelled')
           )
           select count(*) as "n!" from moved"#,
        id.0,
        from as CampaignStatus,
        to as CampaignStatus,
        reason,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(changed == 1)
}

#[expect(clippy::too_many_arguments, reason = "a row's columns")]
pub(super) async fn insert_run(
    tx: &mut Tx,
    run: RunId,
    campaign: &Campaign,
    audience: &Audience,
    content: &RunContent,
    sender: &RunSender,
    provider: ProviderId,
    hold: TimeDelta,
) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into run (tenant_id, id, campaign_id, status, audience, content, sender, provider_id, begin_at, created_at,
           rate_per_second, expires_at)
         values ($1, $2, $3, 'running', $4, $5, $6, $7, $8, $9, $10, $11)",
        tenant,
        run.0,
        campaign.id.0,
        Json(audience) as _,
        Json(content) as _,
        Json(sender) as _,
        provider.0,
        now + hold,
        now,
        campaign.rate_per_second,
        campaign.not_after
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn started(tx: &mut Tx, id: CampaignId, run: RunId) -> Result<()> {
    let now = tx.now;
    sqlx::query!("update campaign set run_id = $2, started_at = $3 where id = $1", id.0, run.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn finished(tx: &mut Tx, id: CampaignId) -> Result<()> {
    let now = tx.now;
    sqlx::query!("update campaign set finished_at = $2 where id = $1", id.0, now).execute(tx.conn()).await?;
    Ok(())
}

/// Takes out one person who was not handed over: skipped, and counted as such. Says whether it
/// was still possible.
pub(super) async fn remove_waiting(tx: &mut Tx, run: RunId, n: i32) -> Result<bool> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let counted = sqlx::query!(
        r#"with open as (
             select noted from chunk where run_id = $2 and $3 between first and last and not done for update
           ), gone as (
             update message m set state = 'skipped', reason = 'removed', detail = null, at = $4, due_at = null
             where m.run_id = $2 and m.n = $3 and m.state = 'planned' and m.noted_at is null
               and not exists (select from open where m.n <= open.noted and m.due_at is null)
             returning 1
           )
           insert into run_counter as c (tenant_id, run_id, kind, code, count)
           select $1, $2, 'skipped', 'removed', count(*) from gone having count(*) > 0
           on conflict on constraint run_counter_pk do update set count = c.count + excluded.count"#,
        tenant,
        run.0,
        n,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(counted.rows_affected() == 1)
}

/// A message of a run: where it stands, and whose it is.
pub(super) async fn message(conn: &mut PgConnection, run: RunId, n: i32) -> Result<Option<(MessageState, ContactId)>> {
    let row = sqlx::query!(
        r#"select state as "state: MessageState", contact_id as "contact: ContactId" from message
           where run_id = $1 and n = $2"#,
        run.0,
        n
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.state, row.contact)))
}

pub(crate) async fn workspace(conn: &mut PgConnection) -> Result<Workspace> {
    Ok(sqlx::query_as!(Workspace, r#"select id as "id: TenantId", name, slug, time_zone, postal_address from tenant"#)
        .fetch_one(conn)
        .await?)
}
