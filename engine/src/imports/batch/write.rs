//! What a batch does is written with one statement a table. What all batches of an import share comes last: batches side
//! by side wait for each other there only.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::import::Counts;

use super::{Job, effect::Effect, keep_rejects};
use crate::{
    Result,
    db::{Tx, new_id},
    imports::store::{self, Change, Columns, Entry, Joined, Said},
};

/// A batch that is written, but for what it shares with others.
pub(in crate::imports) struct Written {
    /// What became of its rows.
    pub(in crate::imports) counts: Counts,
    joined: Joined,
}

impl Written {
    /// Counts the members in the totals of the list, which holds its row until the end.
    pub(in crate::imports) async fn count(&self, tx: &mut Tx, job: &Job) -> Result<()> {
        match job.list.filter(|_| self.joined.all > 0) {
            Some(list) => store::count_joined(tx.conn(), list, &self.joined).await,
            None => Ok(()),
        }
    }
}

impl Effect {
    /// Writes it all. None when somebody changed the same people meanwhile.
    pub(in crate::imports) async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Option<Written>> {
        let (tenant, now) = (tx.tenant(), tx.now);
        let (new, changed, changes) = self.sorted();
        if !changed.ids.is_empty() && store::update_contacts(tx.conn(), &changed, now).await? < changed.ids.len() {
            return Ok(None);
        }
        if !new.ids.is_empty() {
            store::insert_contacts(tx.conn(), tenant, job.import, &new, now).await?;
        }
        if !changes.is_empty() {
            store::insert_changes(tx.conn(), tenant, job.import, &changes).await?;
        }
        if !self.entries.is_empty() {
            let entries = self.ledger(now);
            let said = Said { wording: &job.mapping.wording, evidence: &job.evidence, recorded_by: &job.by };
            store::insert_entries(tx.conn(), (tenant, job.import), &entries, &said, now).await?;
        }
        let joined = self.put(tx, job).await?;
        keep_rejects(tx, job.import, &self.rejects).await?;
        Ok(Some(Written { counts: self.counts, joined }))
    }

    /// Puts those who join on the list.
    async fn put(&self, tx: &mut Tx, job: &Job) -> Result<Joined> {
        let Some(list) = job.list.filter(|_| !self.joins.is_empty()) else { return Ok(Joined::default()) };
        let (tenant, now) = (tx.tenant(), tx.now);
        let joins = self.joins.iter().map(|place| &self.people.all[*place]);
        let (new, known): (Vec<_>, Vec<_>) = joins.partition(|one| one.before.is_none());
        let (new, known) = (new.iter().map(|one| one.id).collect(), known.iter().map(|one| one.id).collect());
        store::put(tx.conn(), tenant, list, (new, known), now).await
    }

    /// Who is new, who changes, and how those were.
    fn sorted(&self) -> (Columns, Columns, Vec<Change>) {
        let (mut new, mut changed, mut changes) = (Columns::default(), Columns::default(), Vec::new());
        let touched: HashSet<usize> =
            self.joins.iter().copied().chain(self.entries.iter().map(|(place, ..)| *place)).collect();
        let joined: HashSet<usize> = self.joins.iter().copied().collect();
        for (place, one) in self.people.all.iter().enumerate() {
            let Some((was, seen)) = &one.before else {
                new.push(one.id, DateTime::<Utc>::MIN_UTC, &one.now);
                continue;
            };
            let is_changed = *was != one.now;
            if is_changed {
                changed.push(one.id, *seen, &one.now);
            }
            if is_changed || touched.contains(&place) {
                let was = is_changed.then(|| was.clone());
                changes.push(Change { contact: one.id, was, joined: joined.contains(&place) });
            }
        }
        (new, changed, changes)
    }

    /// Of two entries about the same in one batch the last counts: both would be at the same moment.
    fn ledger(&self, now: DateTime<Utc>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(self.entries.len());
        let mut places = HashMap::new();
        for (place, channel, state) in &self.entries {
            let one = &self.people.all[*place];
            let is_first = one.before.is_none();
            let entry = Entry { id: new_id(now), contact: one.id, channel: *channel, state: *state, is_first };
            match places.get(&(*place, *channel)) {
                Some(known) => entries[*known] = entry,
                None => {
                    places.insert((*place, *channel), entries.len());
                    entries.push(entry);
                }
            }
        }
        entries
    }
}
