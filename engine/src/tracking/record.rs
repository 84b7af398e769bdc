//! Writes what came back from the messages of one run, with its counters, in one transaction. All that is known of a
//! message is judged together (`domain::tracking::judge`), so what was taken for a person's is taken back when more is
//! known; counters follow by the difference. A message's row of `engagement` is held meanwhile: people are counted once,
//! whichever process writes.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{RunId, TenantId},
    tracking::{self, Act, Before, Device, Why, agent, device, judge},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    hits::Hit,
    store::{
        held::{self, Engagement},
        hits::{self as store, Changes},
    },
};
use crate::{Engine, Result, db::new_id, live};

/// The events of a message that are recorded: mailing lists and archives make many more, and so may whoever has the message.
const MOST: usize = 500;
/// Those of one batch that are looked at.
const AT_ONCE: usize = 50;

/// What is kept of an event beside its kind and time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Detail {
    /// What the program says of itself.
    agent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    /// Of a click the link's number; 0 is the one that nobody sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<u16>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    head: bool,
    /// Why it is a machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
}

/// Something that came back from one message.
pub(super) struct Event {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) detail: Detail,
    /// Whether it was written before.
    pub(super) is_known: bool,
}

impl Event {
    fn new(hit: &Hit) -> Self {
        let link = match hit.act {
            Act::Opened => None,
            Act::Clicked(link) => Some(link),
            Act::Trapped => Some(0),
        };
        let ip = hit.address.map(|address| address.to_string());
        let detail = Detail { agent: hit.agent.clone(), ip, link, head: hit.head, why: None };
        Self { id: new_id(hit.at), at: hit.at, detail, is_known: false }
    }

    fn hit(&self) -> tracking::Hit {
        let act = match self.detail.link {
            None => Act::Opened,
            Some(0) => Act::Trapped,
            Some(link) => Act::Clicked(link),
        };
        let before = match (self.is_known, self.detail.why) {
            (false, _) => Before::New,
            (true, None) => Before::Person,
            (true, Some(why)) => Before::Machine(why),
        };
        tracking::Hit { at: self.at, act, agent: agent(&self.detail.agent), head: self.detail.head, before }
    }

    /// The word for its kind, as it is judged.
    fn kind(&self, why: Option<Why>) -> &'static str {
        match (self.detail.link, why) {
            (None, None) => "opened",
            (None, Some(_)) => "machine_opened",
            (Some(_), None) => "clicked",
            (Some(_), Some(_)) => "machine_clicked",
        }
    }
}

/// Writes what came back from messages of a run. Messages that are not there any more are passed over.
pub(super) async fn write(engine: &Engine, (tenant, run): (TenantId, RunId), hits: &[Hit]) -> Result<()> {
    let mut by_message: BTreeMap<i32, Vec<&Hit>> = BTreeMap::new();
    for hit in hits {
        by_message.entry(hit.n).or_default().push(hit);
    }
    let ns: Vec<i32> = by_message.keys().copied().collect();
    let mut tx = engine.db.begin_for(tenant).await?;
    store::begin(&mut tx).await?;
    held::know(&mut tx, (tenant, run), &ns).await?;
    let messages = held::read(&mut tx, (tenant, run), &ns, engine.clock.now()).await?;
    let mut earlier = store::earlier(&mut tx, (tenant, run), &ns, MOST as i64).await?;
    let mut changes = Changes::default();
    for message in messages {
        let mut events = earlier.remove(&message.n).unwrap_or_default();
        let new = worth(by_message.remove(&message.n).unwrap_or_default(), events.len());
        if !new.is_empty() {
            events.extend(new.into_iter().map(Event::new));
            change(&mut changes, message, events);
        }
    }
    if !changes.is_empty() {
        store::write(&mut tx, (tenant, run), &changes).await?;
        live::changed(&mut tx, tenant, run).await?;
    }
    Ok(tx.commit().await?)
}

/// What is recorded of what came back from one message at once: not more than a message may have, so that whoever has one
/// cannot keep this busy. What betrays a machine comes first.
fn worth(mut hits: Vec<&Hit>, recorded: usize) -> Vec<&Hit> {
    hits.sort_by_key(|hit| hit.act != Act::Trapped);
    hits.truncate(AT_ONCE.min(MOST.saturating_sub(recorded)));
    hits
}

