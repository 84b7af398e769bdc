//! What follows for people from what is reported of messages to them (SPEC 2.7, 3.1). A complaint withdraws consent,
//! suppresses the address and marks the person in the lists of the campaign; "not spam" does nothing. A hard bounce
//! suppresses the address, and so do five soft ones in a row; where it is still the person's, all their lists know. Who
//! unsubscribed with the provider withdraws consent and leaves the campaign's lists; an address that the provider keeps on
//! a list of its own is on ours, too.
//!
//! Only events that are new have an effect: what a person has put right since is not undone by a report that comes
//! again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    channel::Channel,
    consent::Source,
    id::{ContactId, RunId, TenantId},
    receipt::{Happened, Receipt},
    suppression::{Key, SOFT_BOUNCES, SuppressionReason, is_worn_out},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::store::{self, Locked};
use crate::{Result, audience::consent, lists, suppressions};

/// An event, with whose message it is about.
pub(super) struct Told {
    pub(super) event: Uuid,
    contact: Uuid,
    /// As the message was sent to.
    address: String,
    happened: Happened,
    at: DateTime<Utc>,
}

impl Told {
    pub(super) fn new(event: Uuid, message: &Locked, receipt: &Receipt) -> Self {
        let address = message.address.clone().unwrap_or_default();
        Self { event, contact: message.contact_id, address, happened: receipt.happened, at: receipt.at }
    }

    fn suppression(&self, reason: SuppressionReason, note: &str, now: DateTime<Utc>) -> suppressions::Row {
        let key = Key { channel: Channel::Email, address: self.address.to_lowercase() };
        suppressions::Row { key, reason, note: note.to_owned(), at: self.at.min(now) }
    }
}

/// Events of which something follows, by what it is.
struct Cases<'a> {
    complaints: Vec<&'a Told>,
    hard: Vec<&'a Told>,
    /// Soft bounces by which an address is worn out.
    worn: Vec<&'a Told>,
    /// Of addresses that the provider sends nothing to.
    kept_off: Vec<&'a Told>,
    /// Unsubscribed with the provider.
    left: Vec<&'a Told>,
}

/// A contact as it is now, whatever it was when the message was sent.
struct Present {
    id: Uuid,
    email: Option<String>,
}

type People = BTreeMap<Uuid, Present>;

/// Carries out what follows from these events of a run, in the transaction that stored them. Locks are taken in the order
/// that `audience::consent` names.
pub(super) async fn follow(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    told: &[Told],
    now: DateTime<Utc>,
) -> Result<()> {
    let of = |happened| told.iter().filter(move |one| one.happened == happened).collect::<Vec<_>>();
    let worn = worn_out(conn, tenant, of(Happened::Bounced { hard: false })).await?;
    let cases = Cases {
        complaints: of(Happened::Complained),
        hard: of(Happened::Bounced { hard: true }),
        worn,
        kept_off: of(Happened::Suppressed),
        left: of(Happened::Unsubscribed),
    };
    let contacts: Vec<_> = cases.all().map(|one| one.contact).collect();
    if contacts.is_empty() {
        return Ok(());
    }
    let (campaign, audience) = store::campaign_of(conn, run).await?;
    let people = store::present(conn, &contacts).await?.into_iter();
    let people: People = people.map(|(was, id, email)| (was, Present { id, email })).collect();

    let evidence = format!("Reported a message of “{campaign}” as spam.");
    let complained = withdrawn(&cases.complaints, &people);
    consent::withdrawn(conn, tenant, &complained, (Source::Complaint, &evidence), now).await?;
    let evidence = format!("Unsubscribed with the provider, from a message of “{campaign}”.");
    consent::withdrawn(conn, tenant, &withdrawn(&cases.left, &people), (Source::Link, &evidence), now).await?;
    suppressions::reported(conn, tenant, cases.suppressed(&campaign, now)).await?;
    let lists = audience.included_lists().into_iter().map(|list| list.0).collect();
    lists::mark(conn, tenant, &cases.marks(&people, lists), now).await
}

impl Cases<'_> {
    fn all(&self) -> impl Iterator<Item = &Told> {
        let parts = [&self.complaints, &self.hard, &self.worn, &self.kept_off, &self.left];
        parts.into_iter().flatten().copied()
    }

    /// The addresses that nothing goes to any more.
    fn suppressed(&self, campaign: &str, now: DateTime<Utc>) -> Vec<suppressions::Row> {
        let complaint = format!("Reported a message of “{campaign}” as spam.");
        let dead = format!("A message of “{campaign}” came back: the address takes no mail.");
        let tired = format!("{SOFT_BOUNCES} messages in a row came back, the last of “{campaign}”.");
        let kept_off =
            format!("The provider did not send a message of “{campaign}”: it has the address on its own list.");
        let with = |told: &[&Told], reason, note: &str| {
            let known = told.iter().filter(|one| !one.address.is_empty());
            known.map(|one| one.suppression(reason, note, now)).collect::<Vec<_>>()
        };
        let mut rows = with(&self.complaints, SuppressionReason::Complaint, &complaint);
        rows.extend(with(&self.hard, SuppressionReason::HardBounce, &dead));
        rows.extend(with(&self.worn, SuppressionReason::HardBounce, &tired));
        rows.extend(with(&self.kept_off, SuppressionReason::ProviderSuppressed, &kept_off));
        rows
    }

    /// What lists are to know. Whose address is another one by now can be written to there, and has not bounced.
    fn marks(&self, people: &People, lists: Vec<Uuid>) -> lists::Marks {
        let bounced = self.hard.iter().chain(&self.worn).filter_map(|one| {
            let person = people.get(&one.contact)?;
            (person.email.as_deref() == Some(&one.address.to_lowercase())).then_some(person.id)
        });
        let left = self.complaints.iter().chain(&self.left);
        let unsubscribed = left.filter_map(|one| people.get(&one.contact)).map(|person| person.id);
        lists::Marks { bounced: bounced.collect(), unsubscribed: unsubscribed.collect(), lists }
    }
}

/// Whose consent is withdrawn, since when: each contact once, in order.
fn withdrawn(told: &[&Told], people: &People) -> Vec<(ContactId, DateTime<Utc>)> {
    let mut withdrawn = BTreeMap::new();
    for one in told {
        if let Some(person) = people.get(&one.contact) {
            withdrawn.insert(ContactId(person.id), one.at);
        }
    }
    withdrawn.into_iter().collect()
}

/// Those of soft bounces whose address is worn out by now.
async fn worn_out<'a>(conn: &mut PgConnection, tenant: TenantId, soft: Vec<&'a Told>) -> Result<Vec<&'a Told>> {
    if soft.is_empty() {
        return Ok(Vec::new());
    }
    store::count_alone(conn, soft.iter().map(|one| one.address.clone()).collect()).await?;
    let whom: BTreeMap<_, _> = soft.iter().map(|one| (one.address.clone(), one.contact)).collect();
    let whom: Vec<_> = whom.into_iter().map(|(address, contact)| (contact, address)).collect();
    let mut ends: BTreeMap<String, Vec<(bool, DateTime<Utc>)>> = BTreeMap::new();
    for (address, is_soft, at) in store::newest_ends(conn, tenant, &whom).await? {
        ends.entry(address).or_default().push((is_soft, at));
    }
    Ok(soft.into_iter().filter(|one| ends.get(&one.address).is_some_and(|ends| is_worn_out(ends))).collect())
}
