//! SQL that writes a batch: one statement a table.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{channel::Channel, consent::State, id::ImportId, import::Person};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Contacts as columns, for statements that write many.
#[derive(Default)]
pub(in crate::imports) struct Columns {
    pub(in crate::imports) ids: Vec<Uuid>,
    /// When each was changed last, as far as we know: one that was changed meanwhile is left alone.
    pub(in crate::imports) seen: Vec<DateTime<Utc>>,
    emails: Vec<Option<String>>,
    email_keys: Vec<Option<String>>,
    phones: Vec<Option<String>>,
    whatsapps: Vec<Option<String>>,
    sources: Vec<Option<String>>,
    external_ids: Vec<Option<String>>,
    first_names: Vec<String>,
    last_names: Vec<String>,
    businesses: Vec<String>,
    socials: Vec<String>,
    cities: Vec<String>,
    states: Vec<String>,
    industries: Vec<String>,
    countries: Vec<Option<String>>,
    time_zones: Vec<Option<String>>,
    languages: Vec<Option<String>>,
    stages: Vec<Option<String>>,
    latitudes: Vec<Option<f64>>,
    longitudes: Vec<Option<f64>>,
    scores: Vec<Option<i16>>,
    birthdays: Vec<Option<NaiveDate>>,
    /// Parted by commas, which no tag has.
    tags: Vec<String>,
    customs: Vec<Value>,
    bars: Vec<bool>,
    tests: Vec<bool>,
}

impl Columns {
    pub(in crate::imports) fn push(&mut self, id: Uuid, seen: DateTime<Utc>, person: &Person) {
        self.ids.push(id);
        self.seen.push(seen);
        self.emails.push(person.email.clone());
        self.email_keys.push(person.email_key());
        self.phones.push(person.phone.clone());
        self.whatsapps.push(person.whatsapp.clone());
        self.sources.push(person.source.clone());
        self.external_ids.push(person.external_id.clone());
        self.first_names.push(person.first_name.clone());
        self.last_names.push(person.last_name.clone());
        self.businesses.push(person.business_name.clone());
        self.socials.push(person.social.clone());
        self.cities.push(person.city.clone());
        self.states.push(person.state.clone());
        self.industries.push(person.industry.clone());
        self.countries.push(person.country.clone());
        self.time_zones.push(person.time_zone.clone());
        self.languages.push(person.language.clone());
        self.stages.push(person.stage.clone());
        self.latitudes.push(person.latitude);
        self.longitudes.push(person.longitude);
        self.scores.push(person.lead_score);
        self.birthdays.push(person.birthday);
        self.tags.push(person.tags.join(","));
        self.customs.push(Value::Object(person.custom.clone()));
        self.bars.push(person.do_not_contact);
        self.tests.push(person.test);
    }
}

/// Writes new contacts, unless somebody took one of their values meanwhile.
pub(in crate::imports) async fn insert_contacts(
    conn: &mut PgConnection,
    tenant: Uuid,
    import: ImportId,
    new: &Columns,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into contact (tenant_id, import_id, created_at, updated_at, id, email, email_key, phone_key, whatsapp_key,
           source, external_id, first_name, last_name, business_name, social, city, state, industry, country, time_zone,
           language, stage, latitude, longitude, lead_score, birthday, tags, custom, do_not_contact, test)
         select $1, $2, $3, $3, id, email, email_key, phone, whatsapp, source, external_id, first_name, last_name, business,
           social, city, state, industry, country, time_zone, language, stage, latitude, longitude, score, birthday,
           string_to_array(tags, ','), custom, bar, test
         from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
           $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[],
           $20::text[], $21::text[], $22::float8[], $23::float8[], $24::smallint[], $25::date[], $26::text[], $27::jsonb[],
           $28::bool[], $29::bool[])
           n (id, email, email_key, phone, whatsapp, source, external_id, first_name, last_name, business, social, city,
              state, industry, country, time_zone, language, stage, latitude, longitude, score, birthday, tags, custom, bar,
              test)",
        tenant,
        import.0,
        now,
        &new.ids,
        &new.emails as &[Option<String>],
        &new.email_keys as &[Option<String>],
        &new.phones as &[Option<String>],
        &new.whatsapps as &[Option<String>],
        &new.sources as &[Option<String>],
        &new.external_ids as &[Option<String>],
        &new.first_names,
        &new.last_names,
        &new.businesses,
        &new.socials,
        &new.cities,
        &new.states,
        &new.industries,
        &new.countries as &[Option<String>],
        &new.time_zones as &[Option<String>],
        &new.languages as &[Option<String>],
        &new.stages as &[Option<String>],
        &new.latitudes as &[Option<f64>],
        &new.longitudes as &[Option<f64>],
        &new.scores as &[Option<i16>],
        &new.birthdays as &[Option<NaiveDate>],
        &new.tags,
        &new.customs,
        &new.bars,
        &new.tests
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes contacts; how many. Those that somebody changed meanwhile are left.
pub(in crate::imports) async fn update_contacts(
    conn: &mut PgConnection,
    changed: &Columns,
    now: DateTime<Utc>,
) -> Result<usize> {
    let done = sqlx::query!(
        "update contact c set updated_at = $1, email = n.email, email_key = n.email_key, phone_key = n.phone,
           whatsapp_key = n.whatsapp, source = n.source, external_id = n.external_id, first_name = n.first_name,
           last_name = n.last_name, business_name = n.business, social = n.social, city = n.city, state = n.state,
           industry = n.industry, country = n.country, time_zone = n.time_zone, language = n.language, stage = n.stage,
           latitude = n.latitude, longitude = n.longitude, lead_score = n.score, birthday = n.birthday,
           tags = string_to_array(n.tags, ','), custom = n.custom, do_not_contact = n.bar, test = n.test
         from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
           $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
           $18::text[], $19::text[], $20::text[], $21::float8[], $22::float8[], $23::smallint[], $24::date[], $25::text[],
           $26::jsonb[], $27::bool[], $28::bool[])
           n (id, seen, email, email_key, phone, whatsapp, source, external_id, first_name, last_name, business, social,
              city, state, industry, country, time_zone, language, stage, latitude, longitude, score, birthday, tags,
              custom, bar, test)
         where c.id = n.id and c.updated_at = n.seen",
        now,
        &changed.ids,
        &changed.seen,
        &changed.emails as &[Option<String>],
        &changed.email_keys as &[Option<String>],
        &changed.phones as &[Option<String>],
        &changed.whatsapps as &[Option<String>],
        &changed.sources as &[Option<String>],
        &changed.external_ids as &[Option<String>],
        &changed.first_names,
        &changed.last_names,
        &changed.businesses,
        &changed.socials,
        &changed.cities,
        &changed.states,
        &changed.industries,
        &changed.countries as &[Option<String>],
        &changed.time_zones as &[Option<String>],
        &changed.languages as &[Option<String>],
        &changed.stages as &[Option<String>],
        &changed.latitudes as &[Option<f64>],
        &changed.longitudes as &[Option<f64>],
        &changed.scores as &[Option<i16>],
        &changed.birthdays as &[Option<NaiveDate>],
        &changed.tags,
        &changed.customs,
        &changed.bars,
        &changed.tests
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() as usize)
}

