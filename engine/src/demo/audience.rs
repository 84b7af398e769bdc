//! The demo's people, written: contacts, what they said, the lists that they are on.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    channel::Channel,
    id::ListId,
    suppression::{Key, SuppressionReason},
};
use fastrand::Rng;
use uuid::Uuid;

use super::{
    campaigns::LAPSED,
    people::{Person, Said, id_at},
    store::{self, Entries},
};
use crate::{Result, db::Tx, suppressions};

/// Contacts that are written at once.
const BATCH: usize = 5_000;

/// Brings everybody here, at the transaction's moment. Lists are those of the places and that of the lapsed.
pub(super) async fn write(tx: &mut Tx, chance: &mut Rng, people: &[Person], lists: &[ListId]) -> Result<()> {
    let (tenant, now) = (tx.actor.tenant, tx.now);
    for some in people.chunks(BATCH) {
        store::insert_people(tx.conn(), tenant, some, now).await?;
        store::insert_consents(tx.conn(), tenant, &consents(chance, some, now)).await?;
    }
    for (number, list) in lists.iter().enumerate() {
        let is_on = |one: &&Person| one.place == number || number == LAPSED && one.is_lapsed();
        let members: Vec<_> = people.iter().filter(is_on).collect();
        store::insert_members(tx.conn(), tenant, *list, &members, now).await?;
    }
    suppress(tx, people).await
}

/// What these people said, as the ledger keeps it since they were brought here.
fn consents(chance: &mut Rng, people: &[Person], brought: DateTime<Utc>) -> Entries {
    let mut entries = Entries::default();
    for one in people.iter().filter(|one| one.said != Said::Nothing) {
        let (source, wording, evidence) = one.consent;
        let said = [(Channel::Email, true), (Channel::Sms, one.phone.is_some())];
        for (channel, _) in said.into_iter().filter(|(_, said)| *said) {
            entries.add(
                id_at(chance, brought),
                one,
                (channel, "granted", one.known_since),
                (source, wording, evidence),
            );
        }
        if one.said == Said::NoMore {
            let at = one.known_since + TimeDelta::hours(chance.i64(2..23));
            entries.add(
                id_at(chance, brought),
                one,
                (Channel::Email, "withdrawn", at),
                ("manual", "", "Asked at the front desk"),
            );
        }
    }
    entries
}

impl Entries {
    fn add(
        &mut self,
        id: Uuid,
        one: &Person,
        (channel, state, at): (Channel, &str, DateTime<Utc>),
        (source, wording, evidence): (&str, &str, &str),
    ) {
        self.ids.push(id);
        self.contacts.push(one.id);
        self.channels.push(channel.word().to_owned());
        self.states.push(state.to_owned());
        self.times.push(at);
        self.sources.push(source.to_owned());
        self.wordings.push(wording.to_owned());
        self.evidence.push(evidence.to_owned());
    }
}

/// Addresses that came from elsewhere with the word that nothing is to be sent to them.
async fn suppress(tx: &mut Tx, people: &[Person]) -> Result<()> {
    let (tenant, now) = (tx.actor.tenant, tx.now);
    let row = |one: &Person| suppressions::Row {
        key: Key { channel: Channel::Email, address: one.email.clone() },
        reason: SuppressionReason::Unsubscribe,
        note: "From the newsletter program of before".to_owned(),
        at: now,
    };
    suppressions::reported(tx.conn(), tenant, people.iter().step_by(160).map(row).collect()).await
}
