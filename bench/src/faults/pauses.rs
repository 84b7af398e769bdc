//! Pauses (row 4): a campaign is paused and resumed at moments drawn from a seed, again and again; one of five pauses is
//! the engine's own, because the mail server refuses the account.

use std::time::Duration;

use domain::{
    campaign::CampaignStatus,
    id::{CampaignId, RunId},
};
use serde_json::{Value, json};

use super::{
    Worker, judged, log,
    sink::{Act, Sink},
    until_over,
};
use crate::{
    Options, Result,
    crash::{Draw, Tally, noted},
    measure::{Meter, median, now, rounded},
    place::Place,
    stage::Stage,
};

/// So slow that there are always messages left to be paused.
const RATE: i32 = 400;
/// How long it sends after its first message, and how long it stands still at the least: up to so many milliseconds.
const SENDS: u64 = 250;
const RESTS: u64 = 250;
/// How often to look at what happens.
const LOOK: Duration = Duration::from_millis(5);
/// Looks until something is wrong: two minutes.
const LOOKS: usize = 24_000;

/// A campaign that is paused.
struct Scene<'a> {
    place: &'a Place,
    stage: &'a Stage<'a>,
    sink: &'a Sink,
    campaign: CampaignId,
    run: RunId,
}

/// What came of all pauses.
#[derive(Default)]
struct Pauses {
    cycles: u32,
    by_the_engine: u32,
    /// From the answer until the last message, in seconds.
    stops: Vec<f64>,
}

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let log = log(options, "pauses");
    let sink = Sink::new(&log, Box::new(|_, _| Act::Take))?;
    let stage = Stage::new(&place.engine, options, sink.port()).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let (mut draw, mut tally, mut pauses) = (Draw::new(options.seed), Tally::default(), Pauses::default());
    let (worker, mut campaigns) = (Worker::begin(place), 0);
    meter.begin();
    while pauses.cycles < options.runs {
        let (before, _) = sink.last();
        let campaign = stage.campaign_with(|new| new.rate_per_second = RATE.into()).await?;
        let run = stage.start(campaign).await?;
        let scene = Scene { place, stage: &stage, sink: &sink, campaign, run };
        while pauses.cycles < options.runs && scene.cycle(&mut draw, &mut pauses).await? {}
        until_over(place, &stage, run).await?;
        tally.count(&place.engine, run, &sink.taken(before), options.n).await?;
        campaigns += 1;
        println!("campaign {campaigns}, {} cycles: {tally:?}", pauses.cycles);
    }
    meter.end();
    worker.end().await?;
    let more = json!({
        "cycles": pauses.cycles, "by_the_engine": pauses.by_the_engine, "campaigns": campaigns,
        "lost": tally.lost, "twice": tally.twice, "wrongly_sent": tally.wrongly_sent, "in_doubt": tally.in_doubt,
        "stop_median_s": rounded(median(&pauses.stops)),
        "stop_worst_s": rounded(pauses.stops.iter().copied().fold(0.0, f64::max)),
    });
    let line = meter.told(options, "pauses", sink.last().0 as f64, more);
    judged(line, tally.is_clean(), &log)
}

impl Scene<'_> {
    /// One pause with its resume; false when the run was over before.
    async fn cycle(&self, draw: &mut Draw, pauses: &mut Pauses) -> Result<bool> {
        let (before, _) = self.sink.last();
        if !self.until(async || Ok(self.sink.last().0 > before)).await? {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(draw.below(SENDS))).await;
        let is_asked = draw.below(5) > 0;
        if !self.pause(is_asked).await? {
            self.sink.refuse_all(false);
            return Ok(false);
        }
        let answered = now();
        self.until(async || Ok(noted(&self.place.engine, self.run).await? == 0)).await?;
        tokio::time::sleep(Duration::from_millis(draw.below(RESTS))).await;
        let (_, last) = self.sink.last();
        self.sink.refuse_all(false);
        pauses.cycles += 1;
        match is_asked {
            true => pauses.stops.push((last - answered).as_seconds_f64().max(0.0)),
            false => pauses.by_the_engine += 1,
        }
        self.stage.resume(self.campaign).await?;
        Ok(true)
    }

    /// False when the run was over before.
    async fn pause(&self, is_asked: bool) -> Result<bool> {
        if !is_asked {
            self.sink.refuse_all(true);
            let is_paused =
                async || Ok(self.stage.look(self.campaign).await?.campaign.status == CampaignStatus::Paused);
            return self.until(is_paused).await;
        }
        match self.stage.pause(self.campaign).await {
            Err(_) if self.stage.is_over(self.run).await? => Ok(false),
            done => done.map(|()| true),
        }
    }

    /// Waits for something; false when the run is over first.
    async fn until(&self, is_so: impl AsyncFn() -> Result<bool>) -> Result<bool> {
        for _ in 0..LOOKS {
            if is_so().await? {
                return Ok(true);
            }
            if self.stage.is_over(self.run).await? {
                return Ok(false);
            }
            tokio::time::sleep(LOOK).await;
        }
        Err("nothing happened for two minutes".into())
    }
}
