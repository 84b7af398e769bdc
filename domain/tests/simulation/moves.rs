//! What people do while it sends, and the end of a run: `engine/src/campaigns/start.rs` and `store.rs`, and
//! `sending/store/run.rs`.

use domain::{
    campaign::CampaignStatus::{self, Cancelled, Completed, Running},
    message::MessageState,
};

use crate::{
    ledger::{Ledger, Time},
    mutation::Mutation,
    witness::Sight,
};

/// Moves campaign and run, where that is a legal move; says whether it was.
pub fn move_to(ledger: &mut Ledger, next: CampaignStatus) -> bool {
    let may = ledger.status.may_become(next);
    if may {
        ledger.status = next;
    }
    may
}

/// Stops it for good: what was not noted is cancelled, the rest is settled by whoever holds it.
pub fn cancel(ledger: &mut Ledger, now: Time) {
    if !move_to(ledger, Cancelled) {
        return;
    }
    let (all, chunks_only) =
        (ledger.breaks(Mutation::CancelWhatIsNoted), ledger.breaks(Mutation::CancelForgetsRetries));
    for n in ledger.numbers() {
        let message = ledger.message(n).clone();
        let is_noted = match message.due_at {
            Some(_) => message.noted_at.is_some(),
            None => ledger.chunks.iter().any(|chunk| !chunk.is_done() && (chunk.first..=chunk.noted).contains(&n)),
        };
        let is_forgotten = chunks_only && message.due_at.is_some();
        if message.waits() && (!is_noted || all) && !is_forgotten {
            ledger.turn(n, MessageState::Cancelled, now);
        }
    }
    ledger.chunks.iter_mut().for_each(|chunk| chunk.stop());
    ledger.planned = true;
}

/// Finishes a run that has nothing left: planned to the end, every chunk done, nobody waiting.
pub fn finish(ledger: &mut Ledger) -> bool {
    let waits = |ledger: &Ledger| ledger.messages.iter().any(|message| message.waits() && message.due_at.is_some());
    let is_over = ledger.is_open()
        && ledger.planned
        && ledger.chunks.iter().all(|chunk| chunk.is_done())
        && (ledger.breaks(Mutation::FinishTooEarly) || !waits(ledger));
    if is_over {
        ledger.finished = true;
        move_to(ledger, if ledger.status == Running { Completed } else { ledger.status });
    }
    is_over
}

/// What a person says about a message in doubt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    MarkSent,
    MarkNotSent,
    SendAgain,
}

/// Decides a doubt, if it is one still. Nothing is sent again in a run that was stopped.
pub fn decide(ledger: &mut Ledger, n: i32, decision: Decision, now: Time) {
    let stopped = ledger.status == Cancelled;
    if ledger.message(n).state != MessageState::InDoubt || (stopped && decision == Decision::SendAgain) {
        return;
    }
    let next = match decision {
        Decision::MarkSent => MessageState::Accepted,
        Decision::MarkNotSent => MessageState::Failed,
        Decision::SendAgain => MessageState::Planned,
    };
    ledger.turn(n, next, now);
    ledger.message(n).interrupted = false;
    if decision != Decision::SendAgain {
        ledger.witness.story(n).marked = true;
        return;
    }
    ledger.witness.story(n).again += 1;
    ledger.witness.sees(Sight::SentAgain);
    ledger.message(n).due_at = Some(now);
    // A finished run stays completed; it is looked at again until nobody waits.
    if ledger.finished {
        ledger.witness.sees(Sight::ReOpened);
        ledger.finished = false;
    }
}
