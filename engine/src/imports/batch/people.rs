//! The people that rows of a batch may be about: those who are known, and those whom earlier rows of it have made.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::{
    channel::Channel,
    consent::State,
    import::{
        Duplicates, Person, Row,
        matching::{Holder, Holders},
    },
    list::MemberStatus,
};
use uuid::Uuid;

use super::Job;
use crate::{
    Engine, Result,
    audience::erase::external_key,
    db::Tx,
    imports::{erased, store},
};

/// One of them.
pub(super) struct Somebody {
    pub(super) id: Uuid,
    /// As in the database; none for one that is new.
    pub(super) before: Option<(Person, DateTime<Utc>)>,
    pub(super) now: Person,
    /// Consents in force; those that the person took back themselves are not granted by a file.
    pub(super) consents: Vec<(Channel, Agreed)>,
    /// On the list already, or bounced or unsubscribed from it.
    pub(super) is_member: bool,
}

/// What somebody agreed to on a channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreed {
    Granted,
    /// By the person, or by somebody who knew.
    TakenBack,
    /// Because an import was undone: nothing stands.
    Undone,
}

/// All of them, by what they can be found by.
pub(super) struct People {
    pub(super) all: Vec<Somebody>,
    emails: HashMap<String, usize>,
    phones: HashMap<String, usize>,
    ids: HashMap<(String, String), usize>,
    erased: HashSet<String>,
    suppressed: HashSet<(Channel, String)>,
}

impl People {
    /// Looks up whom the rows may be about.
    pub(super) async fn load(engine: &Engine, tx: &mut Tx, job: &Job, rows: &[(i64, Row)]) -> Result<Self> {
        let good = || rows.iter().map(|(_, row)| row).filter(|row| row.mistakes.is_empty()).map(|row| &row.person);
        let keys = keys(good());
        let mut people = Self::of(store::known(tx.conn(), &keys).await?);
        people.agreed(tx, job).await?;
        people.joined(tx, job).await?;
        let mut addresses: Vec<String> = keys.emails.iter().chain(&keys.phones).cloned().collect();
        addresses.extend(good().filter_map(|person| person.whatsapp.clone()));
        people.suppressed = store::suppressed(tx.conn(), &addresses).await?.into_iter().collect();
        addresses.extend(keys.sources.iter().zip(&keys.ids).map(|(source, id)| external_key(source, id)));
        people.erased = erased::among(engine, tx, addresses).await?;
        Ok(people)
    }

    fn of(known: Vec<store::Known>) -> Self {
        let mut people = Self {
            all: Vec::with_capacity(known.len()),
            emails: HashMap::new(),
            phones: HashMap::new(),
            ids: HashMap::new(),
            erased: HashSet::new(),
            suppressed: HashSet::new(),
        };
        for store::Known { id, person, updated_at } in known {
            let before = Some((person.clone(), updated_at));
            people.add(Somebody { id, before, now: person, consents: Vec::new(), is_member: false });
        }
        people
    }

    async fn agreed(&mut self, tx: &mut Tx, job: &Job) -> Result<()> {
        if self.all.is_empty() || !job.mapping.grants() {
            return Ok(());
        }
        let mut by_id = HashMap::<_, Vec<_>>::new();
        for consent in store::consents(tx.conn(), &self.contacts()).await? {
            let agreed = match consent.state {
                State::Granted => Agreed::Granted,
                State::Withdrawn if consent.is_undone => Agreed::Undone,
                State::Withdrawn => Agreed::TakenBack,
            };
            by_id.entry(consent.contact).or_default().push((consent.channel, agreed));
        }
        self.all.iter_mut().for_each(|one| one.consents = by_id.remove(&one.id).unwrap_or_default());
        Ok(())
    }

