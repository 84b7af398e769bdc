//! The world: a clock, a database that can be away, a provider, workers, people. One event at a time, by chance.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{consent::State, guard::Facts, rate::Bucket};

use crate::{
    chance::Chance,
    ledger::{Ledger, Time},
    moves::Decision,
    mutation::Mutation,
    plan::Sizes,
    provider::{Provider, Temper},
    witness::Sight,
    worker::Worker,
};

pub struct World {
    pub now: Time,
    pub chance: Chance,
    pub ledger: Ledger,
    /// The database is gone.
    pub away: bool,
    /// Once in so many times a transaction is stored and its worker does not hear of it.
    pub not_heard: usize,
    pub provider: Provider,
    pub bucket: Bucket,
    /// The account sleeps until then.
    pub asleep_until: Time,
    /// By person: the text has a place that they leave empty.
    pub unwritable: Vec<bool>,
    pub workers: Vec<Worker>,
    pub sizes: Sizes,
    pub group_max: usize,
    pub habits: Habits,
    /// What happened, where somebody wants to read it.
    pub trace: Option<Vec<String>>,
    names: usize,
}

/// What kind of history this is.
#[derive(Clone, Copy)]
pub struct Habits {
    /// A person or two, a provider that is slow, workers that store things twice: what goes wrong then needs many
    /// steps with one message, and would hardly be met in a crowd.
    pub is_narrow: bool,
    /// Faults in a hundred events.
    pub faults: usize,
    /// Somebody may stop the campaign for good.
    pub cancels: bool,
    /// What the policy says of doubts older than a day.
    pub policy: Option<Decision>,
    /// Once in so many times that how a group ended is stored, its worker does not hear of it and stores it again.
    pub deaf: usize,
    /// Events before it calms down.
    pub events: usize,
}

impl World {
    pub fn new(seed: u64, mutation: Option<Mutation>, traced: bool) -> Self {
        let mut chance = Chance::of(seed);
        let habits = habits(&mut chance);
        let people = if habits.is_narrow { chance.between(1, 2) } else { chance.of_these(&[1, 2, 3, 5, 7, 9]) };
        let facts = (0..people).map(|_| facts(&mut chance)).collect();
        // In a narrow history the account is quick enough to be slowed down often.
        let quota = if habits.is_narrow { 1_000 } else { chance.between(2, 40) as u32 };
        let workers = if habits.is_narrow { 4 } else { chance.between(1, 4) };
        let now = DateTime::UNIX_EPOCH;
        let expires_at = now + TimeDelta::seconds(chance.of_these(&[60, 600, 86_400, 900_000_000]));
        Self {
            now,
            ledger: Ledger::new(facts, expires_at, mutation),
            away: false,
            not_heard: if habits.is_narrow { 0 } else { chance.of_these(&[0, 5, 20]) },
            provider: Provider::new(temper(&mut chance, habits), quota),
            bucket: Bucket::per_account(quota, now),
            asleep_until: now,
            unwritable: (0..people).map(|_| chance.one_in(15)).collect(),
            workers: (0..workers).map(Worker::new).collect(),
            sizes: Sizes { batch: chance.between(2, 5), chunk: chance.between(1, 5) as i32 },
            group_max: chance.between(1, 4),
            habits,
            trace: traced.then(Vec::new),
            names: workers,
            chance,
        }
    }

    /// A transaction: carried out whole, or not; and sometimes carried out without anybody hearing of it.
    pub fn transact<T>(&mut self, transaction: impl FnOnce(&mut Ledger, Time) -> T) -> Option<T> {
        if self.away {
            return None;
        }
        let done = transaction(&mut self.ledger, self.now);
        if self.chance.one_in(self.not_heard) {
            self.ledger.witness.sees(Sight::NotHeard);
            return None;
        }
        Some(done)
    }

    /// Whether the account sleeps.
    pub fn sleeps(&self) -> bool {
        self.now < self.asleep_until
    }

    /// A name for a worker's new life.
    pub fn next_id(&mut self) -> usize {
        self.names += 1;
        self.names
    }

    /// Time goes on.
    pub fn advance(&mut self, by: TimeDelta) {
        self.now += by;
    }

    /// The clock is set back. Whoever sleeps or waits for an answer does so by another clock, which no one sets.
    pub fn set_back(&mut self, by: TimeDelta) {
        self.now -= by;
        self.provider.forget_times();
        self.workers.iter_mut().for_each(|worker| worker.set_back(by));
    }

    /// Lets a worker make a step; says whether it had anything to do.
    pub fn step(&mut self, i: usize) -> bool {
        let mut worker = std::mem::replace(&mut self.workers[i], Worker::new(usize::MAX));
        let before = self.trace.is_some().then(|| worker.doing.told());
        let done = worker.step(self);
        if let Some(before) = before {
            let (id, after) = (worker.id, worker.doing.told());
            self.tell(|| format!("worker {id}: {before} → {after}"));
        }
        self.workers[i] = worker;
        done
    }

    /// A worker dies; another one begins in its place.
    pub fn kill(&mut self, i: usize) {
        let mut worker = std::mem::replace(&mut self.workers[i], Worker::new(usize::MAX));
        worker.die(self);
        self.workers[i] = worker;
    }

    /// Writes down what happened.
    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        let now = self.now - DateTime::<Utc>::UNIX_EPOCH;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>11.3} s  {}", now.as_seconds_f64(), what()));
        }
    }
}

fn facts(chance: &mut Chance) -> Facts {
    Facts {
        exists: !chance.one_in(40),
        has_address: !chance.one_in(20),
        do_not_contact: chance.one_in(40),
        consent: (!chance.one_in(20)).then_some(State::Granted),
        suppressed: chance.one_in(40),
        // What is asked at the moment of sending alone: deferrals are played as "slow down", skips as the others.
        ..Facts::default()
    }
}

fn temper(chance: &mut Chance, habits: Habits) -> Temper {
    use Temper as T;
    if habits.is_narrow { T::SLOWEST } else { chance.of_these(&[T::GOOD, T::FLAKY, T::SLOW, T::STORM, T::SILENT]) }
}

fn habits(chance: &mut Chance) -> Habits {
    let is_narrow = chance.one_in(5);
    Habits {
        is_narrow,
        faults: if is_narrow { 3 } else { chance.of_these(&[0, 3, 8]) },
        cancels: chance.one_in(4),
        policy: chance.one_in(2).then_some(Decision::SendAgain),
        deaf: if is_narrow { 2 } else { chance.of_these(&[0, 0, 2]) },
        events: if is_narrow { 240 } else { chance.between(20, 240) },
    }
}
