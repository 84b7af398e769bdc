//! The database as values: what `migrations/0005_campaigns.sql` keeps of one campaign with its run. Each transaction is
//! a function on it that runs to its end or not at all.

use chrono::{DateTime, Utc};
use domain::{
    campaign::CampaignStatus,
    chunk::{self, Chunk},
    guard::Facts,
    message::{MessageState, Part},
    stats::Figures,
};

use crate::{mutation::Mutation, receipts::Receipt, witness::Witness};

pub type Time = DateTime<Utc>;

/// A row of the ledger. Its number is its place, from 1.
#[derive(Clone, Debug)]
pub struct Message {
    pub person: usize,
    pub state: MessageState,
    pub attempts: u16,
    /// How often it was handed over on its own; 0 is the handing-over with its chunk. Tells whose answer an answer is.
    pub handed: u16,
    pub due_at: Option<Time>,
    pub noted_at: Option<Time>,
    /// In doubt because a lease ran out, and not because the provider was silent.
    pub interrupted: bool,
    /// In doubt since then, or whatever it is.
    pub at: Time,
}

impl Message {
    /// Whether it waits for a moment of its own, and nobody holds it.
    pub fn is_due(&self, now: Time) -> bool {
        self.waits() && self.noted_at.is_none() && self.due_at.is_some_and(|due| due <= now)
    }

    /// Whether it was handed over on its own by somebody whose lease ran out.
    pub fn is_lapsed(&self, now: Time) -> bool {
        self.waits() && self.noted_at.is_some() && self.due_at.is_some_and(|due| due <= now)
    }

    pub fn waits(&self) -> bool {
        self.state == MessageState::Planned
    }
}

pub struct Ledger {
    pub status: CampaignStatus,
    /// What is not noted by then is skipped.
    pub expires_at: Time,
    pub planned_up_to: usize,
    pub planned: bool,
    pub finished: bool,
    pub people: Vec<Facts>,
    pub messages: Vec<Message>,
    pub chunks: Vec<Chunk>,
    /// Counters as the statements write them: the audience, and messages by state.
    pub audience: i64,
    pub counted: [i64; MessageState::ALL.len()],
    /// Raw receipts that are stored and not applied yet.
    pub receipts: Vec<Receipt>,
    /// What really happened: no transaction reads it.
    pub witness: Witness,
    pub mutation: Option<Mutation>,
}

impl Ledger {
    pub fn new(people: Vec<Facts>, expires_at: Time, mutation: Option<Mutation>) -> Self {
        Self {
            status: CampaignStatus::Running,
            expires_at,
            planned_up_to: 0,
            planned: false,
            finished: false,
            witness: Witness::of(people.len()),
            people,
            messages: Vec::new(),
            chunks: Vec::new(),
            audience: 0,
            counted: [0; MessageState::ALL.len()],
            receipts: Vec::new(),
            mutation,
        }
    }

    /// Whether this rule is broken on purpose.
    pub fn breaks(&self, rule: Mutation) -> bool {
        self.mutation == Some(rule)
    }

    pub fn message(&mut self, n: i32) -> &mut Message {
        &mut self.messages[n as usize - 1]
    }

    /// Numbers of all messages.
    pub fn numbers(&self) -> std::ops::RangeInclusive<i32> {
        1..=self.messages.len() as i32
    }

    /// Moves a message and counts it: the one place where states change.
    pub fn turn(&mut self, n: i32, next: MessageState, now: Time) {
        let message = self.message(n);
        let before = message.state;
        message.state = next;
        message.at = now;
        (message.due_at, message.noted_at) = (None, None);
        if !before.may_become(next) {
            self.witness.broken(|| format!("message {n} went from {before} to {next}"));
        }
        if next == MessageState::InDoubt {
            let handed = self.message(n).handed;
            self.witness.doubts(n, handed);
        }
        if !self.breaks(Mutation::CountersApart) || !self.witness.turns.is_multiple_of(8) {
            self.counted[before as usize] -= 1;
            self.counted[next as usize] += 1;
        }
        self.witness.turns += 1;
    }

    /// Whether workers look at it: `store::open_runs`.
    pub fn is_open(&self) -> bool {
        use CampaignStatus::{Cancelled, Completed, Running};
        !self.finished && matches!(self.status, Running | Cancelled | Completed)
    }

    /// Whether what waits alone may go: also in a finished run, where somebody decided to send again.
    pub fn sends_alone(&self) -> bool {
        matches!(self.status, CampaignStatus::Running | CampaignStatus::Completed)
    }

    /// Whether the next group of a chunk may be noted.
    pub fn run(&self) -> chunk::Run {
        if self.status == CampaignStatus::Running { chunk::Run::On } else { chunk::Run::Held }
    }

    /// The figures, as reports add them up from the counters.
    pub fn figures(&self) -> Figures {
        let part = |part: Part| {
            let states = MessageState::ALL.iter().filter(|state| state.part() == part);
            states.map(|state| self.counted[*state as usize]).sum()
        };
        Figures {
            audience: self.audience,
            waiting: part(Part::Waiting),
            sent: part(Part::Sent),
            skipped: part(Part::Skipped),
            failed: part(Part::Failed),
            in_doubt: part(Part::InDoubt),
            cancelled: part(Part::Cancelled),
            ..Figures::default()
        }
    }
}