    async fn joined(&mut self, tx: &mut Tx, job: &Job) -> Result<()> {
        let Some(list) = job.list.filter(|_| !self.all.is_empty()) else { return Ok(()) };
        let members = store::members(tx.conn(), list, &self.contacts()).await?;
        let on_it = members.into_iter().filter(|(_, status)| *status != MemberStatus::Removed).map(|(id, _)| id);
        let on_it: HashSet<_> = on_it.collect();
        self.all.iter_mut().for_each(|one| one.is_member = on_it.contains(&one.id));
        Ok(())
    }

    fn contacts(&self) -> Vec<Uuid> {
        self.all.iter().map(|one| one.id).collect()
    }

    /// Adds somebody, who can be found from now on.
    pub(super) fn add(&mut self, one: Somebody) -> usize {
        self.all.push(one);
        self.find_by(self.all.len() - 1);
        self.all.len() - 1
    }

    /// Makes somebody found by what they have now. By what they had before they are still found: it is theirs until all
    /// is written.
    pub(super) fn find_by(&mut self, place: usize) {
        let person = &self.all[place].now;
        self.emails.extend(person.email_key().map(|email| (email, place)));
        self.phones.extend(person.phone.clone().map(|phone| (phone, place)));
        self.ids.extend(person.external().map(|(source, id)| ((source.to_owned(), id.to_owned()), place)));
    }

    /// Who holds the values of a row.
    pub(super) fn holders(&self, row: &Person) -> Holders<usize> {
        let external = row.external().and_then(|(source, id)| self.ids.get(&(source.to_owned(), id.to_owned())));
        let email = row.email_key().and_then(|email| self.emails.get(&email));
        let phone = row.phone.as_ref().and_then(|phone| self.phones.get(phone));
        let holder = |place: Option<&usize>| place.map(|place| self.holder(*place, row));
        Holders { external: holder(external), email: holder(email), phone: holder(phone) }
    }

    fn holder(&self, place: usize, row: &Person) -> Holder<usize> {
        let now = &self.all[place].now;
        let differ = |mine: Option<String>, theirs: Option<String>| mine.zip(theirs).is_some_and(|(a, b)| a != b);
        let (has_other_id, has_foreign_id) = match (now.external(), row.external()) {
            (Some(mine), Some(theirs)) if mine != theirs => (mine.0 == theirs.0, mine.0 != theirs.0),
            _ => (false, false),
        };
        let has_other_email = differ(now.email_key(), row.email_key());
        Holder { id: place, has_other_email, has_other_id, has_foreign_id }
    }

    /// Whether a value of the row is of somebody who was erased.
    pub(super) fn is_erased(&self, row: &Person) -> bool {
        !self.erased.is_empty() && {
            let external = row.external().map(|(source, id)| external_key(source, id));
            let all = [row.email_key(), row.phone.clone(), row.whatsapp.clone(), external];
            all.iter().flatten().any(|address| self.erased.contains(address))
        }
    }

    /// Whether the row's address of a channel must not be written to.
    pub(super) fn is_suppressed(&self, channel: Channel, row: &Person) -> bool {
        let address = match channel {
            Channel::Email => row.email_key(),
            Channel::Whatsapp => row.whatsapp.clone().or(row.phone.clone()),
            _ => row.phone.clone(),
        };
        !self.suppressed.is_empty() && address.is_some_and(|address| self.suppressed.contains(&(channel, address)))
    }
}

impl Somebody {
    /// What the row makes of them.
    pub(super) fn with(&self, row: &Person, job: &Job) -> Person {
        match self.before {
            // Made by an earlier row of the file: a later one adds to it, unless those who are known stay as they are.
            None if job.mapping.duplicates == Duplicates::Skip => self.now.clone(),
            _ => self.now.with(row, job.named, job.mapping.duplicates),
        }
    }
}

fn keys<'a>(people: impl Iterator<Item = &'a Person>) -> store::Keys {
    let mut keys = store::Keys::default();
    for person in people {
        keys.emails.extend(person.email_key());
        keys.phones.extend(person.phone.clone());
        if let Some((source, id)) = person.external() {
            keys.sources.push(source.to_owned());
            keys.ids.push(id.to_owned());
        }
    }
    keys
}
