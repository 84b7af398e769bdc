//! Leasing and noting chunks, as `engine/src/sending/store/chunk.rs`; noting asks the guards (`sending/group.rs`).

use std::ops::RangeInclusive;

use chrono::TimeDelta;
use domain::{
    chunk::{Chunk, Run, Token},
    delivery::{Outcome, ending},
    guard::{Verdict, decide},
};

use crate::{
    ledger::{Ledger, Time},
    mutation::Mutation,
    settle::{End, settle_one},
    witness::Sight,
};

/// How long a lease holds without being renewed: short, so that others soon go on, for it is renewed while calls are out.
pub const LEASE: TimeDelta = TimeDelta::seconds(20);

/// A worker's lease of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub chunk: usize,
    pub token: Token,
    pub until: Time,
}

/// A message that a worker is to hand over, as it was read when it was noted.
#[derive(Clone, Copy, Debug)]
pub struct Todo {
    pub n: i32,
    pub attempts: u16,
    pub handed: u16,
}

/// Leases the first open chunk that nobody holds; what its last holder left open is in doubt.
pub fn lease(ledger: &mut Ledger, worker: usize, now: Time, until: Time) -> Option<Held> {
    if !ledger.is_open() {
        return None;
    }
    let free = |chunk: &mut Chunk| chunk.lease(now, until).ok();
    let (chunk, lease) = ledger.chunks.iter_mut().enumerate().find_map(|(i, chunk)| Some((i, free(chunk)?)))?;
    ledger.witness.holders[chunk] = worker;
    if let Some(doubtful) = lease.doubtful {
        ledger.witness.sees(Sight::TakenOver);
        if ledger.breaks(Mutation::SendDoubtfulAgain) {
            let untouched = doubtful.start() - 1;
            (ledger.chunks[chunk].settled, ledger.chunks[chunk].noted) = (untouched, untouched);
        } else {
            planned(ledger, doubtful).into_iter().for_each(|todo| doubt(ledger, todo, now));
        }
    }
    Some(Held { chunk, token: lease.token, until })
}

/// What is planned in a range, and does not wait for a moment of its own.
fn planned(ledger: &Ledger, range: RangeInclusive<i32>) -> Vec<Todo> {
    let todo = |n: i32| {
        let message = &ledger.messages[n as usize - 1];
        let is_ours = message.waits() && message.due_at.is_none();
        is_ours.then_some(Todo { n, attempts: message.attempts, handed: message.handed })
    };
    range.filter_map(todo).collect()
}

/// A message whose sending was interrupted.
pub fn doubt(ledger: &mut Ledger, todo: Todo, now: Time) {
    let ending = ending(Outcome::Unknown { text: String::new() }, todo.attempts, now, 0.0);
    settle_one(ledger, &End { todo, ending }, now);
    ledger.message(todo.n).interrupted = true;
}

/// Those that may go, and the endings of those that may not.
pub type Judged = (Vec<Todo>, Vec<End>);

/// Notes the group up to `to`, if the lease is still ours and the run is on.
pub fn note(ledger: &mut Ledger, worker: usize, held: Held, to: i32, now: Time, until: Time) -> Option<Judged> {
    let run = if ledger.breaks(Mutation::NoteWhilePaused) { Run::On } else { ledger.run() };
    let chunk = &mut ledger.chunks[held.chunk];
    let token = if ledger.mutation == Some(Mutation::IgnoreToken) { chunk.token } else { held.token };
    let first = chunk.settled + 1;
    chunk.note(token, to, run, until).ok()?;
    if ledger.witness.holders[held.chunk] != worker {
        ledger.witness.broken(|| format!("{first} to {to} were noted by somebody who had lost the lease"));
    }
    if ledger.run() == Run::Held {
        ledger.witness.broken(|| format!("{first} to {to} were noted while the run was not on"));
    }
    let planned = planned(ledger, first..=to);
    Some(judge(ledger, planned, now))
}

/// Asks the guards about each: expiry, and what the person said.
pub fn judge(ledger: &mut Ledger, noted: Vec<Todo>, now: Time) -> Judged {
    let (mut ready, mut ends) = (Vec::new(), Vec::new());
    let expired = ledger.expires_at <= now;
    if expired && !noted.is_empty() {
        ledger.witness.sees(Sight::Expired);
    }
    for todo in noted {
        let verdict = decide(&ledger.people[ledger.messages[todo.n as usize - 1].person]);
        let may_go = verdict == Verdict::Send && !expired;
        ledger.witness.notes(todo.n, todo.handed, may_go);
        if may_go || ledger.breaks(Mutation::ForgetGuard) {
            ready.push(todo);
        } else {
            ledger.witness.sees(Sight::GuardStopped);
            ends.push(End::skipped(todo));
        }
    }
    (ready, ends)
}
