//! What really happened, kept beside the ledger: the product cannot see it, the checks compare with it.

use crate::ledger::Time;

/// What happened to one message. A handing-over is one bit: 0 with its chunk, the others on its own.
#[derive(Clone, Copy, Default, Debug)]
pub struct Story {
    /// How often the provider took it.
    pub taken: u16,
    /// How often a person or the policy said "send again".
    pub again: u16,
    /// A person said what it counts as.
    pub marked: bool,
    /// Acceptances that workers heard of and lived to store.
    pub heard: u16,
    /// The provider reported about it.
    pub reported: bool,
    /// Handings-over that were noted in a committed transaction.
    noted: u64,
    /// Those of them that the guards allowed when they were noted.
    allowed: u64,
    /// Those that a call was made for.
    called: u64,
    /// Those whose certain answer is stored.
    settled: u64,
}

/// Things that are seen happening, so that nobody thinks they were tried when they were not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sight {
    /// A lease that ran out was taken over with a group open.
    TakenOver,
    /// A message alone ran out of its lease.
    LapsedAlone,
    /// An answer came to a message that was put in doubt.
    LateAnswer,
    /// A transaction was stored and the worker did not hear of it.
    NotHeard,
    /// A worker found its lease over before a call.
    NotCalled,
    /// Somebody said "send again".
    SentAgain,
    /// An acceptance came for a message that was to be sent again.
    AcceptanceWon,
    /// A receipt came before the answer.
    ReceiptFirst,
    /// A receipt would have gone back.
    ReceiptLate,
    /// The guard stopped a message between planning and sending.
    GuardStopped,
    /// A retry ended because its campaign was stopped.
    RetryStopped,
    /// A worker died with calls out.
    Died,
    /// A finished run went on for what was sent again.
    ReOpened,
    /// An account was told to slow down.
    Slowed,
    /// A group was noted after its run had expired.
    Expired,
    /// A lease was held for longer.
    Renewed,
    /// All attempts of a message failed.
    TriedOften,
}

impl Sight {
    pub const ALL: [Self; 17] = [
        Self::TakenOver,
        Self::LapsedAlone,
        Self::LateAnswer,
        Self::NotHeard,
        Self::NotCalled,
        Self::SentAgain,
        Self::AcceptanceWon,
        Self::ReceiptFirst,
        Self::ReceiptLate,
        Self::GuardStopped,
        Self::RetryStopped,
        Self::Died,
        Self::ReOpened,
        Self::Slowed,
        Self::Expired,
        Self::Renewed,
        Self::TriedOften,
    ];
}

pub struct Witness {
    stories: Vec<Story>,
    /// Who leased each chunk last, by its place.
    pub holders: Vec<usize>,
    /// How often each thing was seen.
    pub seen: [u32; Sight::ALL.len()],
    /// Moves of messages so far.
    pub turns: u64,
    /// The first rule that was broken.
    pub fault: Option<String>,
}

impl Witness {
    pub fn of(people: usize) -> Self {
        // Planning someone twice makes more messages than there are people: that must be told, not fall over.
        let stories = vec![Story::default(); people * 4 + 8];
        Self { stories, holders: Vec::new(), seen: [0; Sight::ALL.len()], turns: 0, fault: None }
    }

    pub fn broken(&mut self, what: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(what());
        }
    }

    pub fn sees(&mut self, sight: Sight) {
        self.seen[sight as usize] += 1;
    }

    pub fn story(&mut self, n: i32) -> &mut Story {
        &mut self.stories[n as usize - 1]
    }

    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// A handing-over was noted; the newest note tells what the guards said.
    pub fn notes(&mut self, n: i32, handed: u16, allowed: bool) {
        let bit = self.bit(n, handed);
        let story = self.story(n);
        story.noted |= bit;
        story.allowed = if allowed { story.allowed | bit } else { story.allowed & !bit };
    }

    /// A worker makes a call, believing that its lease lasts until `until`.
    pub fn calls(&mut self, n: i32, handed: u16, now: Time, until: Time) {
        let (story, bit) = (*self.story(n), self.bit(n, handed));
        if story.noted & bit == 0 {
            self.broken(|| format!("message {n} was handed over without being noted"));
        } else if story.allowed & bit == 0 {
            self.broken(|| format!("message {n} went out against what the guards said when it was noted"));
        } else if story.called & bit != 0 {
            self.broken(|| format!("message {n} was handed over twice on one note"));
        } else if now >= until {
            self.broken(|| format!("message {n} was handed over under a lease that had run out"));
        }
        self.story(n).called |= bit;
    }

    /// A certain answer of a handing-over is stored.
    pub fn settles(&mut self, n: i32, handed: u16) {
        let bit = self.bit(n, handed);
        self.story(n).settled |= bit;
    }

    /// A message comes into doubt.
    pub fn doubts(&mut self, n: i32, handed: u16) {
        let (story, bit) = (*self.story(n), self.bit(n, handed));
        if story.noted & bit == 0 || story.settled & bit != 0 {
            self.broken(|| format!("message {n} is in doubt and was not noted, or settled already"));
        }
    }

    fn bit(&mut self, n: i32, handed: u16) -> u64 {
        if handed >= 64 {
            self.broken(|| format!("message {n} is handed over without end"));
        }
        1 << (handed % 64)
    }
}
