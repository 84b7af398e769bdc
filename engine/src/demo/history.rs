//! What has become of a run of the demo: each message gets its story, and everything that follows from it for messages,
//! events, counters and people is written.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    channel::Channel,
    consent::Source,
    id::{ContactId, ListId, RunId},
    suppression::{Key, SuppressionReason},
};
use fastrand::Rng;
use uuid::Uuid;

use super::{
    people::id_at,
    store::{self, Ends, Engaged, Events},
    story::{self, Fortune, Happened, Story},
    tally::Tally,
};
use crate::{Result, audience::consent, db::Tx, lists, suppressions};

/// A run that has begun, and how it is to have gone.
pub(super) struct Went {
    pub(super) run: RunId,
    pub(super) campaign: &'static str,
    pub(super) lists: Vec<ListId>,
    pub(super) begun: DateTime<Utc>,
    pub(super) fortune: Fortune,
    pub(super) links: u16,
    /// The last message that was handed over.
    pub(super) to: i32,
}

/// Messages a second.
const PACE: i64 = 100;

/// All that became of a run's messages.
#[derive(Default)]
struct History {
    ends: Ends,
    events: Events,
    engaged: Engaged,
    tally: Tally,
    left: Vec<(ContactId, DateTime<Utc>)>,
    complained: Vec<(ContactId, DateTime<Utc>)>,
    bounced: Vec<Uuid>,
    suppressed: Vec<suppressions::Row>,
}

/// Writes what became of those of its people that were to be sent to. Says when the last of them was handed over.
pub(super) async fn write(tx: &mut Tx, chance: &mut Rng, went: &Went, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let ids = (tx.actor.tenant, went.run);
    let mut history = History::default();
    // Ids have chance of their own: what is not known yet has none, and must not change what is drawn next.
    let mut fork = chance.fork();
    let mut last = went.begun;
    for recipient in store::recipients(tx.conn(), went.run).await?.iter().filter(|one| one.n <= went.to) {
        last = went.begun + TimeDelta::milliseconds(i64::from(recipient.n) * 1_000 / PACE);
        let story = story::draw(chance, went.fortune, went.links, (last, now));
        history.tell(&mut fork, recipient.n, &recipient.place, (&story, last));
        history.follow(went, recipient.contact, &recipient.address, &story);
    }
    store::end(tx.conn(), ids, &history.ends).await?;
    store::insert_events(tx.conn(), ids, &history.events).await?;
    store::insert_engaged(tx.conn(), ids, &history.engaged).await?;
    history.tally.write(tx.conn(), ids).await?;
    store::settle_to(tx.conn(), went.run, went.to).await?;
    history.carry_out(tx, went, now).await?;
    Ok(last)
}

impl History {
    /// What the ledger, the events and the counters have of it.
    fn tell(&mut self, chance: &mut Rng, n: i32, place: &str, (story, handed): (&Story, DateTime<Utc>)) {
        let reported = ["complained", "bounced", "delivered"].iter().find_map(|kind| story.first(kind));
        self.ends.ns.push(n);
        self.ends.states.push(story.state.word().to_owned());
        self.ends.reasons.push(story.reason.map(str::to_owned));
        self.ends.details.push(story.detail.map(str::to_owned));
        self.ends.accepted.push(story.accepted_at);
        self.ends.at.push(reported.map_or(handed, |one| one.at));
        self.tally.count(story, place);
        let mut told = Vec::new();
        for one in &story.happened {
            let id = id_at(chance, one.at);
            self.events.ns.push(n);
            self.events.ids.push(id);
            self.events.at.push(one.at);
            self.events.kinds.push(one.kind.to_owned());
            self.events.details.push(one.detail.clone());
            told.push((id, one));
        }
        self.engage(n, place, &told);
    }

    /// Who did what first, of a message from which anything came back.
    fn engage(&mut self, n: i32, place: &str, told: &[(Uuid, &Happened)]) {
        let first = |kind: &str| told.iter().find(|(_, one)| one.kind == kind).map(|(id, one)| (one.at, *id));
        let acts = ["opened", "clicked", "machine_opened", "machine_clicked", "unsubscribed"].map(first);
        if acts.iter().all(Option::is_none) {
            return;
        }
        let [opened, clicked, machine_opened, machine_clicked, unsubscribed] = acts;
        let engaged = &mut self.engaged;
        engaged.ns.push(n);
        engaged.opened.push(opened.map(|(at, _)| at));
        engaged.opened_by.push(opened.map(|(_, id)| id));
        engaged.clicked.push(clicked.map(|(at, _)| at));
        engaged.clicked_by.push(clicked.map(|(_, id)| id));
        engaged.machine_opened.push(machine_opened.map(|(at, _)| at));
        engaged.machine_clicked.push(machine_clicked.map(|(at, _)| at));
        engaged.unsubscribed.push(unsubscribed.map(|(at, _)| at));
        engaged.places.push(place.to_owned());
    }

    /// What follows for the person.
    fn follow(&mut self, went: &Went, contact: ContactId, address: &str, story: &Story) {
        if let Some(one) = story.first("unsubscribed") {
            self.left.push((contact, one.at));
        }
        if let Some(one) = story.first("complained") {
            self.complained.push((contact, one.at));
            let note = format!("Reported a message of “{}” as spam.", went.campaign);
            self.suppress(address, SuppressionReason::Complaint, note, one.at);
        }
        if let Some(one) = story.first("bounced").filter(|one| one.detail["hard"] == true) {
            self.bounced.push(contact.0);
            let note = format!("A message of “{}” came back: the address takes no mail.", went.campaign);
            self.suppress(address, SuppressionReason::HardBounce, note, one.at);
        }
    }

    fn suppress(&mut self, address: &str, reason: SuppressionReason, note: String, at: DateTime<Utc>) {
        let key = Key { channel: Channel::Email, address: address.to_lowercase() };
        self.suppressed.push(suppressions::Row { key, reason, note, at });
    }

    /// Changes consents, suppressions and lists, in the order that `audience::consent` names.
    async fn carry_out(self, tx: &mut Tx, went: &Went, now: DateTime<Utc>) -> Result<()> {
        let tenant = tx.actor.tenant;
        let evidence = format!("Reported a message of “{}” as spam.", went.campaign);
        consent::withdrawn(tx.conn(), tenant, &self.complained, (Source::Complaint, &evidence), now).await?;
        let evidence = "Unsubscribe link in a message";
        consent::withdrawn(tx.conn(), tenant, &self.left, (Source::Link, evidence), now).await?;
        suppressions::reported(tx.conn(), tenant, self.suppressed).await?;
        let gone = self.left.iter().chain(&self.complained).map(|(contact, _)| contact.0);
        let lists = went.lists.iter().map(|list| list.0).collect();
        let marks = lists::Marks { bounced: self.bounced, unsubscribed: gone.collect(), lists };
        lists::mark(tx.conn(), tenant, &marks, now).await
    }
}
