//! SQL of a contact's own row.

use chrono::NaiveDate;
use domain::{
    consent::State,
    contact::{Contact, ParsedContact},
    id::ContactId,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::Tx};

/// The columns of a [`Contact`], so that each statement names them once.
macro_rules! contacts {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Contact,
            r#"select c.id as "id: ContactId", c.source, c.external_id, c.email, c.phone_key as phone,
                 c.whatsapp_key as whatsapp, c.social, c.first_name, c.last_name, c.business_name, c.time_zone,
                 c.language, c.city, c.state, c.country, c.latitude, c.longitude, c.industry, c.lead_score, c.stage,
                 c.birthday, c.tags, c.custom, c.do_not_contact, c.test,
                 (select s.state from consent s where s.contact_id = c.id and s.channel = 'email'
                    and s.purpose = 'marketing') as "email_consent: State",
                 c.created_at, c.updated_at, c.last_activity_at
               from contact c "# + $rest,
            $($args)*
        )
    };
}

/// One contact.
pub(in crate::audience) async fn contact(conn: &mut PgConnection, id: ContactId) -> Result<Option<Contact>> {
    Ok(contacts!("where c.id = $1", id.0).fetch_optional(conn).await?)
}

/// Some contacts, newest first.
pub(in crate::audience) async fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Contact>> {
    Ok(contacts!("where c.id = any($1) order by c.id desc", ids).fetch_all(conn).await?)
}

/// The same, locked until the transaction ends: what is read is what is changed.
pub(in crate::audience) async fn locked(conn: &mut PgConnection, id: ContactId) -> Result<Option<Contact>> {
    Ok(contacts!("where c.id = $1 for update of c", id.0).fetch_optional(conn).await?)
}

/// A new row.
pub(in crate::audience) async fn insert(tx: &mut Tx, id: ContactId, new: &ParsedContact) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let (source, external_id) = new.external.clone().unzip();
    let (latitude, longitude) = new.place.unzip();
    sqlx::query!(
        "insert into contact (tenant_id, id, email, email_key, phone_key, whatsapp_key, social, source, external_id,
           first_name, last_name, business_name, time_zone, language, city, state, country, latitude, longitude,
           industry, lead_score, stage, birthday, tags, custom, do_not_contact, test, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
           $23, $24, $25, $26, $27, $28, $28)",
        tenant,
        id.0,
        new.email.as_ref().map(|e| e.as_str()),
        new.email.as_ref().map(|e| e.key()),
        new.phone,
        new.whatsapp,
        new.social,
        source,
        external_id,
        new.first_name,
        new.last_name,
        new.business_name,
        new.time_zone,
        new.language,
        new.city,
        new.state,
        new.country,
        latitude,
        longitude,
        new.industry,
        new.lead_score,
        new.stage,
        new.birthday as Option<NaiveDate>,
        &new.tags,
        new.custom,
        new.do_not_contact,
        new.test,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The row as it is to be now.
pub(in crate::audience) async fn update(tx: &mut Tx, id: ContactId, new: &ParsedContact) -> Result<()> {
    let now = tx.now;
    let (source, external_id) = new.external.clone().unzip();
    let (latitude, longitude) = new.place.unzip();
    sqlx::query!(
        "update contact set email = $2, email_key = $3, phone_key = $4, whatsapp_key = $5, social = $6, source = $7,
           external_id = $8, first_name = $9, last_name = $10, business_name = $11, time_zone = $12, language = $13,
           city = $14, state = $15, country = $16, latitude = $17, longitude = $18, industry = $19, lead_score = $20,
           stage = $21, birthday = $22, tags = $23, custom = $24, do_not_contact = $25, test = $26, updated_at = $27
         where id = $1",
        id.0,
        new.email.as_ref().map(|e| e.as_str()),
        new.email.as_ref().map(|e| e.key()),
        new.phone,
        new.whatsapp,
        new.social,
        source,
        external_id,
        new.first_name,
        new.last_name,
        new.business_name,
        new.time_zone,
        new.language,
        new.city,
        new.state,
        new.country,
        latitude,
        longitude,
        new.industry,
        new.lead_score,
        new.stage,
        new.birthday as Option<NaiveDate>,
        &new.tags,
        new.custom,
        new.do_not_contact,
        new.test,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which other contact has one of these addresses: with the field that clashes.
pub(in crate::audience) async fn holder(
    conn: &mut PgConnection,
    new: &ParsedContact,
    but: Option<ContactId>,
) -> Result<Option<Holder>> {
    let (source, external_id) = new.external.clone().unzip();
    Ok(sqlx::query_as!(
        Holder,
        r#"select id as "id!: ContactId", field as "field!" from (
             select id, 'email' as field from contact where email_key = $1
             union all select id, 'phone' from contact where phone_key = $2
             union all select id, 'external_id' from contact where source = $3 and external_id = $4
           ) h where id is distinct from $5 limit 1"#,
        new.email.as_ref().map(|e| e.key()),
        new.phone,
        source,
        external_id,
        but.map(|id| id.0)
    )
    .fetch_optional(conn)
    .await?)
}

/// Whoever has an address already.
pub(in crate::audience) struct Holder {
    pub(in crate::audience) id: ContactId,
    pub(in crate::audience) field: String,
}

/// Adds and takes away tags; says whose changed. The most that one can have is `most`: who would have more stays as it is.
pub(in crate::audience) async fn retag(
    tx: &mut Tx,
    ids: &[Uuid],
    (add, remove): (&[String], &[String]),
    most: i32,
) -> Result<Vec<Uuid>> {
    let now = tx.now;
    Ok(sqlx::query_scalar!(
        r#"update contact c set tags = t.tags, updated_at = $4 from (
             select o.id, array(select distinct tag collate "C" from unnest(o.tags || $2::text[]) tag
                                where tag <> all($3::text[]) order by 1) as tags
             from contact o where o.id = any($1)
           ) t
           where c.id = t.id and c.tags <> t.tags and cardinality(t.tags) <= $5
           returning c.id"#,
        ids,
        add,
        remove,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?)
}

/// How many of these there are.
pub(in crate::audience) async fn count_of(conn: &mut PgConnection, ids: &[Uuid]) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from contact where id = any($1)"#, ids).fetch_one(conn).await?)
}
