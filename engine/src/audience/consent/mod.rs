//! The consent ledger (SPEC 2.5): entries are added, never changed; the state in force is kept beside it, in the same
//! transaction, for the guards to read.
//!
//! Whoever changes several things about people takes their locks in this order, so that nobody waits for the other:
//! messages and counters of a run, who counts the bounces of an address (`receipts::store::count_alone`), consents by contact,
//! suppressions by address, lists by id, members.

mod store;

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    channel::{Channel, Purpose},
    consent::{ConsentEntry, NewConsent, ParsedConsent, Source, State},
    error::FieldErrors,
    id::{ContactId, TenantId},
};
use sqlx::PgConnection;

use super::proofs;
use crate::{
    Error, Result,
    accounts::{Who, audit},
    db::Tx,
};

/// Records that a person granted or withdrew consent, by hand or for a program.
pub async fn record(tx: &mut Tx, id: ContactId, new: &NewConsent) -> Result<()> {
    tx.allow(Verb::EditContacts)?;
    let mut errors = FieldErrors::default();
    let entry = new.parse("", &mut errors);
    let entry = errors.finish(entry)?;
    let contact = super::store::contact(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    add(tx, id, &entry).await?;
    let detail = serde_json::json!({
        "channel": entry.channel, "purpose": entry.purpose, "state": entry.state, "at": entry.at,
        "source": entry.source, "wording": entry.wording, "evidence": entry.evidence, "proof": entry.proof,
    });
    let act =
        audit::Act { action: "consent.recorded", kind: "contact", id: id.to_string(), name: &contact.label(), detail };
    audit::record(tx, act).await
}

/// Adds an entry, said at its own moment or at the transaction's.
pub async fn add(tx: &mut Tx, contact: ContactId, entry: &ParsedConsent) -> Result<()> {
    if entry.at.is_some_and(|at| at > tx.now) {
        return Err(Error::field("at", "in_future", "Lies in the future. Leave it empty for now."));
    }
    if let Some(proof) = entry.proof
        && !proofs::exists(tx.conn(), proof).await?
    {
        return Err(Error::field("proof", "unknown", "There is no such file; upload it first."));
    }
    store::insert(tx, contact, entry).await
}

/// Everything a person granted and withdrew, newest first.
pub async fn history(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ConsentEntry>> {
    store::history(conn, contact).await
}

/// A person unsubscribed from e-mail by a link of ours: consent is withdrawn, with the link as the source. Doing so
/// twice changes nothing.
pub(crate) async fn unsubscribe(tx: &mut Tx, id: ContactId, evidence: &str) -> Result<bool> {
    let Some(contact) = super::store::contact(tx.conn(), id).await? else { return Ok(false) };
    if contact.email_consent == Some(State::Withdrawn) {
        return Ok(false);
    }
    let entry = ParsedConsent {
        channel: Channel::Email,
        purpose: Purpose::Marketing,
        state: State::Withdrawn,
        at: None,
        source: Source::Link,
        wording: String::new(),
        evidence: evidence.to_owned(),
        address: None,
        proof: None,
    };
    add(tx, id, &entry).await?;
    Ok(true)
}

/// People complained of an e-mail, or unsubscribed with the provider: consent is withdrawn as of then. Those who are gone
/// are left out.
pub(crate) async fn withdrawn(
    conn: &mut PgConnection,
    tenant: TenantId,
    people: &[(ContactId, DateTime<Utc>)],
    (source, evidence): (Source, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    store::withdraw(conn, tenant, people, (source, evidence), now).await
}

/// The network address that goes with an entry: the one given, or that of the person when they themselves act. That of a
/// colleague who records it proves nothing and stands in the audit log.
fn address_of(tx: &Tx, entry: &ParsedConsent) -> Option<String> {
    let own = matches!(tx.actor.who, Who::Recipient).then(|| tx.actor.address.clone()).flatten();
    entry.address.clone().or(own)
}

/// Who is said to have recorded an entry.
fn recorded_by(tx: &Tx) -> String {
    match tx.actor.who {
        Who::Recipient => String::new(),
        _ => tx.actor.name(),
    }
}
