//! What rows do, decided by the domain row by row.

use super::{
    Job, Seen,
    keys::hashes,
    people::{Agreed, People, Somebody},
};
use crate::db::new_id;
use chrono::{DateTime, Utc};
use domain::{
    channel::Channel,
    consent::State,
    error::Refused,
    import::{
        Counts, Duplicates, Field, Person, Plain, Reject, Row,
        matching::{Match, decide},
    },
};
use uuid::Uuid;

/// Keys of a dry run that are remembered: beyond them it may count somebody who is in the file twice as two.
const REMEMBERED: usize = 4_000_000;

/// What rows do.
pub(in crate::imports) struct Effect {
    pub(super) people: People,
    pub(super) entries: Vec<(usize, Channel, State)>,
    /// Who goes on the list.
    pub(super) joins: Vec<usize>,
    /// What became of the rows.
    pub(super) counts: Counts,
    /// What is wrong with them.
    pub(super) rejects: Vec<Reject>,
}

impl Effect {
    /// Decides about the rows one after the other: a later one finds what an earlier one did.
    pub(super) fn of(people: People, job: &Job, rows: &[(i64, Row)], now: DateTime<Utc>) -> Self {
        let (counts, rejects) = (Counts::default(), Vec::new());
        let mut effect = Self { people, entries: Vec::new(), joins: Vec::new(), counts, rejects };
        for (number, row) in rows {
            effect.take(job, *number, row, now);
        }
        effect
    }

    fn take(&mut self, job: &Job, number: i64, row: &Row, now: DateTime<Utc>) {
        if !row.mistakes.is_empty() {
            self.counts.rejected += 1;
            for mistake in &row.mistakes {
                self.rejects.push(reject(job, number, mistake.column, &mistake.value, mistake.code, &mistake.reason));
            }
            return;
        }
        if self.people.is_erased(&row.person) {
            let reason = "This person was erased at their own wish, and is not added again.";
            return self.refuse(job, number, Plain::Email, "", Refused::new("erased", reason));
        }
        let decision = decide(&self.people.holders(&row.person));
        let mut person = row.person.clone();
        if decision.drops_phone {
            let phone = person.phone.take().unwrap_or_default();
            let reason = "Another contact has this phone number: it is left out.";
            if !person.is_reachable() {
                return self.refuse(job, number, Plain::Phone, &phone, Refused::new("phone_taken", reason));
            }
            self.warn(job, number, Plain::Phone, &phone, "phone_taken", reason);
        }
        if decision.keeps_id {
            let id = person.external_id.take().unwrap_or_default();
            person.source = None;
            self.warn(job, number, Plain::ExternalId, &id, "other_id", "This contact has another id, which stays.");
        }
        match decision.who {
            Match::Two => {
                let reason =
                    "Its id and its e-mail address belong to two different contacts. Merge them, or correct the row.";
                let email = person.email.unwrap_or_default();
                self.refuse(job, number, Plain::Email, &email, Refused::new("matches_two", reason));
            }
            Match::New => self.make(job, (number, row), person, now),
            Match::Known(place) => self.change(job, (number, row), &person, place),
        }
    }

    fn make(&mut self, job: &Job, row: (i64, &Row), person: Person, now: DateTime<Utc>) {
        let (id, now) = (new_id(now), person.into_new());
        let place = self.people.add(Somebody { id, before: None, now, consents: Vec::new(), is_member: false });
        self.consent(job, row, place);
        self.join(job, place);
        self.counts.created += 1;
    }

    fn change(&mut self, job: &Job, row: (i64, &Row), person: &Person, place: usize) {
        let one = &mut self.people.all[place];
        let becomes = one.with(person, job);
        let mut is_changed = becomes != one.now;
        if is_changed {
            one.now = becomes;
            self.people.find_by(place);
        }
        if job.mapping.duplicates != Duplicates::Skip {
            is_changed |= self.consent(job, row, place);
        }
        is_changed |= self.join(job, place);
        match is_changed {
            true => self.counts.updated += 1,
            false => self.counts.unchanged += 1,
        }
    }