/// What an import did to a contact that was there before.
pub(in crate::imports) struct Change {
    pub(in crate::imports) contact: Uuid,
    /// As it was, where its fields changed.
    pub(in crate::imports) was: Option<Person>,
    pub(in crate::imports) joined: bool,
}

/// Notes changes; of a contact that is changed twice, the first state counts.
pub(in crate::imports) async fn insert_changes(
    conn: &mut PgConnection,
    tenant: Uuid,
    import: ImportId,
    changes: &[Change],
) -> Result<()> {
    let contacts: Vec<_> = changes.iter().map(|change| change.contact).collect();
    let were: Vec<_> = changes.iter().map(|change| change.was.as_ref().map(|was| json!(was))).collect();
    let joined: Vec<_> = changes.iter().map(|change| change.joined).collect();
    sqlx::query!(
        "insert into import_change as c (tenant_id, import_id, contact_id, was, joined)
         select $1, $2, * from unnest($3::uuid[], $4::jsonb[], $5::bool[])
         on conflict on constraint import_change_pk do update
           set was = coalesce(c.was, excluded.was), joined = c.joined or excluded.joined",
        tenant,
        import.0,
        &contacts,
        &were as &[Option<Value>],
        &joined
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An entry of the ledger of consent.
pub(in crate::imports) struct Entry {
    pub(in crate::imports) id: Uuid,
    pub(in crate::imports) contact: Uuid,
    pub(in crate::imports) channel: Channel,
    pub(in crate::imports) state: State,
    /// Nothing can be known of the contact: this import makes it.
    pub(in crate::imports) is_first: bool,
}

/// What all entries of an import say.
pub(in crate::imports) struct Said<'a> {
    pub(in crate::imports) wording: &'a str,
    pub(in crate::imports) evidence: &'a str,
    pub(in crate::imports) recorded_by: &'a str,
}

/// Adds entries about marketing to the ledger, and keeps the state in force.
pub(in crate::imports) async fn insert_entries(
    conn: &mut PgConnection,
    (tenant, import): (Uuid, ImportId),
    entries: &[Entry],
    said: &Said<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (ids, contacts): (Vec<_>, Vec<_>) = entries.iter().map(|entry| (entry.id, entry.contact)).unzip();
    let channels: Vec<_> = entries.iter().map(|entry| entry.channel.word().to_owned()).collect();
    let states: Vec<_> = entries.iter().map(|entry| entry.state.word().to_owned()).collect();
    let firsts: Vec<_> = entries.iter().map(|entry| entry.is_first).collect();
    sqlx::query!(
        "with entry as (
           select * from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $11::bool[])
             e (id, contact_id, channel, state, is_first)
         ), kept as (
           insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, wording, evidence,
             recorded_by, import_id)
           select $1, id, contact_id, channel, 'marketing', state, $9, 'import', $7, $8, $10, $2 from entry
         ), first as (
           -- To look for what is in the way costs more than to write.
           insert into consent (tenant_id, contact_id, channel, purpose, state, since)
           select $1, contact_id, channel, 'marketing', state, $9 from entry where is_first
         )
         insert into consent as c (tenant_id, contact_id, channel, purpose, state, since)
         select $1, contact_id, channel, 'marketing', state, $9 from entry where not is_first order by contact_id
         on conflict on constraint consent_pk do update set state = excluded.state, since = excluded.since
           where c.since < excluded.since or (c.since = excluded.since and excluded.state = 'withdrawn')",
        tenant,
        import.0,
        &ids,
        &contacts,
        &channels,
        &states,
        said.wording,
        said.evidence,
        now,
        said.recorded_by,
        &firsts
    )
    .execute(conn)
    .await?;
    Ok(())
}
