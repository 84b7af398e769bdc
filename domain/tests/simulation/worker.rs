//! A worker as a machine that makes one step at a time, as `engine/src/sending`: between any two steps it can die,
//! freeze, or find the database gone.

use std::collections::VecDeque;

use chrono::TimeDelta;
use domain::{campaign::CampaignStatus, rate::group_size};

use crate::{
    alone,
    calls::{self, Out},
    leases::{self, Held, Judged, LEASE, Todo},
    ledger::Time,
    moves,
    mutation::Mutation,
    plan,
    settle::{End, Work, settle},
    world::World,
};

pub struct Worker {
    /// Its name on leases: a new one for each life.
    pub id: usize,
    pub doing: Doing,
    pub frozen_until: Option<Time>,
}

pub enum Doing {
    /// Looks for something to do.
    Free,
    /// Holds a chunk with no group out. `asked`: a note that it did not hear the answer to.
    Holding { held: Held, asked: Option<i32> },
    /// A group is noted and being handed over.
    Sending(Group),
    /// Everything has ended; it is to be stored.
    Settling(Group),
    /// The account is refused.
    Pausing,
}

/// A noted group.
pub struct Group {
    pub work: Work,
    /// To be called, and not before.
    pub todo: VecDeque<(Todo, Time)>,
    pub out: Vec<Out>,
    pub ends: Vec<End>,
    /// The account is refused.
    pub pauses: bool,
    /// Somebody else has the lease.
    pub lost: bool,
}

impl Worker {
    pub fn new(id: usize) -> Self {
        Self { id, doing: Doing::Free, frozen_until: None }
    }

    /// One step; says whether there was anything to do.
    pub fn step(&mut self, world: &mut World) -> bool {
        match std::mem::replace(&mut self.doing, Doing::Free) {
            Doing::Free => self.look(world),
            Doing::Holding { held, asked } => self.note(world, held, asked),
            Doing::Sending(group) => self.send(world, group),
            Doing::Settling(group) => self.settle(world, group),
            Doing::Pausing => world.transact(|ledger, _| moves::move_to(ledger, CampaignStatus::Paused)).is_some(),
        }
    }

    fn look(&mut self, world: &mut World) -> bool {
        let first = world.chance.below(4);
        (first..first + 4).any(|kind| match kind % 4 {
            0 => {
                let sizes = world.sizes;
                world.transact(|ledger, now| plan::some(ledger, sizes, now)) == Some(true)
            }
            1 => self.lease(world),
            2 => self.send_due(world),
            _ => world.transact(|ledger, _| moves::finish(ledger)) == Some(true),
        })
    }

    fn lease(&mut self, world: &mut World) -> bool {
        if world.sleeps() {
            return false;
        }
        let id = self.id;
        let Some(Some(held)) = world.transact(|ledger, now| leases::lease(ledger, id, now, now + LEASE)) else {
            return false;
        };
        self.doing = Doing::Holding { held, asked: None };
        true
    }

    fn send_due(&mut self, world: &mut World) -> bool {
        if world.sleeps() {
            return false;
        }
        let (limit, until) = (world.group_size(), world.now + LEASE);
        let Some(Some(judged)) = world.transact(|ledger, now| alone::lease_due(ledger, now, until, limit)) else {
            return false;
        };
        self.begin(world, Work::Alone { until }, judged);
        true
    }

    /// Notes the next group; gives the chunk back when there is none, or when it must not go on.
    fn note(&mut self, world: &mut World, held: Held, asked: Option<i32>) -> bool {
        let group = world.ledger.chunks[held.chunk].next_group(world.group_size());
        let Some(to) = asked.or(group.map(|group| *group.end())).filter(|_| !world.chance.one_in(10)) else {
            world.transact(|ledger, _| ledger.chunks[held.chunk].release(held.token));
            return true;
        };
        let (id, until) = (self.id, world.now + LEASE);
        let work = Work::Chunk { held: Held { until, ..held }, to };
        if world.ledger.breaks(Mutation::SkipNote) {
            let todo = Todo { n: to, attempts: 0, handed: 0 };
            self.begin(world, work, (vec![todo], Vec::new()));
            return true;
        }
        match world.transact(|ledger, now| leases::note(ledger, id, held, to, now, until)) {
            Some(Some(judged)) => self.begin(world, work, judged),
            Some(None) => {
                world.transact(|ledger, _| ledger.chunks[held.chunk].release(held.token));
            }
            // It was stored, or not. Nothing was handed over, so it may ask again; or forget the chunk.
            None if world.chance.one_in(2) => self.doing = Doing::Holding { held, asked: Some(to) },
            None => {}
        }
        true
    }

