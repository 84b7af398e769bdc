//! The consent ledger (SPEC 2.5): entries are added, never changed; the state in force is kept beside it, in the same
//! transaction, for the guards to read.

use domain::{
    channel::{Channel, Purpose},
    consent::{ConsentEntry, ParsedConsent, Source, State},
    id::ContactId,
};
use sqlx::PgConnection;

use crate::{
    Result,
    db::{Tx, new_id},
};

/// Adds an entry at the transaction's moment.
pub async fn add(tx: &mut Tx, contact: ContactId, entry: &ParsedConsent) -> Result<()> {
    let (tenant, now, address) = (tx.tenant(), tx.now, tx.actor.address.clone());
    sqlx::query!(
        "with entry as (
           insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, evidence, address)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         )
         insert into consent as c (tenant_id, contact_id, channel, purpose, state, since)
         values ($1, $3, $4, $5, $6, $7)
         on conflict on constraint consent_pk do update
           set state = excluded.state, since = excluded.since where c.since <= excluded.since",
        tenant,
        new_id(now),
        contact.0,
        entry.channel as Channel,
        entry.purpose as Purpose,
        entry.state as State,
        now,
        entry.source as Source,
        entry.evidence,
        address
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everything a person granted and withdrew, newest first.
pub async fn history(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ConsentEntry>> {
    Ok(sqlx::query_as!(
        ConsentEntry,
        r#"select channel as "channel: Channel", purpose as "purpose: Purpose", state as "state: State",
                  at, source as "source: Source", evidence
           from consent_entry where contact_id = $1 or contact_id in (select a.id from contact_alias a where a.contact_id = $1)
           order by at desc, id desc"#,
        contact.0
    )
    .fetch_all(conn)
    .await?)
}