    /// What the row says of consent; says whether anything is new. What a person took back is not granted by a file.
    fn consent(&mut self, job: &Job, (number, row): (i64, &Row), place: usize) -> bool {
        let mut is_new = false;
        for (channel, state) in &row.consents {
            let place_of = |known: &&mut (Channel, Agreed)| known.0 == *channel;
            let known = self.people.all[place].consents.iter_mut().find(place_of);
            let agreed = known.as_ref().map(|known| known.1);
            match (state, agreed) {
                (State::Granted, Some(Agreed::Granted)) | (State::Withdrawn, Some(Agreed::TakenBack)) => continue,
                (State::Granted, Some(Agreed::TakenBack)) => {
                    let reason = format!("Took back the consent for {} before: it stays so.", channel.label());
                    self.warn(job, number, Plain::Email, &row.address(*channel), "withdrawn", &reason);
                    continue;
                }
                _ => {}
            }
            let becomes = if *state == State::Granted { Agreed::Granted } else { Agreed::TakenBack };
            match known {
                Some(known) => known.1 = becomes,
                None => self.people.all[place].consents.push((*channel, becomes)),
            }
            self.entries.push((place, *channel, *state));
            is_new = true;
            if *state == State::Granted && self.people.is_suppressed(*channel, &row.person) {
                let reason = format!("The address is suppressed for {}: nothing is sent to it.", channel.label());
                self.warn(job, number, Plain::Email, &row.address(*channel), "suppressed", &reason);
            }
        }
        is_new
    }

    fn join(&mut self, job: &Job, place: usize) -> bool {
        let one = &mut self.people.all[place];
        let joins = job.joins && !one.is_member;
        if joins {
            one.is_member = true;
            self.joins.push(place);
        }
        joins
    }

    fn refuse(&mut self, job: &Job, number: i64, plain: Plain, value: &str, why: Refused) {
        self.counts.rejected += 1;
        self.rejects.push(reject(job, number, column_of(job, plain), value, why.code, &why.message));
    }

    fn warn(&mut self, job: &Job, number: i64, plain: Plain, value: &str, code: &str, reason: &str) {
        self.counts.warned += 1;
        let reject = reject(job, number, column_of(job, plain), value, code, reason);
        self.rejects.push(Reject { warning: true, ..reject });
    }

    /// The contacts of the database that the rows may be about.
    pub(in crate::imports) fn known(&self) -> impl Iterator<Item = Uuid> {
        self.people.all.iter().filter(|one| one.before.is_some()).map(|one| one.id)
    }

    /// In a dry run nobody is added to the database: who was in an earlier batch is told by their keys.
    pub(super) fn count_repeated(&mut self, job: &Job, seen: &mut Seen) {
        for one in self.people.all.iter().filter(|one| one.before.is_none()) {
            let keys: Vec<u64> = hashes(&one.now).collect();
            if keys.iter().any(|key| seen.contains(key)) {
                self.counts.created -= 1;
                match job.mapping.duplicates {
                    Duplicates::Skip => self.counts.unchanged += 1,
                    Duplicates::Update | Duplicates::Overwrite => self.counts.updated += 1,
                }
            } else if seen.len() < REMEMBERED {
                seen.extend(keys);
            }
        }
    }
}

fn column_of(job: &Job, plain: Plain) -> usize {
    let place = job.mapping.columns.iter().position(|field| *field == Some(Field::Plain(plain)));
    place.map_or(0, |place| place + 1)
}

fn reject(job: &Job, row: i64, column: usize, value: &str, code: &str, reason: &str) -> Reject {
    let name = column.checked_sub(1).and_then(|place| job.found.header.get(place));
    Reject {
        row,
        column: name.cloned().unwrap_or_default(),
        value: value.to_owned(),
        code: code.to_owned(),
        reason: reason.to_owned(),
        warning: false,
        place: i16::try_from(column).unwrap_or(i16::MAX),
    }
}
