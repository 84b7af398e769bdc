//! What the mail server wrote down, held against the ledger.

use std::{
    collections::{HashMap, HashSet},
    ops::AddAssign,
};

use domain::id::RunId;
use engine::Engine;

use crate::Result;

/// What came of one run, or of several.
#[derive(Clone, Copy, Default, Debug)]
pub struct Tally {
    /// How often something was killed.
    pub kills: u64,
    /// Got nothing, and the ledger does not say that it is in doubt; or is not in the ledger at all.
    pub lost: u64,
    /// Got more than one.
    pub twice: u64,
    /// The ledger says sent, and nothing arrived; or the ledger says something else, and it did.
    pub wrongly_sent: u64,
    /// In doubt in the end.
    pub in_doubt: i64,
    /// Noted and without an outcome when the program was killed: nothing else may be in doubt.
    pub in_doubt_at_most: i64,
}

impl Tally {
    /// Counts a run that is over.
    pub async fn count(&mut self, engine: &Engine, run: RunId, taken: &[String], n: i32) -> Result {
        let rows = sqlx::query_as("select address, state from message where run_id = $1");
        let rows: Vec<(String, String)> = rows.bind(run.0).fetch_all(engine.db.owner()).await?;
        let mut times: HashMap<&str, u64> = HashMap::new();
        for address in taken {
            *times.entry(address.trim_end()).or_default() += 1;
        }
        self.twice += times.values().filter(|times| **times > 1).count() as u64;
        let planned: HashSet<&str> = rows.iter().map(|(address, _)| address.as_str()).collect();
        self.lost += u64::from(n.unsigned_abs()).saturating_sub(planned.len() as u64);
        self.wrongly_sent += times.keys().filter(|address| !planned.contains(*address)).count() as u64;
        for (address, state) in &rows {
            let arrived = times.contains_key(address.as_str());
            match state.as_str() {
                "accepted" => self.wrongly_sent += u64::from(!arrived),
                "in_doubt" => self.in_doubt += 1,
                _ if arrived => self.wrongly_sent += 1,
                _ => self.lost += 1,
            }
        }
        Ok(())
    }

    /// Nobody lost, nobody twice, nothing wrongly told, and no more in doubt than there may be.
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.twice == 0 && self.wrongly_sent == 0 && self.in_doubt <= self.in_doubt_at_most
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.kills += more.kills;
        self.lost += more.lost;
        self.twice += more.twice;
        self.wrongly_sent += more.wrongly_sent;
        self.in_doubt += more.in_doubt;
        self.in_doubt_at_most += more.in_doubt_at_most;
    }
}
