//! Settling, as `engine/src/sending/store/settle.rs`: how messages ended, with their counters, in one transaction.
//!
//! An ending counts for a message that is still at the handing-over that it answers, and once only:
//! - with its chunk: the chunk's token allows it, and this group was not settled before;
//! - on its own: the message is noted, with the same number of handing-over;
//! - put in doubt meanwhile: a certain answer to that handing-over resolves the doubt.
//!
//! And an acceptance counts whatever handing-over it answers: the message was sent, nobody need send it again.

use domain::{campaign::CampaignStatus, chunk::Token, delivery::Ending, message::MessageState};

use crate::{
    leases::{Held, Todo},
    ledger::{Ledger, Time},
    mutation::Mutation,
    witness::Sight,
};

/// How one message ended, to be settled.
#[derive(Clone, Debug)]
pub struct End {
    /// As it was read when it was noted.
    pub todo: Todo,
    pub ending: Ending,
}

impl End {
    /// Of a message that may not go.
    pub fn skipped(todo: Todo) -> Self {
        Self::nothing_sent(todo, MessageState::Skipped, None)
    }

    /// Of a message that was noted and then not handed over, because the lease had run out: it goes alone, at once.
    pub fn uncalled(todo: Todo, now: Time) -> Self {
        Self::nothing_sent(todo, MessageState::Planned, Some(now))
    }

    fn nothing_sent(todo: Todo, state: MessageState, due_at: Option<Time>) -> Self {
        let (reason, detail, provider_ref) = (None, None, None);
        let ending = Ending { state, reason, detail, provider_ref, attempts: todo.attempts, due_at };
        Self { todo, ending }
    }
}

/// Whose messages are settled.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// A chunk's group, up to `to`.
    Chunk { held: Held, to: i32 },
    /// Messages alone.
    Alone { until: Time },
}

/// Stores how a group ended.
pub fn settle(ledger: &mut Ledger, work: Work, ends: &[End], now: Time) {
    let is_ours = match work {
        Work::Chunk { held, to } => {
            let chunk = &mut ledger.chunks[held.chunk];
            let stale = ledger.mutation == Some(Mutation::IgnoreToken);
            let token: Token = if stale { chunk.token } else { held.token };
            chunk.settle(token, to).is_ok()
        }
        Work::Alone { .. } => false,
    };
    for end in ends {
        let is_present = match work {
            Work::Chunk { .. } => is_ours && ledger.message(end.todo.n).due_at.is_none(),
            Work::Alone { .. } => is_same_handing_over(ledger, end.todo),
        };
        if counts(ledger, end, is_present) {
            settle_one(ledger, end, now);
        }
    }
}

fn is_same_handing_over(ledger: &mut Ledger, todo: Todo) -> bool {
    let by_attempts = ledger.breaks(Mutation::FenceByAttempts);
    let message = ledger.message(todo.n);
    let is_same = if by_attempts { message.attempts == todo.attempts } else { message.handed == todo.handed };
    message.noted_at.is_some() && is_same
}

fn counts(ledger: &mut Ledger, end: &End, is_present: bool) -> bool {
    use MessageState::{Accepted, Failed, InDoubt};
    let (unchecked, unfenced) = (ledger.breaks(Mutation::SettleUnchecked), ledger.breaks(Mutation::SettleUnfenced));
    let forgets = ledger.breaks(Mutation::ForgetLateAnswers);
    let message = ledger.message(end.todo.n).clone();
    let (state, in_doubt) = (end.ending.state, message.state == InDoubt);
    let present = message.waits() && (is_present || unfenced);
    let is_asked = in_doubt && message.interrupted && message.handed == end.todo.handed;
    let is_late = is_asked && matches!(state, Accepted | Failed) && !forgets;
    let wins = state == Accepted && (message.waits() || in_doubt) && !forgets;
    if !present && (is_late || wins) {
        ledger.witness.sees(if is_late { Sight::LateAnswer } else { Sight::AcceptanceWon });
    }
    present || is_late || wins || unchecked
}

/// Moves one message to what became of it. One that would be tried again is cancelled if its run was stopped meanwhile.
pub fn settle_one(ledger: &mut Ledger, end: &End, now: Time) {
    let again = end.ending.state == MessageState::Planned;
    let stopped = again && ledger.status == CampaignStatus::Cancelled && !ledger.breaks(Mutation::RetryAfterStop);
    let state = if stopped { MessageState::Cancelled } else { end.ending.state };
    if stopped {
        ledger.witness.sees(Sight::RetryStopped);
    }
    if end.ending.state != MessageState::InDoubt {
        ledger.witness.settles(end.todo.n, end.todo.handed);
    }
    if state != MessageState::Planned {
        ledger.turn(end.todo.n, state, now);
    }
    let message = ledger.message(end.todo.n);
    message.attempts = end.ending.attempts;
    (message.noted_at, message.interrupted) = (None, false);
    message.due_at = end.ending.due_at.filter(|_| !stopped);
}
