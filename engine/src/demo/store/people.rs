//! SQL of the demo's people.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{ListId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Result,
    demo::{people::Person, places::PLACES},
};

/// Writes people as contacts.
pub(in crate::demo) async fn insert_people(
    conn: &mut PgConnection,
    tenant: TenantId,
    people: &[Person],
    now: DateTime<Utc>,
) -> Result<()> {
    let texts = |of: fn(&Person) -> &str| people.iter().map(|one| of(one).to_owned()).collect::<Vec<_>>();
    let phones: Vec<_> = people.iter().map(|one| one.phone.clone()).collect();
    let birthdays: Vec<_> = people.iter().map(|one| one.birthday).collect();
    sqlx::query!(
        "insert into contact (tenant_id, id, email, email_key, phone_key, first_name, last_name, business_name, time_zone,
           language, country, city, state, latitude, longitude, stage, birthday, lead_score, tags, custom, do_not_contact,
           source, external_id, created_at, updated_at)
         select $1, id, email, email, phone, first_name, last_name, '', zone, language, country, city, state, latitude,
           longitude, stage, birthday, score, string_to_array(tags, ','), custom, bar, 'studio', 'C' || upper(right(id::text, 12)), $20, $20
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
           $10::text[], $11::text[], $12::float8[], $13::float8[], $14::text[], $15::date[], $16::smallint[], $17::text[],
           $18::jsonb[], $19::bool[])
           p (id, email, phone, first_name, last_name, zone, language, country, city, state, latitude, longitude, stage,
              birthday, score, tags, custom, bar)",
        tenant.0,
        &people.iter().map(|one| one.id).collect::<Vec<_>>(),
        &texts(|one| &one.email),
        &phones as &[Option<String>],
        &texts(|one| &one.first_name),
        &texts(|one| &one.last_name),
        &texts(|one| PLACES[one.place].time_zone),
        &texts(|one| PLACES[one.place].language),
        &texts(|one| PLACES[one.place].country),
        &texts(|one| one.city.0),
        &texts(|one| one.city.1),
        &people.iter().map(|one| one.city.2).collect::<Vec<_>>(),
        &people.iter().map(|one| one.city.3).collect::<Vec<_>>(),
        &texts(|one| one.stage),
        &birthdays as &[Option<NaiveDate>],
        &people.iter().map(|one| one.score).collect::<Vec<_>>(),
        &people.iter().map(|one| one.tags.join(",")).collect::<Vec<_>>(),
        &people.iter().map(|one| one.custom.clone()).collect::<Vec<_>>(),
        &people.iter().map(|one| one.do_not_contact).collect::<Vec<_>>(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What people said, by column.
#[derive(Default)]
pub(in crate::demo) struct Entries {
    pub(in crate::demo) ids: Vec<Uuid>,
    pub(in crate::demo) contacts: Vec<Uuid>,
    pub(in crate::demo) channels: Vec<String>,
    pub(in crate::demo) states: Vec<String>,
    pub(in crate::demo) times: Vec<DateTime<Utc>>,
    pub(in crate::demo) sources: Vec<String>,
    pub(in crate::demo) wordings: Vec<String>,
    pub(in crate::demo) evidence: Vec<String>,
}

/// Writes the ledger of consent, and what is in force by it: what was said last.
pub(in crate::demo) async fn insert_consents(
    conn: &mut PgConnection,
    tenant: TenantId,
    entries: &Entries,
) -> Result<()> {
    sqlx::query!(
        "with entry as (
           insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, wording, evidence)
           select $1, id, contact_id, channel, 'marketing', state, at, source, wording, evidence
           from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[])
             e (id, contact_id, channel, state, at, source, wording, evidence)
           returning contact_id, channel, state, at
         )
         insert into consent (tenant_id, contact_id, channel, purpose, state, since)
         select distinct on (contact_id, channel) $1::uuid, contact_id, channel, 'marketing', state, at from entry
         order by contact_id, channel, at desc",
        tenant.0,
        &entries.ids,
        &entries.contacts,
        &entries.channels,
        &entries.states,
        &entries.times,
        &entries.sources,
        &entries.wordings,
        &entries.evidence
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts people on a new list and counts them.
pub(in crate::demo) async fn insert_members(
    conn: &mut PgConnection,
    tenant: TenantId,
    list: ListId,
    people: &[&Person],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "with put as (
           insert into list_member (tenant_id, list_id, contact_id, status, added_by, added_at)
           select $1, $2, contact_id, 'active', 'import', $4 from unnest($3::uuid[]) m (contact_id)
           returning 1
         ), counts as (
           select count(*) as n from put
         )
         update list set total = total + n, active = active + n from counts where id = $2",
        tenant.0,
        list.0,
        &people.iter().map(|one| one.id).collect::<Vec<_>>(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
