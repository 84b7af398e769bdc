//! Messages that wait for a moment of their own, as `engine/src/sending/alone.rs` and `store/alone.rs`: leased and noted
//! in one. `handed` is the number of the handing-over: it tells whose answer an answer is.

use crate::{
    leases::{Judged, Todo, doubt, judge},
    ledger::{Ledger, Time},
    mutation::Mutation,
    witness::Sight,
};

/// Puts in doubt what was handed over by somebody whose lease ran out, then takes what is due, at most `limit`.
pub fn lease_due(ledger: &mut Ledger, now: Time, until: Time, limit: usize) -> Option<Judged> {
    if !ledger.is_open() {
        return None;
    }
    let lapsed: Vec<i32> = ledger.numbers().filter(|n| ledger.messages[*n as usize - 1].is_lapsed(now)).collect();
    for n in &lapsed {
        ledger.witness.sees(Sight::LapsedAlone);
        let todo = as_read(ledger, *n);
        doubt(ledger, todo, now);
    }
    let due: Vec<i32> = ledger.numbers().filter(|n| ledger.messages[*n as usize - 1].is_due(now)).take(limit).collect();
    if due.is_empty() || !ledger.sends_alone() {
        return (!lapsed.is_empty()).then(Judged::default);
    }
    let noted = due.into_iter().map(|n| take(ledger, n, now, until)).collect();
    Some(judge(ledger, noted, now))
}

fn take(ledger: &mut Ledger, n: i32, now: Time, until: Time) -> Todo {
    let is_noted = !ledger.breaks(Mutation::ForgetAloneNotes);
    let message = ledger.message(n);
    message.handed += 1;
    message.due_at = Some(until);
    message.noted_at = is_noted.then_some(now);
    as_read(ledger, n)
}

fn as_read(ledger: &mut Ledger, n: i32) -> Todo {
    let message = ledger.message(n);
    Todo { n, attempts: message.attempts, handed: message.handed }
}

/// Holds the leases of messages alone for longer, while their calls are out; says whether all are still ours.
pub fn renew(ledger: &mut Ledger, held: &[Todo], until: Time) -> bool {
    let mut all = true;
    for todo in held {
        let message = ledger.message(todo.n);
        let is_ours = message.waits() && message.noted_at.is_some() && message.handed == todo.handed;
        if is_ours {
            message.due_at = Some(until);
        }
        all &= is_ours;
    }
    all
}
