//! What can happen next: a worker's step, time, receipts, people, faults.

use chrono::TimeDelta;
use domain::{campaign::CampaignStatus, consent::State, message::MessageState};

use crate::{
    ledger::Time,
    moves::{self, Decision},
    receipts,
    world::World,
};

/// One event by chance.
pub fn next(world: &mut World) {
    let faults = world.habits.faults;
    match world.chance.below(100 + faults) {
        0..64 => work(world),
        64..82 => time(world),
        82..90 => receipt(world),
        90..93 => apply(world),
        // A person alone would soon be out of it.
        93..100 if world.habits.is_narrow && !world.chance.one_in(8) => {}
        93..100 => person(world),
        _ => fault(world),
    }
}

fn work(world: &mut World) {
    let i = world.chance.below(world.workers.len());
    let now = world.now;
    if world.workers[i].frozen_until.is_none_or(|until| until <= now) {
        world.workers[i].frozen_until = None;
        world.step(i);
    }
}

/// Time goes on: by some time, or to just when the next wait is over.
fn time(world: &mut World) {
    let milliseconds = world.chance.of_these(&[1, 10, 100, 500, 1_000, 3_000, 9_000, 21_000]);
    match next_moment(world).filter(|_| world.chance.one_in(3)) {
        Some(moment) => world.now = moment + TimeDelta::milliseconds(1),
        None => world.advance(TimeDelta::milliseconds(milliseconds)),
    }
}

/// When the next wait for anything is over.
pub fn next_moment(world: &World) -> Option<Time> {
    let due = world.ledger.messages.iter().filter(|message| message.waits()).filter_map(|message| message.due_at);
    let leases = world.ledger.chunks.iter().filter(|chunk| !chunk.is_done()).filter_map(|chunk| chunk.leased_until);
    let workers = world.workers.iter().filter_map(|worker| worker.wakes());
    let moments = due.chain(leases).chain(workers).chain([world.asleep_until]);
    moments.filter(|moment| *moment > world.now).min()
}

/// A receipt comes: stored raw, or refused and brought again. Some come twice.
fn receipt(world: &mut World) {
    if world.provider.post.is_empty() {
        return;
    }
    let i = world.chance.below(world.provider.post.len());
    let receipt = world.provider.post[i];
    let stored = world.transact(|ledger, _| ledger.receipts.push(receipt)).is_some();
    world.tell(|| format!("receipt: {} is {}; stored: {stored}", receipt.n, receipt.says));
    if stored && !world.chance.one_in(3) {
        world.provider.post.swap_remove(i);
        world.provider.past.push(receipt);
    }
}

fn apply(world: &mut World) {
    world.transact(receipts::apply);
    world.tell(|| "receipts are applied".into());
}

fn person(world: &mut World) {
    use CampaignStatus::{Failed, Paused, Running};
    match world.chance.below(if world.habits.cancels { 13 } else { 12 }) {
        0..2 => status(world, Paused),
        2..5 => status(world, Running),
        5 => status(world, Failed),
        6..9 => forbid(world),
        9..12 => decide(world),
        _ => {
            world.transact(moves::cancel);
            world.tell(|| "somebody stops the campaign".into());
        }
    }
}

fn status(world: &mut World, next: CampaignStatus) {
    world.transact(|ledger, _| moves::move_to(ledger, next));
    world.tell(|| format!("somebody wants it {next}"));
}

/// Somebody unsubscribes, is suppressed, marked or erased.
fn forbid(world: &mut World) {
    let person = world.chance.below(world.ledger.people.len());
    let how = world.chance.below(8);
    world.transact(|ledger, _| {
        let facts = &mut ledger.people[person];
        match how {
            0 => facts.suppressed = true,
            1 => facts.do_not_contact = true,
            2 => facts.exists = false,
            _ => facts.consent = Some(State::Withdrawn),
        }
    });
    world.tell(|| format!("person {person} does not want any more"));
}

fn decide(world: &mut World) {
    let doubted: Vec<i32> = in_doubt(world);
    if doubted.is_empty() {
        return;
    }
    let decision =
        world.chance.of_these(&[Decision::SendAgain, Decision::SendAgain, Decision::MarkSent, Decision::MarkNotSent]);
    let n = world.chance.of_these(&doubted);
    world.transact(|ledger, now| moves::decide(ledger, n, decision, now));
    world.tell(|| format!("somebody says of {n}: {decision:?}"));
}

/// Numbers of the messages in doubt.
pub fn in_doubt(world: &World) -> Vec<i32> {
    let is_in_doubt = |n: &i32| world.ledger.messages[*n as usize - 1].state == MessageState::InDoubt;
    world.ledger.numbers().filter(is_in_doubt).collect()
}

fn fault(world: &mut World) {
    let i = world.chance.below(world.workers.len());
    match world.chance.below(8) {
        0..3 => {
            world.tell(|| format!("worker {i} dies"));
            world.kill(i);
        }
        3..5 => {
            let until = world.now + TimeDelta::seconds(world.chance.between(5, 90) as i64);
            world.tell(|| format!("worker {i} freezes"));
            world.workers[i].frozen_until = Some(until);
        }
        5..7 => {
            world.away = !world.away;
            let away = world.away;
            world.tell(|| format!("the database is away: {away}"));
        }
        _ => {
            let back = world.chance.of_these(&[10, 1_000, 30_000]);
            world.set_back(TimeDelta::milliseconds(back));
            world.tell(|| "the clock steps back".into());
        }
    }
}