/// An event with its verdict.
type Judged<'a> = (&'a Event, Option<Why>);

/// What these events, known and new, change of a message and of the counters.
fn change(changes: &mut Changes, mut message: Engagement, mut events: Vec<Event>) {
    events.sort_by_key(|event| (event.at, event.id));
    let hits: Vec<_> = events.iter().map(Event::hit).collect();
    let verdicts = judge(&hits, message.handed_over);
    let known = events.iter().filter(|event| event.is_known).map(|event| (event, event.detail.why));
    let before = Sums::of(known, message.opened.person);
    let judged: Vec<Judged> = events.iter().zip(verdicts.iter().copied()).collect();
    count_people(changes, &mut message, &judged);
    let after = Sums::of(judged.into_iter(), message.opened.person);
    changes.differ(&before.hours, &after.hours, &before.counts, &after.counts);
    for (event, why) in events.into_iter().zip(verdicts) {
        if !event.is_known || event.detail.why != why {
            let kind = event.kind(why);
            changes.event(message.n, event.id, event.at, kind, &Detail { why, ..event.detail });
        }
    }
    changes.engagement(&message);
}

/// Who opened and clicked first, people and machines. Whoever follows a link has opened the message, also where no pictures
/// are shown: so a person's click counts as their opening when there was none before.
fn count_people(changes: &mut Changes, message: &mut Engagement, judged: &[Judged]) {
    let first = |is: &dyn Fn(&'static str) -> bool| {
        let found = judged.iter().filter(|(event, why)| is(event.kind(*why)));
        found.map(|(event, _)| (event.at, event.id)).min()
    };
    let is_machine = |id: Uuid| judged.iter().any(|(event, why)| event.id == id && why.is_some());
    let opened = first(&|kind| matches!(kind, "opened" | "clicked"));
    let clicked = first(&|kind| kind == "clicked");
    for (kind, person, machine, place, seen) in [
        ("opened", opened, "machine_opened", "opened_in", &mut message.opened),
        ("clicked", clicked, "machine_clicked", "clicked_in", &mut message.clicked),
    ] {
        let was = seen.person;
        seen.person = was.filter(|(_, id)| !is_machine(*id)).or(person);
        let by = i64::from(seen.person.is_some()) - i64::from(was.is_some());
        changes.count(kind, "", by);
        if !message.place.is_empty() {
            changes.count(place, &message.place, by);
        }
        if seen.machine.is_none() {
            seen.machine = first(&|kind| kind == machine).map(|(at, _)| at);
            changes.count(machine, "", i64::from(seen.machine.is_some()));
        }
    }
}

/// What a message's events add to the counters that count each of them.
#[derive(Default)]
struct Sums {
    hours: BTreeMap<(&'static str, DateTime<Utc>), i64>,
    counts: BTreeMap<(&'static str, String), i64>,
}

impl Sums {
    /// `opened` is the event that somebody is counted for as having opened: if that is a click, it is an opening besides.
    fn of<'a>(events: impl Iterator<Item = Judged<'a>>, opened: Option<(DateTime<Utc>, Uuid)>) -> Self {
        let mut sums = Self::default();
        for (event, why) in events {
            *sums.hours.entry((event.kind(why), hour(event.at))).or_default() += 1;
            if event.detail.link.is_some() && opened.is_some_and(|(_, by)| by == event.id) {
                *sums.hours.entry(("opened", hour(event.at))).or_default() += 1;
            }
            match (event.detail.link, why) {
                (Some(0), _) | (None, Some(_)) => {}
                (Some(link), Some(_)) => sums.add("link_machines", link.to_string()),
                (Some(link), None) => {
                    sums.add("link_clicks", link.to_string());
                    sums.counts.insert(("link_people", link.to_string()), 1);
                    sums.add("device", device_of(event));
                }
                (None, None) => sums.add("device", device_of(event)),
            }
        }
        sums
    }

    fn add(&mut self, kind: &'static str, code: String) {
        *self.counts.entry((kind, code)).or_default() += 1;
    }
}

fn device_of(event: &Event) -> String {
    let device: Device = device(&event.detail.agent);
    device.word().to_owned()
}

/// The beginning of the hour, in UTC.
fn hour(at: DateTime<Utc>) -> DateTime<Utc> {
    let into = at.timestamp().rem_euclid(3600);
    at - TimeDelta::seconds(into) - TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into())
}
