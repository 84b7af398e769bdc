//! Handing over, as `engine/src/sending/group.rs`: one call at a time or several, each only while the lease stands.

use domain::{
    delivery::{Outcome, ending},
    message::MessageState,
    rate::GOOD_FOR,
};

use crate::{
    alone,
    leases::{LEASE, Todo},
    ledger::Time,
    mutation::Mutation,
    provider::Answer,
    settle::{End, Work},
    witness::Sight,
    worker::Group,
    world::World,
};

/// A call that is out: what it will bring, and when.
pub struct Out {
    pub todo: Todo,
    pub answer: Answer,
    pub at: Time,
}

impl Group {
    /// When the lease runs out.
    pub fn until(&self) -> Time {
        match self.work {
            Work::Chunk { held, .. } => held.until,
            Work::Alone { until } => until,
        }
    }

    /// All its messages that are not stored yet: also the answered ones, for until then they are in this worker's hands.
    fn held(&self) -> Vec<Todo> {
        let calls = self.todo.iter().map(|(todo, _)| *todo).chain(self.out.iter().map(|out| out.todo));
        calls.chain(self.ends.iter().map(|end| end.todo)).collect()
    }
}

/// Makes the next call, if its moment has come. Finds the lease over: then nothing more is called.
pub fn call(world: &mut World, group: &mut Group) -> bool {
    let (now, until) = (world.now, group.until());
    let Some((todo, moment)) = group.todo.front().copied() else { return false };
    if (group.lost || now >= until) && !world.ledger.breaks(Mutation::CallAfterLapse) {
        give_up(world, group);
        return true;
    }
    if !world.ledger.breaks(Mutation::IgnoreRate) {
        if now < moment {
            return false;
        }
        if now - moment > GOOD_FOR && !world.ledger.breaks(Mutation::UseOldReservations) {
            group.todo[0].1 = now + world.bucket.take(1, now);
            return true;
        }
    }
    group.todo.pop_front();
    let person = world.ledger.message(todo.n).person;
    if world.unwritable[person] {
        group.ends.push(End::skipped(todo));
        return true;
    }
    hand_over(world, group, todo);
    true
}

/// The lease is over: nothing more is called.
fn give_up(world: &mut World, group: &mut Group) {
    let now = world.now;
    world.ledger.witness.sees(Sight::NotCalled);
    let uncalled = group.todo.drain(..).map(|(todo, _)| End::uncalled(todo, now));
    let kept = uncalled.filter(|_| !world.ledger.breaks(Mutation::ForgetUncalled));
    group.ends.extend(kept);
}

fn hand_over(world: &mut World, group: &mut Group, todo: Todo) {
    let now = world.now;
    world.ledger.witness.calls(todo.n, todo.handed, now, group.until());
    let (answer, delay) = world.provider.call(todo.n, now, &mut world.chance, &mut world.ledger.witness);
    world.tell(|| format!("  calls {} (handing-over {}): {answer:?} in {delay}", todo.n, todo.handed));
    group.out.push(Out { todo, answer, at: now + delay });
}

/// Hears an answer that has come.
pub fn hear(world: &mut World, group: &mut Group) -> bool {
    let now = world.now;
    let from = world.chance.below(group.out.len());
    let Some(i) = (0..group.out.len()).map(|i| (i + from) % group.out.len()).find(|i| group.out[*i].at <= now) else {
        return false;
    };
    let Out { todo, answer, .. } = group.out.swap_remove(i);
    // A call that broke off inside may have been made: nobody knows.
    let is_forgotten = answer.is_none() && world.ledger.breaks(Mutation::ForgetBrokenCalls);
    let outcome = answer.unwrap_or(Outcome::Unknown { text: String::new() });
    heed(world, group, todo, &outcome);
    let is_retry = matches!(outcome, Outcome::Retry { .. });
    let mut ending = ending(outcome, todo.attempts, now, world.chance.part());
    if is_retry && ending.state == MessageState::Failed {
        world.ledger.witness.sees(Sight::TriedOften);
    }
    if is_retry && world.ledger.breaks(Mutation::CountRetryAsSent) {
        (ending.state, ending.due_at) = (MessageState::Accepted, None);
    }
    if !is_forgotten {
        group.ends.push(End { todo, ending });
    }
    true
}

/// What an answer says about the account.
fn heed(world: &mut World, group: &mut Group, todo: Todo, outcome: &Outcome) {
    let now = world.now;
    match outcome {
        Outcome::Accepted { .. } => {
            world.ledger.witness.story(todo.n).heard += 1;
            world.bucket.succeeded(1, now);
        }
        Outcome::SlowDown { .. } => {
            world.ledger.witness.sees(Sight::Slowed);
            world.bucket.slow_down(now);
        }
        Outcome::Pause { until_after: Some(after), .. } => world.asleep_until = now + *after,
        Outcome::Pause { until_after: None, .. } => group.pauses = true,
        Outcome::Rejected { .. } | Outcome::Retry { .. } | Outcome::Unknown { .. } => {}
    }
}

/// Holds the lease for longer when half of it is over.
pub fn renew(world: &mut World, group: &mut Group) -> bool {
    if group.lost || world.now < group.until() - LEASE / 2 || world.chance.one_in(4) {
        return false;
    }
    let until = world.now + LEASE;
    let held = group.held();
    let work = group.work;
    let renewed = world.transact(|ledger, _| match work {
        Work::Chunk { held, .. } => ledger.chunks[held.chunk].renew(held.token, until).is_ok(),
        Work::Alone { .. } => alone::renew(ledger, &held, until),
    });
    world.ledger.witness.sees(Sight::Renewed);
    match (renewed, &mut group.work) {
        (Some(true), Work::Chunk { held, .. }) => held.until = until,
        (Some(true), Work::Alone { until: mine }) => *mine = until,
        (Some(false), _) => group.lost = true,
        (None, _) => {}
    }
    renewed.is_some()
}

/// A worker died: nobody will store what it heard.
pub fn forget(world: &mut World, group: &Group) {
    if !group.out.is_empty() {
        world.ledger.witness.sees(Sight::Died);
    }
    for end in group.ends.iter().filter(|end| end.ending.provider_ref.is_some()) {
        world.ledger.witness.story(end.todo.n).heard -= 1;
    }
}
