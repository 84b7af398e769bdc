//! SQL of the consent ledger. Each statement that adds to it also keeps what is in force, by the rule of
//! `domain::consent::newest`: later wins, and of two at the same instant the withdrawal; so that the order in which
//! entries are written does not matter, and two who write at once need not know of each other.

use chrono::{DateTime, Utc};
use domain::{
    channel::{Channel, Purpose},
    consent::{ConsentEntry, ParsedConsent, Source, State},
    id::{ContactId, ProofId, TenantId},
    proof::ProofRef,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Result,
    db::{Tx, new_id},
};

pub(super) async fn insert(tx: &mut Tx, contact: ContactId, entry: &ParsedConsent) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let (address, recorded_by) = (super::address_of(tx, entry), super::recorded_by(tx));
    sqlx::query!(
        "with entry as (
           insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, wording, evidence,
             address, proof_id, recorded_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         )
         insert into consent as c (tenant_id, contact_id, channel, purpose, state, since)
         values ($1, $3, $4, $5, $6, $7)
         on conflict on constraint consent_pk do update set state = excluded.state, since = excluded.since
           where c.since < excluded.since or (c.since = excluded.since and excluded.state = 'withdrawn')",
        tenant,
        new_id(now),
        contact.0,
        entry.channel as Channel,
        entry.purpose as Purpose,
        entry.state as State,
        entry.at.unwrap_or(now),
        entry.source as Source,
        entry.wording,
        entry.evidence,
        address,
        entry.proof.map(|proof| proof.0),
        recorded_by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Withdraws people's consent for marketing by e-mail, each at most once here.
pub(super) async fn withdraw(
    conn: &mut PgConnection,
    tenant: TenantId,
    people: &[(ContactId, DateTime<Utc>)],
    (source, evidence): (Source, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<_> = people.iter().map(|_| new_id(now)).collect();
    let contacts: Vec<_> = people.iter().map(|(contact, _)| contact.0).collect();
    // A provider's clock may be ahead of ours.
    let times: Vec<_> = people.iter().map(|(_, at)| (*at).min(now)).collect();
    sqlx::query!(
        "with entry as (
           insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, evidence)
           select $1, t.id, c.id, 'email', 'marketing', 'withdrawn', t.at, $6, $5
           from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as t (id, contact_id, at) cross join lateral (
             select c.id from contact c where c.tenant_id = $1 and c.id = t.contact_id limit 1
           ) c
           returning contact_id, at
         )
         insert into consent as c (tenant_id, contact_id, channel, purpose, state, since)
         select $1::uuid, contact_id, 'email', 'marketing', 'withdrawn', at from entry order by contact_id
         on conflict on constraint consent_pk do update set state = excluded.state, since = excluded.since
           where c.since < excluded.since or (c.since = excluded.since and excluded.state = 'withdrawn')",
        tenant.0,
        &ids,
        &contacts,
        &times,
        evidence,
        source as Source
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// In the order of the rule: of each channel and purpose the first one is in force.
pub(super) async fn history(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ConsentEntry>> {
    let rows = sqlx::query!(
        r#"select e.id, e.channel as "channel: Channel", e.purpose as "purpose: Purpose", e.state as "state: State", e.at,
             e.source as "source: Source", e.wording, e.evidence, e.address, e.recorded_by,
             p.id as "proof_id?: ProofId", p.name as "proof_name?"
           from consent_entry e left join proof_file p on p.tenant_id = e.tenant_id and p.id = e.proof_id
           where e.contact_id = any(array(select a.id from contact_alias a where a.contact_id = $1) || $1::uuid)
           order by e.at desc, e.state = 'withdrawn' desc, e.id desc"#,
        contact.0
    )
    .fetch_all(conn)
    .await?;
    let entry = rows.into_iter().map(|row| ConsentEntry {
        channel: row.channel,
        purpose: row.purpose,
        state: row.state,
        at: row.at,
        source: row.source,
        wording: row.wording,
        evidence: row.evidence,
        address: row.address,
        recorded_by: row.recorded_by,
        recorded_at: time_of(row.id).unwrap_or(row.at),
        proof: row.proof_id.zip(row.proof_name).map(|(id, name)| ProofRef { id, name }),
    });
    Ok(entry.collect())
}

/// The moment in an id; none in one that has no time.
fn time_of(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
