//! Planning, as `engine/src/sending/plan.rs` and `store/plan.rs`: one batch in one transaction.

use domain::{
    campaign::CampaignStatus,
    chunk::Chunk,
    guard::{Verdict, decide},
    message::MessageState,
};

use crate::{
    ledger::{Ledger, Message, Time},
    mutation::Mutation,
};

/// People in a batch, messages in a chunk.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub batch: usize,
    pub chunk: i32,
}

/// Plans the next batch; says whether there was anything to plan.
pub fn some(ledger: &mut Ledger, sizes: Sizes, now: Time) -> bool {
    if ledger.status != CampaignStatus::Running || ledger.planned {
        return false;
    }
    let from = ledger.planned_up_to;
    let to = (from + sizes.batch).min(ledger.people.len());
    let first = ledger.messages.len() as i32 + 1;
    if first as usize + sizes.batch > ledger.witness.stories().len() {
        ledger.witness.broken(|| "people are planned again and again".into());
        return false;
    }
    (from..to).for_each(|person| plan(ledger, person, now));
    cut(ledger, first, first + (to - from) as i32 - 1, sizes.chunk);
    let forgotten = ledger.breaks(Mutation::PlanningForgets) && ledger.witness.turns % 5 == 1;
    ledger.planned_up_to = if forgotten { from } else { to };
    ledger.planned = to - from < sizes.batch && !forgotten;
    true
}

fn plan(ledger: &mut Ledger, person: usize, now: Time) {
    let state = match decide(&ledger.people[person]) {
        // Who is to wait is planned as all others: nobody knows yet when they get theirs.
        Verdict::Send | Verdict::Later(_) => MessageState::Planned,
        Verdict::Skip(_) => MessageState::Skipped,
    };
    ledger.messages.push(Message {
        person,
        state,
        attempts: 0,
        handed: 0,
        due_at: None,
        noted_at: None,
        interrupted: false,
        at: now,
    });
    ledger.audience += 1;
    ledger.counted[state as usize] += 1;
}

fn cut(ledger: &mut Ledger, first: i32, last: i32, size: i32) {
    let mut from = first;
    while from <= last {
        ledger.chunks.push(Chunk::new(from, last.min(from + size - 1)));
        ledger.witness.holders.push(usize::MAX);
        from += size;
    }
}
