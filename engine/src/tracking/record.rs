//! Writes what came back from the messages of one run, with its counters, in one transaction. All that is known of a
//! message is judged together (`domain::tracking::judge`), so what was taken for a person's is taken back when more is
//! known; counters follow by the difference. A message's row of `engagement` is held meanwhile: people are counted once,
//! whichever process writes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{RunId, TenantId},
    tracking::{self, Act, Device, Why, agent, device, judge},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    hits::Hit,
    store::hits::{self as store, Changes, Engagement},
};
use crate::{Engine, Result, db::new_id, live};

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
        tracking::Hit { at: self.at, act, agent: agent(&self.detail.agent), head: self.detail.head }
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
    let ns: BTreeSet<i32> = hits.iter().map(|hit| hit.n).collect();
    let ns: Vec<i32> = ns.into_iter().collect();
    let mut tx = engine.db.begin_for(tenant).await?;
    store::begin(&mut tx).await?;
    store::know(&mut tx, (tenant, run), &ns).await?;
    let messages = store::lock(&mut tx, (tenant, run), &ns, engine.clock.now()).await?;
    let mut earlier = store::earlier(&mut tx, (tenant, run), &ns).await?;
    let mut changes = Changes::default();
    for message in messages {
        let mut events = earlier.remove(&message.n).unwrap_or_default();
        events.extend(hits.iter().filter(|hit| hit.n == message.n).map(Event::new));
        change(&mut changes, message, events);
    }
    store::write(&mut tx, (tenant, run), &changes).await?;
    live::changed(&mut tx, tenant, run).await?;
    Ok(tx.commit().await?)
}

/// What these events, known and new, change of a message and of the counters.
fn change(changes: &mut Changes, mut message: Engagement, mut events: Vec<Event>) {
    events.sort_by_key(|event| (event.at, event.id));
    let hits: Vec<_> = events.iter().map(Event::hit).collect();
    let verdicts = judge(&hits, message.handed_over);
    let known = events.iter().filter(|event| event.is_known).map(|event| (event, event.detail.why));
    let (before, after) = (Sums::of(known), Sums::of(events.iter().zip(verdicts.iter().copied())));
    changes.differ(&before.hours, &after.hours, &before.counts, &after.counts);
    let first = |kind| {
        let judged = events.iter().zip(&verdicts);
        judged.filter(|(event, why)| event.kind(**why) == kind).map(|(event, _)| (event.at, event.id)).min()
    };
    let is_machine = |id: Uuid| events.iter().zip(&verdicts).any(|(event, why)| event.id == id && why.is_some());
    for (kind, machine, place, seen) in [
        ("opened", "machine_opened", "opened_in", &mut message.opened),
        ("clicked", "machine_clicked", "clicked_in", &mut message.clicked),
    ] {
        let was = seen.person;
        seen.person = was.filter(|(_, id)| !is_machine(*id)).or_else(|| first(kind));
        let by = i64::from(seen.person.is_some()) - i64::from(was.is_some());
        changes.count(kind, "", by);
        if !message.place.is_empty() {
            changes.count(place, &message.place, by);
        }
        if seen.machine.is_none() {
            seen.machine = first(machine).map(|(at, _)| at);
            changes.count(machine, "", i64::from(seen.machine.is_some()));
        }
    }
    for (event, why) in events.into_iter().zip(verdicts) {
        if !event.is_known || event.detail.why != why {
            let kind = event.kind(why);
            changes.event(message.n, event.id, event.at, kind, &Detail { why, ..event.detail });
        }
    }
    changes.engagement(&message);
}

/// What a message's events add to the counters that count each of them.
#[derive(Default)]
struct Sums {
    hours: BTreeMap<(&'static str, DateTime<Utc>), i64>,
    counts: BTreeMap<(&'static str, String), i64>,
}

impl Sums {
    fn of<'a>(events: impl Iterator<Item = (&'a Event, Option<Why>)>) -> Self {
        let mut sums = Self::default();
        for (event, why) in events {
            *sums.hours.entry((event.kind(why), hour(event.at))).or_default() += 1;
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
