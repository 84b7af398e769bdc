//! SQL of campaigns. Every change of state carries the state it comes from.

mod draft;
mod due;
mod reach;
mod run;

use chrono::{DateTime, Utc};
use domain::{
    account::Workspace,
    campaign::{
        Audience, Campaign, CampaignContent, CampaignFilter, CampaignOwner, CampaignStatus, CampaignType, Switches,
    },
    channel::Channel,
    id::{CampaignId, RunId, SenderId, TemplateId, TenantId, UserId},
    stats::Figures,
    template::EmailContent,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

pub(super) use draft::{
    delete_draft, forget_unsaved, insert, keep_unsaved, lock, set_content, unsaved, unsaved_steps, update_draft,
};
pub(super) use due::{next_due, set_archived, tenants_to_start};
pub(super) use reach::{Part, funnel, open_audiences, reached, reaches_anybody};
pub(super) use run::{finished, insert_run, message, remove_waiting, set_status, started};

use crate::Result;

/// A campaign's row.
struct Row {
    id: CampaignId,
    name: String,
    code: String,
    description: String,
    goal: String,
    kind: CampaignType,
    channels: Vec<Channel>,
    status: CampaignStatus,
    status_reason: Option<String>,
    owner_id: Option<UserId>,
    created_at: DateTime<Utc>,
    starts_at: Option<DateTime<Utc>>,
    time_zone: Option<String>,
    late_minutes: i32,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    run_id: Option<RunId>,
    begins_at: Option<DateTime<Utc>>,
    audience: Json<Audience>,
    sender_id: Option<SenderId>,
    rate_per_second: Option<i32>,
    not_after: Option<DateTime<Utc>>,
    switches: Json<Switches>,
    archived_at: Option<DateTime<Utc>>,
}

impl From<Row> for Campaign {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            code: row.code,
            description: row.description,
            goal: row.goal,
            kind: row.kind,
            channels: row.channels,
            status: row.status,
            status_reason: row.status_reason,
            owner_id: row.owner_id,
            created_at: row.created_at,
            starts_at: row.starts_at,
            time_zone: row.time_zone,
            late_minutes: row.late_minutes,
            started_at: row.started_at,
            finished_at: row.finished_at,
            run_id: row.run_id,
            begins_at: row.begins_at,
            rate_per_second: row.rate_per_second,
            not_after: row.not_after,
            switches: row.switches.0,
            archived_at: row.archived_at,
            figures: Figures::default(),
        }
    }
}

/// The columns of a campaign, so that each statement names them once.
macro_rules! campaigns {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Row,
            r#"select id as "id: CampaignId", name, code, description, goal, kind as "kind: CampaignType", channels as "channels: Vec<Channel>",
                 status as "status: CampaignStatus", status_reason, owner_id as "owner_id: UserId", created_at, starts_at,
                 time_zone, late_minutes, started_at, finished_at, run_id as "run_id: RunId",
                 (select begin_at from run r where r.tenant_id = campaign.tenant_id and r.id = campaign.run_id) as begins_at,
                 audience as "audience: Json<Audience>",
                 sender_id as "sender_id: SenderId", rate_per_second, not_after,
                 switches as "switches: Json<Switches>", archived_at
               from campaign "# + $rest,
            $($args)*
        )
    };
}

pub(in crate::campaigns) async fn page(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    filter: &CampaignFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Campaign>> {
    let rows = campaigns!(
        "where id < $1 and ($2::uuid is null or owner_id = $2) and ($3::text is null or status = $3)
           and ($4::text is null or position($4 in lower(name)) > 0 or starts_with(lower(code), $4))
           and ($6::text is null or kind = $6) and ($7::text is null or $7 = any(channels))
           and ($8::boolean is null or (archived_at is not null) = $8)
           and ($9::timestamptz is null or coalesce(started_at, starts_at) >= $9)
           and ($10::timestamptz is null or coalesce(started_at, starts_at) < $10)
           and ($11::uuid is null or owner_id = $11)
         order by id desc limit $5",
        before.unwrap_or(Uuid::max()),
        owner.map(|owner| owner.0),
        filter.status.map(CampaignStatus::word),
        filter.search.as_deref(),
        limit,
        filter.kind.map(CampaignType::word),
        filter.channel.map(Channel::word),
        filter.archived,
        filter.from,
        filter.before,
        filter.owner.map(|owner| owner.0)
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Campaign::from).collect())
}

/// Those that Home tells of: `some` of each kind, whatever there is beside them.
pub(in crate::campaigns) async fn at_home(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    some: i64,
) -> Result<Vec<Campaign>> {
    let rows = campaigns!(
        "where id in (
           select id from unnest('{running,paused,failed}'::text[]) s (word) cross join lateral (
             select id from campaign c where c.status = s.word and c.archived_at is null and ($1::uuid is null or c.owner_id = $1)
             order by c.id desc limit $2
           ) held
           union all (select id from campaign where status = 'draft' and status_reason is not null and archived_at is null
             and ($1 is null or owner_id = $1) order by id desc limit $2)
           union all (select id from campaign where status = 'scheduled' and ($1 is null or owner_id = $1)
             order by starts_at limit $2)
           union all (select id from campaign where finished_at is not null and archived_at is null
             and run_id is not null and status in ('completed', 'cancelled') and ($1 is null or owner_id = $1)
             order by finished_at desc limit $2)
         ) order by id desc",
        owner.map(|owner| owner.0),
        some
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Campaign::from).collect())
}

/// Everybody who has made one, by name; or one of them.
pub(in crate::campaigns) async fn owners(conn: &mut PgConnection, only: Option<UserId>) -> Result<Vec<CampaignOwner>> {
    Ok(sqlx::query_as!(
        CampaignOwner,
        r#"select u.id as "id!: UserId", coalesce(nullif(u.name, ''), u.email) as "name!"
           from (select distinct owner_id from campaign where $1::uuid is null or owner_id = $1) c
             join user_account u on u.id = c.owner_id
           order by 2, 1"#,
        only.map(|owner| owner.0)
    )
    .fetch_all(conn)
    .await?)
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
