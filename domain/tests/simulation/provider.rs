//! The provider: takes messages or not, answers or not, at once or late, and reports afterwards.

use std::{collections::VecDeque, time::Duration};

use chrono::TimeDelta;
use domain::{delivery::Outcome, rate::GOOD_FOR};

use crate::{
    chance::Chance,
    ledger::Time,
    receipts::{self, Receipt},
    witness::Witness,
};

/// How it behaves: the weights of its [`Deed`]s.
#[derive(Clone, Copy)]
pub struct Temper([usize; 10]);

impl Temper {
    pub const GOOD: Self = Self([90, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
    pub const BUSY: Self = Self([35, 5, 60, 0, 0, 0, 0, 0, 0, 0]);
    pub const FLAKY: Self = Self([50, 8, 8, 5, 2, 1, 8, 6, 6, 6]);
    pub const SLOW: Self = Self([25, 3, 5, 40, 0, 0, 4, 3, 20, 0]);
    pub const SLOWEST: Self = Self([10, 1, 2, 70, 0, 0, 2, 2, 13, 0]);
    pub const STORM: Self = Self([25, 5, 30, 20, 4, 2, 4, 4, 3, 3]);
    pub const SILENT: Self = Self([30, 0, 5, 5, 0, 0, 20, 15, 20, 5]);
}

/// What it does with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Accepts,
    Rejects,
    SaysLater,
    SaysSlower,
    SleepsAWhile,
    RefusesTheAccount,
    TakesAndIsSilent,
    NeverGetsIt,
    AnswersLate,
    BreaksTheCall,
}

const DEEDS: [Deed; 10] = [
    Deed::Accepts,
    Deed::Rejects,
    Deed::SaysLater,
    Deed::SaysSlower,
    Deed::SleepsAWhile,
    Deed::RefusesTheAccount,
    Deed::TakesAndIsSilent,
    Deed::NeverGetsIt,
    Deed::AnswersLate,
    Deed::BreaksTheCall,
];

/// What a call comes back with; none when it broke off inside the worker.
pub type Answer = Option<Outcome>;

pub struct Provider {
    pub temper: Temper,
    pub quota: u32,
    /// Receipts that it will deliver.
    pub post: Vec<Receipt>,
    /// Those that it has delivered, and may again.
    pub past: Vec<Receipt>,
    recent: VecDeque<Time>,
}

impl Provider {
    pub fn new(temper: Temper, quota: u32) -> Self {
        Self { temper, quota, post: Vec::new(), past: Vec::new(), recent: VecDeque::new() }
    }

    /// A call: what it will answer, and after how long.
    pub fn call(&mut self, n: i32, now: Time, chance: &mut Chance, witness: &mut Witness) -> (Answer, TimeDelta) {
        self.count(now, witness);
        let deed = self.deed(chance);
        let takes = [Deed::Accepts, Deed::TakesAndIsSilent, Deed::AnswersLate].contains(&deed);
        if takes || (deed == Deed::BreaksTheCall && chance.one_in(2)) {
            witness.story(n).taken += 1;
            self.post.extend(receipts::of_taken(n, chance));
        }
        let delay = match deed {
            Deed::AnswersLate | Deed::TakesAndIsSilent | Deed::NeverGetsIt => {
                TimeDelta::seconds(chance.between(5, 60) as i64)
            }
            _ => TimeDelta::milliseconds(chance.between(1, 900) as i64),
        };
        (answer(deed, chance), delay)
    }

    fn deed(&self, chance: &mut Chance) -> Deed {
        let mut left = chance.below(self.temper.0.iter().sum());
        for (deed, weight) in DEEDS.into_iter().zip(self.temper.0) {
            if left < weight {
                return deed;
            }
            left -= weight;
        }
        Deed::Accepts
    }

    /// RELIABILITY 6: never over quota + 5 % in any second, but for what is used a little after its moment.
    fn count(&mut self, now: Time, witness: &mut Witness) {
        while self.recent.front().is_some_and(|call| now - *call >= TimeDelta::milliseconds(999) - GOOD_FOR) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        if self.recent.len() as f64 > f64::from(self.quota) * 1.05 {
            let (calls, quota) = (self.recent.len(), self.quota);
            witness.broken(|| format!("{calls} calls in a second, {quota} are allowed"));
        }
    }

    /// The clock stepped: what was counted by it means nothing.
    pub fn forget_times(&mut self) {
        self.recent.clear();
    }
}

fn answer(deed: Deed, chance: &mut Chance) -> Answer {
    let (code, text) = (String::new(), String::new());
    let after = chance.one_in(3).then(|| Duration::from_secs(chance.between(1, 90) as u64));
    Some(match deed {
        Deed::Accepts | Deed::AnswersLate => Outcome::Accepted { provider_id: text },
        Deed::Rejects => Outcome::Rejected { code, text },
        Deed::SaysLater => Outcome::Retry { after, code, text },
        Deed::SaysSlower => Outcome::SlowDown { after, code, text },
        Deed::SleepsAWhile => Outcome::Pause { until_after: Some(Duration::from_secs(45)), code, text },
        Deed::RefusesTheAccount => Outcome::Pause { until_after: None, code, text },
        Deed::TakesAndIsSilent | Deed::NeverGetsIt => Outcome::Unknown { text },
        Deed::BreaksTheCall => return None,
    })
}
