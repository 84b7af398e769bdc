//! What the guards ask about people at the moment of sending, and what a text may say about them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    consent::State,
    id::{ContactId, RunId},
    limits::Had,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// What the guards ask about a contact at the moment of sending, and what the text may use.
pub(crate) struct SendFacts {
    pub(crate) id: Uuid,
    pub(crate) email: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) business_name: String,
    pub(crate) phone: Option<String>,
    pub(crate) whatsapp: Option<String>,
    pub(crate) social: String,
    pub(crate) external_id: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) time_zone: Option<String>,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) country: Option<String>,
    pub(crate) industry: String,
    pub(crate) lead_score: Option<i16>,
    pub(crate) stage: Option<String>,
    pub(crate) birthday: Option<NaiveDate>,
    pub(crate) tags: Vec<String>,
    pub(crate) custom: serde_json::Value,
    pub(crate) do_not_contact: bool,
    pub(crate) consent: Option<State>,
    pub(crate) suppressed: bool,
    /// Another contact was merged into this one and has had this run's message, or may have.
    pub(crate) had_it: bool,
    /// Messages that were handed over to them lately, by other runs: on the channel and in all.
    had_day: i64,
    had_three_days: i64,
    had_week: i64,
}

impl SendFacts {
    /// What they have had lately, as far as it was asked for.
    pub(crate) fn had(&self) -> Had {
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Had { day: count(self.had_day), three_days: count(self.had_three_days), week: count(self.had_week) }
    }
}

/// From when on messages count that people have had.
#[derive(Clone, Copy)]
pub(crate) struct Lately {
    /// Now.
    pub(crate) now: DateTime<Utc>,
    /// No older run has any: whole partitions of the ledger are passed over by it.
    pub(crate) runs_from: Uuid,
}

/// The facts for some contacts, in one statement. Those that are gone are missing from the answer. Of whom was merged
/// into one of them, a message of this run counts unless it was certainly not sent: it is handed over once it is noted.
/// What they have had lately is counted where that is asked for: accepted by a provider, in doubt, or being handed over.
pub(crate) async fn send_facts(
    conn: &mut PgConnection,
    run: Option<RunId>,
    contacts: &[Uuid],
    lately: Option<Lately>,
) -> Result<Vec<SendFacts>> {
    let since = |days| lately.map(|lately| lately.now - TimeDelta::days(days));
    Ok(sqlx::query_as!(
        SendFacts,
        r#"select c.id as "id!", c.email, c.first_name as "first_name!", c.last_name as "last_name!",
             c.business_name as "business_name!", c.phone_key as phone, coalesce(c.whatsapp_key, c.phone_key) as whatsapp,
             c.social as "social!", c.external_id, c.language, c.time_zone, c.city as "city!", c.state as "state!",
             c.country, c.industry as "industry!", c.lead_score, coalesce(p.name, c.stage) as stage, c.birthday,
             c.tags as "tags!", c.custom as "custom!", c.do_not_contact as "do_not_contact!",
             s.state as "consent?: State", coalesce(x.is_there, false) as "suppressed!",
             coalesce((
               select true from contact_alias a cross join lateral (
                 select from message m
                 where m.tenant_id = a.tenant_id and m.run_id = $2 and m.contact_id = a.id
                   and (m.accepted_at is not null or m.state in ('accepted', 'in_doubt') or m.state = 'planned' and (
                     m.noted_at is not null or m.due_at is null and exists (
                       select from chunk k where k.tenant_id = m.tenant_id and k.run_id = m.run_id
                         and m.n between k.first and k.noted)))
                 limit 1) had
               where a.tenant_id = c.tenant_id and a.contact_id = c.id limit 1
             ), false) as "had_it!",
             h.day as "had_day!", h.three_days as "had_three_days!", h.week as "had_week!"
           from contact c
             left join pipeline_stage p on p.tenant_id = c.tenant_id and p.key = c.stage
             left join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
               and s.purpose = 'marketing'
             left join lateral (
               select true as is_there from suppression x
               where x.tenant_id = c.tenant_id and x.channel = 'email' and x.address_key = c.email_key limit 1) x on true
             left join lateral (
               select count(*) filter (where went > $5 and channel = 'email') as day,
                 count(*) filter (where went > $6) as three_days, count(*) as week
               from (
                 select m.channel, case
                     when m.accepted_at is not null then m.accepted_at
                     when m.state = 'in_doubt' then m.at
                     when m.state = 'planned' and (m.noted_at is not null or m.due_at is null and m.n <= (
                       select k.noted from chunk k where k.tenant_id = m.tenant_id and k.run_id = m.run_id
                         and k.first <= m.n order by k.first desc limit 1)) then $4
                   end as went
                 from (
                     select c.id union all
                     select a.id from contact_alias a where a.tenant_id = c.tenant_id and a.contact_id = c.id
                   ) p join message m on m.tenant_id = c.tenant_id and m.contact_id = p.id
                 where $3::uuid is not null and m.run_id >= $3 and m.run_id is distinct from $2
                   and (m.accepted_at > $7 or m.accepted_at is null and m.state in ('planned', 'in_doubt'))
               ) lately where went > $7
             ) h on true
           where c.id = any($1)"#,
        contacts,
        run.map(|run| run.0),
        lately.map(|lately| lately.runs_from),
        lately.map(|lately| lately.now),
        since(1),
        since(3),
        since(7)
    )
    .fetch_all(conn)
    .await?)
}

/// What a text may say about a contact, for a preview as a real person.
pub(crate) async fn contact_fields(conn: &mut PgConnection, id: ContactId) -> Result<Option<SendFacts>> {
    Ok(send_facts(conn, None, &[id.0], None).await?.pop())
}
