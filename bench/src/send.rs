//! Send: a whole campaign from Start to Finished, planned, judged, rendered, handed to an SMTP server on loopback and
//! settled; beside that server spoken to by a client that does nothing else, on as many connections at once.

use std::time::Duration;

use domain::campaign::CampaignStatus;
use engine::sending;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Options, Result,
    measure::{Meter, now, rounded, seconds_since},
    place::Place,
    sink::{self, Sink},
    stage::Stage,
    statements,
};

/// How often to look whether it is over.
const LOOK: Duration = Duration::from_millis(20);

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let sink = Sink::new()?;
    let stage = Stage::new(&place.engine, options, sink.port()).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let campaign = stage.campaign().await?;
    statements::forget(place.owner()).await?;
    meter.begin();
    let run = stage.start(campaign).await?;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(sending::work(place.engine.clone(), stop.clone()));
    while !stage.is_over(run).await? {
        tokio::time::sleep(LOOK).await;
    }
    meter.end();
    statements::tell(place.owner()).await?;
    stop.cancel();
    worker.await?;
    println!("sent in {:.1} s", meter.parts[0]);

    let taken = sink.counts();
    let ended = stage.look(campaign).await?.campaign;
    let expected = usize::try_from(options.n)?;
    if ended.status != CampaignStatus::Completed || ended.figures.sent != i64::from(options.n) {
        return Err(format!("{}: {:?}", ended.status, ended.figures).into());
    }
    if taken.messages != expected {
        return Err(format!("{} messages arrived of {expected}", taken.messages).into());
    }
    let again = "select count(*) from message where run_id = $1 and attempts > 1";
    let again: i64 = sqlx::query_scalar(again).bind(run.0).fetch_one(place.owner()).await?;
    let more = json!({
        "seconds": rounded(meter.parts[0]),
        "connections_at_once": taken.most_open,
        "connections_opened": taken.opened,
        "bytes_per_message": taken.bytes / expected,
        "tried_again": again,
    });
    let per_s = f64::from(options.n) / meter.parts[0];
    let begun = now();
    sink::raw(sink.port(), taken.most_open, expected, taken.bytes / expected).await?;
    let limit = f64::from(options.n) / seconds_since(begun);
    Ok(meter.report(options, "send", options.n.into(), per_s, limit, more))
}
