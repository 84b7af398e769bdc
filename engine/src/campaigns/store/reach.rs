//! Who an audience reaches, before anything is frozen. Reasons are `skip_reason`'s, which planning asks, too; what people
//! have had lately is counted as the guards count it (`audience::send_facts`).

use chrono::TimeDelta;
use domain::{
    campaign::{Audience, Loss, ReachFilter, Reached, Switches},
    id::{ContactId, TenantId},
    message::SkipReason,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    Result,
    campaigns::reach::Rules,
    db::{AS_IT_SEES_FIT, BY_KEY},
};

/// Everybody of an audience with the reason why they would not get it, in `judged`; then what is asked of them. `$had` is
/// what each has had lately, looked up of those alone who have no other reason: how much others were sent does not matter.
/// `$first` says how many of them are looked at. The other parameters begin at `$14`. (The tenant as a parameter lets PostgreSQL check the policy once instead of for
/// each row.)
macro_rules! judged {
    ($first:literal, $had:literal, $rest:literal, $tenant:expr, $rules:expr, $after:expr, $($args:tt)*) => {
        sqlx::query!(
            r#"with matched as (
                 select distinct m.contact_id from list_member m
                 where m.tenant_id = $1 and m.list_id = any($2) and m.status = 'active' and m.contact_id > $4
                   and not exists (
                     select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                       and x.list_id = any($3) and x.status = 'active')"# + $first + r#"
               ), first as (
                 select matched.contact_id, c.email, c.first_name, c.last_name, c.business_name,
                   skip_reason(c.id is null, c.do_not_contact and $5, c.email_key is not null, s.state,
                     x.address_key is not null) as reason,
                   s.state as consent, x.reason as suppressed_for,
                   cardinality($13::text[]) > 0 and lacks_value(
                     jsonb_build_object('last_name', c.last_name, 'email', c.email, 'phone', c.phone_key,
                       'whatsapp', coalesce(c.whatsapp_key, c.phone_key), 'social', c.social,
                       'external_id', c.external_id, 'language', c.language, 'time_zone', c.time_zone, 'city', c.city,
                       'state', c.state, 'country', c.country, 'industry', c.industry, 'lead_score', c.lead_score,
                       'stage', c.stage, 'birthday', c.birthday, 'tags', c.tags, 'custom', c.custom), $13) as lacks
                 from matched
                   left join contact c on c.tenant_id = $1 and c.id = matched.contact_id
                   left join consent s on s.tenant_id = $1 and s.contact_id = c.id and s.channel = 'email'
                     and s.purpose = 'marketing'
                   left join suppression x on x.tenant_id = $1 and x.channel = 'email' and x.address_key = c.email_key
               ), judged as (
                 select first.contact_id, email, first_name, last_name, business_name, consent, suppressed_for,
                   coalesce(
                     first.reason,
                     case when had.day >= $10 or had.three_days >= $11 or had.week >= $12 then 'frequency_cap' end,
                     case when lacks then 'missing_value' end
                   ) as reason
                 from first left join "# + $had + r#"
               ), told as (
                 select *, case reason when 'no_consent' then coalesce(consent, 'never')
                   when 'suppressed' then suppressed_for else '' end as detail
                 from judged
               ) "# + $rest,
            $tenant.0,
            &lists(&$rules.audience.included_lists()),
            &lists(&$rules.audience.excluded_lists()),
            $after,
            $rules.do_not_contact,
            $rules.runs_from,
            $rules.at - TimeDelta::days(1),
            $rules.at - TimeDelta::days(3),
            $rules.at - TimeDelta::days(7),
            $rules.caps.day.map(i64::from),
            $rules.caps.three_days.map(i64::from),
            $rules.caps.week.map(i64::from),
            &$rules.needs.fields,
            $($args)*
        )
    };
}

/// How many match, and who is lost.
pub(in crate::campaigns) async fn funnel(
    conn: &mut PgConnection,
    tenant: TenantId,
    rules: &Rules<'_>,
) -> Result<(i64, Vec<Loss>)> {
    let rows = judged!(
        "",
        r#"(
             select p.contact_id, count(*) filter (where went > $7 and channel = 'email') as day,
               count(*) filter (where went > $8) as three_days, count(*) filter (where went > $9) as week
             from (
                 select contact_id, contact_id as id from first where reason is null union all
                 select f.contact_id, a.id from first f
                   join contact_alias a on a.tenant_id = $1 and a.contact_id = f.contact_id
                 where f.reason is null
               ) p join message m on m.tenant_id = $1 and m.contact_id = p.id
                 cross join lateral (select coalesce(
                   m.accepted_at, case m.state when 'in_doubt' then m.at else m.noted_at end) as went) w
             where $6::uuid is not null and m.run_id >= $6
               and (m.accepted_at > $9 or m.accepted_at is null and (
                 m.state = 'in_doubt' or m.state = 'planned' and m.noted_at is not null))
             group by p.contact_id
           ) had on had.contact_id = first.contact_id"#,
        r#"select reason as "reason: SkipReason", detail, count(*) as "count!" from told group by reason, detail"#,
        tenant,
        rules,
        Uuid::nil(),
    );
    let rows = rows.fetch_all(conn).await?;
    let matched = rows.iter().map(|row| row.count).sum();
    let losses =
        rows.into_iter().filter_map(|row| Some(Loss::new(row.reason?, row.detail.unwrap_or_default(), row.count)));
    Ok((matched, losses.collect()))
}

