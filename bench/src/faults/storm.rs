//! Storm (row 6): the mail server refuses three calls of ten, for now or for good, in words or by hanging up, and now and
//! then says that all is too fast. Whoever is not sent to in the end has failed with its words; and the account's quota
//! is kept in every second.

use std::sync::{
    OnceLock,
    atomic::{AtomicI32, Ordering::Relaxed},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    Worker, chance, judged, ledger,
    ledger::Message,
    log,
    sink::{Act, Plan, Sink, Stage as At},
    until_over,
};
use crate::{
    Options, Result,
    measure::{Meter, now, rounded},
    place::Place,
    stage::Stage,
};

/// How much more there may be in any second.
const TOLERANCE: f64 = 1.05;
/// A message that is refused for now is tried so often.
const TRIES: i16 = 4;
/// Once half of the people have had their first call, everybody is told for so long that all is too fast.
const GUST: TimeDelta = TimeDelta::seconds(1);

/// Of a hundred calls so many are refused with these words.
const REFUSALS: [(u64, At, &str); 8] = [
    (4, At::Recipient, "421 4.3.0 Closing for repairs"),
    (3, At::Dot, "421 4.3.2 Going down"),
    (6, At::Recipient, "451 4.2.1 Come back later"),
    (3, At::Dot, "451 4.3.0 Could not be filed now"),
    (4, At::Data, "454 4.3.0 Not available for the moment"),
    (4, At::Recipient, "452 4.3.1 No room at present"),
    (3, At::Recipient, "550 5.1.1 Nobody of this name"),
    (3, At::Dot, "554 5.7.1 Not wanted here"),
];
const TOO_FAST: [&str; 2] =
    ["454 4.7.0 Throttling failure: Maximum sending rate exceeded", "421 4.7.0 Too many messages, slow down"];

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let log = log(options, "storm");
    let sink = Sink::new(&log, weather(options.seed, options.n / 2))?;
    let stage = Stage::with_quota(&place.engine, options, sink.port(), Some(options.quota)).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let campaign = stage.campaign().await?;
    let worker = Worker::begin(place);
    meter.begin();
    let run = stage.start(campaign).await?;
    let moves = until_over(place, &stage, run).await?;
    meter.end();
    worker.end().await?;

    let (rows, strangers) = ledger::read(place, run, &sink.taken(0)).await?;
    let count = |is_so: &dyn Fn(&Message) -> bool| rows.iter().filter(|row| is_so(row)).count() as u64;
    let missing = u64::try_from(options.n)?.saturating_sub(rows.len() as u64);
    let lost = missing + count(&|row| row.arrived == 0 && !row.is_sent() && !is_explained(row));
    let twice = count(&|row| row.arrived > 1);
    let wrongly_sent = strangers + count(&|row| row.is_sent() != (row.arrived > 0));
    let (begun, sent) = (sink.begun(), count(&Message::is_sent));
    let worst = busiest_second(&begun);
    let more = json!({
        "lost": lost, "twice": twice, "wrongly_sent": wrongly_sent, "sent": sent,
        "failed": count(&|row| row.state == "failed"),
        "calls": begun.len(),
        "refused": rounded(1.0 - sent as f64 / begun.len() as f64),
        "quota": options.quota, "worst_second": worst, "clock_moved": moves,
    });
    let line = meter.told(options, "storm", begun.len() as f64, more);
    let is_clean = [lost, twice, wrongly_sent] == [0; 3] && worst as f64 <= f64::from(options.quota) * TOLERANCE;
    judged(line, is_clean, &log)
}

/// What happens to each call: drawn by seed, address and call, but for the gust.
fn weather(seed: u64, half: i32) -> Plan {
    let (first_calls, gust) = (AtomicI32::new(0), OnceLock::new());
    Box::new(move |to, call| {
        if call == 1 && first_calls.fetch_add(1, Relaxed) == half {
            gust.get_or_init(now);
        }
        let drawn = chance(seed, to, call);
        if gust.get().is_some_and(|begun| now() - *begun < GUST) {
            return Act::Refuse(At::Recipient, TOO_FAST[(drawn % 2) as usize]);
        }
        drawn_refusal(drawn % 100)
    })
}

fn drawn_refusal(mut left: u64) -> Act {
    for (share, at, words) in REFUSALS {
        match left.checked_sub(share) {
            Some(rest) => left = rest,
            None => return Act::Refuse(at, words),
        }
    }
    Act::Take
}

/// Failed, with the server's words, and these are for good or the last of all tries.
fn is_explained(row: &Message) -> bool {
    let detail = row.detail.as_deref().unwrap_or_default();
    let said = REFUSALS.iter().find(|(.., words)| words.get(4..).is_some_and(|words| detail.contains(words)));
    let is_over = |words: &str| words.starts_with('5') || row.attempts == TRIES;
    row.state == "failed" && row.reason.is_some() && said.is_some_and(|(.., words)| is_over(words))
}

/// The most messages begun in any second, of moments in their order.
fn busiest_second(begun: &[DateTime<Utc>]) -> usize {
    let second = |first: &DateTime<Utc>| begun.partition_point(|at| *at < *first + TimeDelta::seconds(1));
    begun.iter().enumerate().map(|(i, first)| second(first) - i).max().unwrap_or(0)
}
