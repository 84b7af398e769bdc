//! The ledger of a run as it is in the end, beside what arrived.

use std::collections::HashMap;

use domain::id::RunId;
use sqlx::{FromRow, types::Uuid};

use crate::{Result, place::Place};

/// A message in the end.
#[derive(FromRow)]
pub struct Message {
    /// Who.
    pub contact_id: Uuid,
    /// To whom; none where there is no address.
    pub address: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Why, in a word or a code.
    pub reason: Option<String>,
    /// Why, in words.
    pub detail: Option<String>,
    /// How often it was tried.
    pub attempts: i16,
    /// How many of it arrived.
    #[sqlx(skip)]
    pub arrived: u64,
}

impl Message {
    /// Whether the ledger says sent.
    pub fn is_sent(&self) -> bool {
        self.state == "accepted"
    }
}

/// Everybody of a run, with how often theirs was taken; and how many were taken that are nobody's.
pub async fn read(place: &Place, run: RunId, taken: &[String]) -> Result<(Vec<Message>, u64)> {
    let rows =
        sqlx::query_as("select contact_id, address, state, reason, detail, attempts from message where run_id = $1");
    let mut rows: Vec<Message> = rows.bind(run.0).fetch_all(place.owner()).await?;
    let mut times: HashMap<&str, u64> = HashMap::new();
    for address in taken {
        *times.entry(address).or_default() += 1;
    }
    for row in &mut rows {
        row.arrived = row.address.as_deref().and_then(|address| times.remove(address)).unwrap_or(0);
    }
    Ok((rows, times.into_values().sum()))
}
