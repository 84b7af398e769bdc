//! Silence (row 5): the mail server takes every message, and hangs up without an answer after one of twenty. Those are in
//! doubt, nobody else is, and nobody is written to again.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    Worker, chance, judged, ledger, log,
    sink::{Act, Sink},
    until_over,
};
use crate::{Options, Result, measure::Meter, place::Place, stage::Stage};

/// Of a hundred messages so many get no answer.
const SILENT: u64 = 5;

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let (log, seed) = (log(options, "silence"), options.seed);
    let is_silent = move |to: &str| chance(seed, to, 0) % 100 < SILENT;
    let plan = move |to: &str, _| if is_silent(to) { Act::TakeSilently } else { Act::Take };
    let sink = Sink::new(&log, Box::new(plan))?;
    let stage = Stage::new(&place.engine, options, sink.port()).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let campaign = stage.campaign().await?;
    let worker = Worker::begin(place);
    meter.begin();
    let run = stage.start(campaign).await?;
    until_over(place, &stage, run).await?;
    meter.end();
    worker.end().await?;

    let (rows, strangers) = ledger::read(place, run, &sink.taken(0)).await?;
    let unanswered: HashSet<String> = sink.unanswered().into_iter().collect();
    let count = |is_so: &dyn Fn(&ledger::Message) -> bool| rows.iter().filter(|row| is_so(row)).count() as u64;
    let is_unanswered = |row: &ledger::Message| row.address.as_ref().is_some_and(|to| unanswered.contains(to));
    let missing = u64::try_from(options.n)?.saturating_sub(rows.len() as u64);
    let lost = missing + count(&|row| row.arrived == 0);
    let twice = count(&|row| row.arrived > 1);
    let in_doubt = count(&|row| row.state == "in_doubt");
    let wrongly_in_doubt = count(&|row| (row.state == "in_doubt") != is_unanswered(row));
    let wrongly_sent = strangers + count(&|row| row.is_sent() && (row.arrived == 0 || is_unanswered(row)));
    let more = json!({
        "unanswered": unanswered.len(), "in_doubt": in_doubt, "wrongly_in_doubt": wrongly_in_doubt,
        "lost": lost, "twice": twice, "wrongly_sent": wrongly_sent,
    });
    let line = meter.told(options, "silence", options.n.into(), more);
    let is_clean = [lost, twice, wrongly_in_doubt, wrongly_sent] == [0; 4] && in_doubt == unanswered.len() as u64;
    judged(line, is_clean, &log)
}
