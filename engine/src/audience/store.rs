//! SQL of contacts. Search by prefix is a range on `email_key`, which an index serves under row-level security.

use domain::{
    channel::Channel,
    consent::State,
    contact::{Contact, ParsedContact},
    id::{CampaignId, ContactId, RunId},
    message::{ContactMessage, MessageState, SkipReason},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::Tx, sending};

/// The columns of a [`Contact`], so that each statement names them once.
macro_rules! contacts {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Contact,
            r#"select c.id as "id: ContactId", c.email, c.phone_key as phone, c.first_name, c.last_name,
                 c.business_name, c.time_zone, c.custom, c.do_not_contact,
                 (select s.state from consent s where s.contact_id = c.id and s.channel = 'email'
                    and s.purpose = 'marketing') as "email_consent: State",
                 c.created_at, c.updated_at
               from contact c "# + $rest,
            $($args)*
        )
    };
}

pub(super) async fn page(conn: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<Contact>> {
    let before = before.unwrap_or(Uuid::max());
    Ok(contacts!("where c.id < $1 order by c.id desc limit $2", before, limit).fetch_all(conn).await?)
}

pub(super) async fn search(
    conn: &mut PgConnection,
    prefix: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Contact>> {
    let (before, end) = (before.unwrap_or(Uuid::max()), format!("{prefix}\u{10ffff}"));
    Ok(contacts!(
        "where c.id < $1 and (c.email_key >= $2 and c.email_key < $3
            or starts_with(lower(c.first_name), $2) or starts_with(lower(c.last_name), $2)
            or starts_with(lower(c.business_name), $2))
         order by c.id desc limit $4",
        before,
        prefix,
        end,
        limit
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn contact(conn: &mut PgConnection, id: ContactId) -> Result<Option<Contact>> {
    Ok(contacts!("where c.id = $1", id.0).fetch_optional(conn).await?)
}

pub(super) async fn count_some(conn: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from (select from contact limit 1001) c"#)
        .fetch_one(conn)
        .await?)
}

pub(super) async fn insert(tx: &mut Tx, id: ContactId, new: &ParsedContact) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let email = new.email.as_ref();
    sqlx::query!(
        "insert into contact (tenant_id, id, email, email_key, phone_key, first_name, last_name, business_name,
           time_zone, custom, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        tenant,
        id.0,
        email.map(|e| e.as_str()),
        email.map(|e| e.key()),
        new.phone,
        new.first_name,
        new.last_name,
        new.business_name,
        new.time_zone,
        new.custom,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn suppression(conn: &mut PgConnection, channel: Channel, key: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select reason from suppression where channel = $1 and address_key = $2",
        channel as Channel,
        key
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn messages(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ContactMessage>> {
    let rows = sqlx::query!(
        r#"select m.run_id as "run_id: RunId", m.n, c.id as "campaign_id: CampaignId", c.name as campaign,
             m.state as "state: MessageState", m.reason, m.detail, m.at
           from message m join run r on r.tenant_id = m.tenant_id and r.id = m.run_id
             join campaign c on c.tenant_id = m.tenant_id and c.id = r.campaign_id
           where m.contact_id = $1 order by m.at desc limit 50"#,
        contact.0
    )
    .fetch_all(conn)
    .await?;
    let message = rows.into_iter().map(|row| ContactMessage {
        id: sending::public_id(row.run_id, row.n),
        campaign_id: row.campaign_id,
        campaign: row.campaign,
        status: row.state.shown().to_owned(),
        reason: in_words(row.reason.as_deref(), row.detail),
        at: row.at,
    });
    Ok(message.collect())
}

/// A skip reason's sentence, or what the provider said.
fn in_words(reason: Option<&str>, detail: Option<String>) -> Option<String> {
    match reason.and_then(SkipReason::from_word) {
        Some(skip) => Some(skip.sentence().to_owned()),
        None => detail,
    }
}

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
    pub(crate) birthday: Option<chrono::NaiveDate>,
    pub(crate) tags: Vec<String>,
    pub(crate) custom: serde_json::Value,
    pub(crate) do_not_contact: bool,
    pub(crate) consent: Option<State>,
    pub(crate) suppressed: bool,
}

/// The facts for some contacts, in one statement. Those that are gone are missing from the answer.
pub(crate) async fn send_facts(conn: &mut PgConnection, contacts: &[Uuid]) -> Result<Vec<SendFacts>> {
    Ok(sqlx::query_as!(
        SendFacts,
        r#"select c.id, c.email, c.first_name, c.last_name, c.business_name, c.phone_key as phone,
             coalesce(c.whatsapp_key, c.phone_key) as whatsapp, c.social, c.external_id, c.language, c.time_zone, c.city,
             c.state, c.country, c.industry, c.lead_score,
             coalesce((select p.name from pipeline_stage p where p.tenant_id = c.tenant_id and p.key = c.stage), c.stage)
               as stage, c.birthday, c.tags, c.custom, c.do_not_contact,
             s.state as "consent?: State", (x.address_key is not null) as "suppressed!"
           from contact c
             left join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
               and s.purpose = 'marketing'
             left join suppression x on x.tenant_id = c.tenant_id and x.channel = 'email' and x.address_key = c.email_key
           where c.id = any($1)"#,
        contacts
    )
    .fetch_all(conn)
    .await?)
}

/// What a text may say about a contact, for a preview as a real person.
pub(crate) async fn contact_fields(conn: &mut PgConnection, id: ContactId) -> Result<Option<SendFacts>> {
    Ok(send_facts(conn, &[id.0]).await?.pop())
}