    fn begin(&mut self, world: &mut World, work: Work, (ready, ends): Judged) {
        let now = world.now;
        let mut turn = |todo| (todo, now + world.bucket.take(1, now));
        let todo = ready.into_iter().map(&mut turn).collect();
        self.doing = Doing::Sending(Group { work, todo, out: Vec::new(), ends, pauses: false, lost: false });
    }

    fn send(&mut self, world: &mut World, mut group: Group) -> bool {
        if group.todo.is_empty() && group.out.is_empty() {
            self.doing = Doing::Settling(group);
            return true;
        }
        let done = calls::renew(world, &mut group)
            || (world.chance.one_in(2) && calls::hear(world, &mut group))
            || calls::call(world, &mut group)
            || calls::hear(world, &mut group);
        self.doing = Doing::Sending(group);
        done
    }

    /// Stores how the group ended: what has happened has happened, so it is tried until it is stored.
    fn settle(&mut self, world: &mut World, group: Group) -> bool {
        let stored = world.transact(|ledger, now| settle(ledger, group.work, &group.ends, now)).is_some()
            && !world.chance.one_in(world.habits.deaf);
        // Until it gives up waiting for the database to say so, others go on.
        self.frozen_until = (!stored).then(|| world.now + TimeDelta::seconds(world.chance.between(0, 6) as i64));
        self.doing = match group.work {
            _ if !stored && !world.ledger.breaks(Mutation::SettleOnce) => Doing::Settling(group),
            _ if group.pauses => Doing::Pausing,
            Work::Chunk { held, .. } => Doing::Holding { held, asked: None },
            Work::Alone { .. } => Doing::Free,
        };
        stored
    }

    /// When it has something to do again, if it waits for a moment.
    pub fn wakes(&self) -> Option<Time> {
        let Doing::Sending(group) = &self.doing else { return self.frozen_until };
        let calls = group.todo.iter().map(|(_, not_before)| *not_before);
        let answers = group.out.iter().map(|out| out.at);
        let renewal = (!group.lost).then(|| group.until() - LEASE / 2);
        calls.chain(answers).chain(renewal).chain(self.frozen_until).min()
    }

    /// The clock is set back: its waits last as long as before.
    pub fn set_back(&mut self, by: TimeDelta) {
        if let Doing::Sending(group) = &mut self.doing {
            group.todo.iter_mut().for_each(|(_, moment)| *moment -= by);
            group.out.iter_mut().for_each(|out| out.at -= by);
        }
    }

    /// It dies with everything it knew. What was noted and not settled will be in doubt.
    pub fn die(&mut self, world: &mut World) {
        if let Doing::Sending(group) | Doing::Settling(group) = &self.doing {
            calls::forget(world, group);
        }
        *self = Self::new(world.next_id());
    }
}

impl Doing {
    /// In words, for whoever reads a history.
    pub fn told(&self) -> String {
        let group = |group: &Group| {
            let (todo, out) = (group.todo.len(), group.out.len());
            let ends: Vec<_> = group.ends.iter().map(|end| (end.todo.n, end.ending.state.word())).collect();
            format!("{:?}: {todo} to call, {out} out, {ends:?}", group.work)
        };
        match self {
            Self::Free => "free".into(),
            Self::Holding { held, .. } => format!("holds {held:?}"),
            Self::Sending(sent) => format!("sends {}", group(sent)),
            Self::Settling(sent) => format!("settles {}", group(sent)),
            Self::Pausing => "pauses".into(),
        }
    }
}

impl World {
    /// As many as can be handed over in half a second, and few enough that there are several groups.
    fn group_size(&self) -> usize {
        group_size(self.bucket.present_rate(), self.bucket.available(self.now), f64::INFINITY).min(self.group_max)
    }
}
