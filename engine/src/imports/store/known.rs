//! SQL of who is known: the contacts that rows of a batch may be about, with what they agreed to, the list they are on,
//! and addresses that must not be written to. Every look-up goes by an index, whatever the statistics say: of one table by
//! its keys, without anything that could be joined in another order.

use chrono::{DateTime, Utc};
use domain::{channel::Channel, consent::State, id::ListId, import::Person, list::MemberStatus};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// What rows of a batch can be matched by.
#[derive(Default)]
pub(in crate::imports) struct Keys {
    pub(in crate::imports) emails: Vec<String>,
    pub(in crate::imports) phones: Vec<String>,
    pub(in crate::imports) sources: Vec<String>,
    pub(in crate::imports) ids: Vec<String>,
}

/// A contact that is there.
pub(in crate::imports) struct Known {
    pub(in crate::imports) id: Uuid,
    pub(in crate::imports) person: Person,
    pub(in crate::imports) updated_at: DateTime<Utc>,
}

/// A consent in force.
pub(in crate::imports) struct Consent {
    pub(in crate::imports) contact: Uuid,
    pub(in crate::imports) channel: Channel,
    pub(in crate::imports) state: State,
    /// It was withdrawn because the import that had granted it was undone.
    pub(in crate::imports) is_undone: bool,
}

/// The contacts that have any of the keys.
pub(in crate::imports) async fn known(conn: &mut PgConnection, keys: &Keys) -> Result<Vec<Known>> {
    let rows = sqlx::query!(
        r#"select c.id as "id!", c.email, c.phone_key, c.whatsapp_key, c.source, c.external_id, c.first_name as "first_name!",
           c.last_name as "last_name!", c.business_name as "business_name!", c.social as "social!", c.city as "city!",
           c.state as "state!", c.industry as "industry!", c.country, c.time_zone, c.language, c.stage, c.latitude,
           c.longitude, c.lead_score, c.birthday, c.tags as "tags!", c.custom as "custom!",
           c.do_not_contact as "do_not_contact!", c.test as "test!", c.updated_at as "updated_at!"
         from (
           select e.* from contact e where e.email_key = any($1)
           union all
           select p.* from contact p where p.phone_key = any($2)
             and (p.email_key = any(select unnest($1))) is not true
           union all
           select x.* from (select distinct * from unnest($3::text[], $4::text[])) k (source, external_id) cross join lateral (
             select x.* from contact x where x.source = k.source and x.external_id = k.external_id limit 1) x
           where (x.email_key = any(select unnest($1))) is not true
             and (x.phone_key = any(select unnest($2))) is not true
         ) c"#,
        &keys.emails,
        &keys.phones,
        &keys.sources,
        &keys.ids
    )
    .fetch_all(conn)
    .await?;
    let known = rows.into_iter().map(|row| {
        let person = Person {
            email: row.email,
            phone: row.phone_key,
            whatsapp: row.whatsapp_key,
            source: row.source,
            external_id: row.external_id,
            first_name: row.first_name,
            last_name: row.last_name,
            business_name: row.business_name,
            social: row.social,
            city: row.city,
            state: row.state,
            industry: row.industry,
            country: row.country,
            time_zone: row.time_zone,
            language: row.language,
            stage: row.stage,
            latitude: row.latitude,
            longitude: row.longitude,
            lead_score: row.lead_score,
            birthday: row.birthday,
            tags: row.tags,
            custom: match row.custom {
                Value::Object(custom) => custom,
                _ => Default::default(),
            },
            do_not_contact: row.do_not_contact,
            test: row.test,
        };
        Known { id: row.id, person, updated_at: row.updated_at }
    });
    Ok(known.collect())
}

/// Consents to marketing of these contacts that are in force.
pub(in crate::imports) async fn consents(conn: &mut PgConnection, contacts: &[Uuid]) -> Result<Vec<Consent>> {
    Ok(sqlx::query_as!(
        Consent,
        r#"select s.contact_id as contact, s.channel as "channel: Channel", s.state as "state: State",
             s.state = 'withdrawn' and exists (
               select from import i where i.tenant_id = s.tenant_id and i.status in ('undoing', 'undone') and i.id = (
                 select e.import_id from consent_entry e
                 where e.tenant_id = s.tenant_id and e.contact_id = s.contact_id and e.channel = s.channel
                   and e.purpose = s.purpose order by e.at desc, e.state = 'withdrawn' desc, e.id desc limit 1)
             ) as "is_undone!"
           from consent s where s.contact_id = any($1) and s.purpose = 'marketing'"#,
        contacts
    )
    .fetch_all(conn)
    .await?)
}

/// Which of these contacts are or were on a list.
pub(in crate::imports) async fn members(
    conn: &mut PgConnection,
    list: ListId,
    contacts: &[Uuid],
) -> Result<Vec<(Uuid, MemberStatus)>> {
    let rows = sqlx::query!(
        r#"select m.contact_id as "contact_id!", m.status as "status!: MemberStatus" from unnest($2::uuid[]) k cross join lateral (
             select contact_id, status from list_member where list_id = $1 and contact_id = k limit 1) m"#,
        list.0,
        contacts
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.contact_id, row.status)).collect())
}

/// Which of these addresses must not be written to.
pub(in crate::imports) async fn suppressed(
    conn: &mut PgConnection,
    addresses: &[String],
) -> Result<Vec<(Channel, String)>> {
    let all: Vec<_> = Channel::ALL.iter().map(|channel| channel.word().to_owned()).collect();
    let rows = sqlx::query!(
        r#"select channel as "channel: Channel", address_key from suppression
           where channel = any($1) and address_key = any($2)"#,
        &all,
        addresses
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.channel, row.address_key)).collect())
}

/// Which of these hashes are of people who were erased; none is asked for where nobody was.
pub(in crate::imports) async fn erased(
    conn: &mut PgConnection,
    hashes: impl FnOnce() -> Vec<Vec<u8>>,
) -> Result<Vec<Vec<u8>>> {
    let any =
        sqlx::query_scalar!(r#"select exists (select from erased_address) as "any!""#).fetch_one(&mut *conn).await?;
    if !any {
        return Ok(Vec::new());
    }
    let erased = sqlx::query_scalar!("select hash from erased_address where hash = any($1)", &hashes());
    Ok(erased.fetch_all(conn).await?)
}
