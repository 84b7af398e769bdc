//! What the guards ask about people at the moment of sending, and what a text may say about them.

use chrono::NaiveDate;
use domain::{
    consent::State,
    id::{ContactId, RunId},
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
}

/// The facts for some contacts, in one statement. Those that are gone are missing from the answer. Of whom was merged
/// into one of them, a message of this run counts unless it was certainly not sent: it is handed over once it is noted.
pub(crate) async fn send_facts(
    conn: &mut PgConnection,
    run: Option<RunId>,
    contacts: &[Uuid],
) -> Result<Vec<SendFacts>> {
    Ok(sqlx::query_as!(
        SendFacts,
        r#"select c.id as "id!", c.email, c.first_name as "first_name!", c.last_name as "last_name!",
             c.business_name as "business_name!", c.phone_key as phone, coalesce(c.whatsapp_key, c.phone_key) as whatsapp,
             c.social as "social!", c.external_id, c.language, c.time_zone, c.city as "city!", c.state as "state!",
             c.country, c.industry as "industry!", c.lead_score, coalesce(p.name, c.stage) as stage, c.birthday,
             c.tags as "tags!", c.custom as "custom!", c.do_not_contact as "do_not_contact!",
             s.state as "consent?: State", (x.address_key is not null) as "suppressed!",
             exists (
               select from contact_alias a join message m on m.tenant_id = a.tenant_id and m.contact_id = a.id
               where a.tenant_id = c.tenant_id and a.contact_id = c.id and m.run_id = $2
                 and (m.accepted_at is not null or m.state in ('accepted', 'in_doubt') or m.state = 'planned' and (
                   m.noted_at is not null or m.due_at is null and exists (
                     select from chunk k where k.tenant_id = m.tenant_id and k.run_id = m.run_id
                       and m.n between k.first and k.noted)))
             ) as "had_it!"
           from contact c
             left join pipeline_stage p on p.tenant_id = c.tenant_id and p.key = c.stage
             left join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
               and s.purpose = 'marketing'
             left join suppression x on x.tenant_id = c.tenant_id and x.channel = 'email' and x.address_key = c.email_key
           where c.id = any($1)"#,
        contacts,
        run.map(|run| run.0)
    )
    .fetch_all(conn)
    .await?)
}

/// What a text may say about a contact, for a preview as a real person.
pub(crate) async fn contact_fields(conn: &mut PgConnection, id: ContactId) -> Result<Option<SendFacts>> {
    Ok(send_facts(conn, None, &[id.0]).await?.pop())
}