/// So many people are looked up by key; of more PostgreSQL chooses how to read them.
const FEW: i64 = 10_000;

/// Those of an audience's next people who are asked for.
pub(in crate::campaigns) struct Part {
    pub(in crate::campaigns) people: Vec<Reached>,
    /// The last who was looked at; none when there is nobody else.
    pub(in crate::campaigns) last: Option<Uuid>,
}

/// Looks at the next `size` people of an audience, in the order of their ids, and tells those who are asked for.
pub(in crate::campaigns) async fn reached(
    conn: &mut PgConnection,
    tenant: TenantId,
    rules: &Rules<'_>,
    filter: &ReachFilter,
    after: Option<Uuid>,
    size: i64,
) -> Result<Part> {
    sqlx::raw_sql(if size <= FEW { BY_KEY } else { AS_IT_SEES_FIT }).execute(&mut *conn).await?;
    let without: Vec<_> = filter.without.iter().map(|reason| reason.word().to_owned()).collect();
    let rows = judged!(
        " order by m.contact_id limit $17",
        // One person after the other: there are not many.
        r#"lateral (
             select count(*) filter (where went > $7 and channel = 'email') as day,
               count(*) filter (where went > $8) as three_days, count(*) filter (where went > $9) as week
             from (
                 select first.contact_id as id union all
                 select a.id from contact_alias a where a.tenant_id = $1 and a.contact_id = first.contact_id
               ) p join message m on m.tenant_id = $1 and m.contact_id = p.id
                 cross join lateral (select coalesce(
                   m.accepted_at, case m.state when 'in_doubt' then m.at else m.noted_at end) as went) w
             where first.reason is null and $6::uuid is not null and m.run_id >= $6
               and (m.accepted_at > $9 or m.accepted_at is null and (
                 m.state = 'in_doubt' or m.state = 'planned' and m.noted_at is not null))
           ) had on true"#,
        r#"select last.contact_id as last, t.contact_id as "contact_id?: ContactId", t.email as "email?",
             t.reason as "reason?: SkipReason", t.detail as "detail?",
             coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), nullif(business_name, ''), email, '') as "label!"
           from (select contact_id from matched order by contact_id desc limit 1) last
             left join told t on case when $14::text is null then reason is null or reason <> all($15::text[])
               else reason = $14 end and ($16::text is null or detail = $16)
           order by t.contact_id"#,
        tenant,
        rules,
        after.unwrap_or(Uuid::nil()),
        filter.reason.map(SkipReason::word),
        &without,
        filter.detail.as_deref(),
        size
    );
    let rows = rows.fetch_all(conn).await?;
    let last = rows.first().map(|row| row.last);
    let people = rows.into_iter().filter_map(|row| {
        let (contact_id, detail) = (row.contact_id?, row.detail.unwrap_or_default());
        let text = row.reason.map(|reason| domain::campaign::because(reason, &detail));
        Some(Reached { contact_id, label: row.label, address: row.email, reason: row.reason, detail, text })
    });
    Ok(Part { people: people.collect(), last })
}

/// Whether there is one person who would get it, whatever they have had lately: quick even where a count would not be.
pub(in crate::campaigns) async fn reaches_anybody(
    conn: &mut PgConnection,
    audience: &Audience,
    switches: Switches,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from list_member m
               join contact c on c.tenant_id = m.tenant_id and c.id = m.contact_id
               join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing'
             where m.list_id = any($1) and m.status = 'active'
               and skip_reason(false, c.do_not_contact and $3, c.email_key is not null, s.state, exists (
                 select from suppression x where x.tenant_id = c.tenant_id and x.channel = 'email'
                   and x.address_key = c.email_key)) is null
               and not exists (select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                 and x.list_id = any($2) and x.status = 'active')
           ) as "any!""#,
        &lists(&audience.included_lists()),
        &lists(&audience.excluded_lists()),
        switches.do_not_contact
    )
    .fetch_one(conn)
    .await?)
}

/// Campaigns whose audience is still to be planned, or may yet be, by name.
pub(in crate::campaigns) async fn open_audiences(conn: &mut PgConnection) -> Result<Vec<(String, Audience)>> {
    let rows = sqlx::query!(
        r#"select c.name, c.audience as "audience: Json<Audience>" from campaign c
           where c.status in ('draft', 'pending_approval', 'approved', 'scheduled')
             or c.status in ('running', 'paused') and (
               c.run_id is null or exists (select from run r where r.id = c.run_id and not r.planned))
           order by c.name, c.id"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.name, row.audience.0)).collect())
}

fn lists(lists: &[domain::id::ListId]) -> Vec<Uuid> {
    lists.iter().map(|list| list.0).collect()
}
