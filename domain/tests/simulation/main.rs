//! RELIABILITY 13: the whole life of a campaign's messages as a simulation. Clock, database, workers, provider and
//! people are values; what happens next is drawn from a seed; after each event everything that must be true is checked.
//! Decisions are those of the `domain` crate; transactions mirror the statements of `engine/src/sending`, one function
//! each, in files of the same names.
//!
//! `CARILLON_SEEDS=1000000` tries more histories, `CARILLON_SEED=4711` replays one and tells it.

mod alone;
mod calls;
mod chance;
mod checks;
mod events;
mod leases;
mod ledger;
mod moves;
mod mutation;
mod plan;
mod provider;
mod quiet;
mod receipts;
mod settle;
mod witness;
mod worker;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use mutation::Mutation;
use witness::Sight;
use world::World;

/// Histories in each test run.
const SEEDS: u64 = 10_000;
/// Histories within which a broken rule must be found.
const FOUND_WITHIN: u64 = 5_000;
/// Lines of a history that are told when it goes wrong.
const TOLD: usize = 60;

type Seen = [u32; Sight::ALL.len()];

/// Lives through one history. Says what was seen, or what went wrong.
fn live(seed: u64, mutation: Option<Mutation>, traced: bool) -> Result<Seen, (String, Vec<String>)> {
    let mut world = World::new(seed, mutation, traced);
    let lived = catch_unwind(AssertUnwindSafe(|| {
        for _ in 0..world.habits.events {
            events::next(&mut world);
            checks::now(&world)?;
        }
        quiet::settle_down(&mut world)
    }));
    match lived {
        Ok(Ok(())) => Ok(world.ledger.witness.seen),
        Ok(Err(fault)) => Err((fault, world.trace.unwrap_or_default())),
        Err(_) => Err(("it panicked".into(), world.trace.unwrap_or_default())),
    }
}

/// The first history of these that goes wrong, and what was seen until then.
fn first_fault(seeds: impl Iterator<Item = u64>, mutation: Option<Mutation>) -> (Option<u64>, Seen) {
    let mut seen = Seen::default();
    for seed in seeds {
        match live(seed, mutation, false) {
            Ok(more) => seen.iter_mut().zip(more).for_each(|(sum, more)| *sum += more),
            Err(_) => return (Some(seed), seen),
        }
    }
    (None, seen)
}

/// A history as it is told to whoever has to understand it.
fn told(seed: u64, mutation: Option<Mutation>) -> String {
    let Err((fault, trace)) = live(seed, mutation, true) else { return format!("seed {seed}: nothing went wrong") };
    let last = trace.len().saturating_sub(TOLD);
    format!("seed {seed}: {fault}\n{}\n{fault}; CARILLON_SEED={seed} tells it whole", trace[last..].join("\n"))
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nobody_is_lost_and_nobody_is_written_to_twice_whatever_happens() {
    if let Some(seed) = setting("CARILLON_SEED") {
        let lived = live(seed, None, true);
        let (fault, trace) = lived.map_or_else(|fault| fault, |_| ("all is well".into(), Vec::new()));
        assert!(trace.is_empty(), "{}\n{fault}", trace.join("\n"));
        println!("seed {seed}: {fault}");
        return;
    }
    let seeds = setting("CARILLON_SEEDS").unwrap_or(SEEDS);
    let halves = thread::scope(|scope| {
        let half = |odd| scope.spawn(move || first_fault((0..seeds).filter(move |seed| seed % 2 == odd), None));
        [half(0), half(1)].map(|half| half.join().expect("a thread that panics has failed"))
    });
    if let Some(seed) = halves.iter().filter_map(|(fault, _)| *fault).min() {
        panic!("{}", told(seed, None));
    }
    println!("{seeds} histories, no broken rule. Seen in them:");
    for sight in Sight::ALL {
        let times: u32 = halves.iter().map(|(_, seen)| seen[sight as usize]).sum();
        println!("{times:>9} {sight:?}");
        assert!(times > 0, "{sight:?} never happened: it was not tried");
    }
}

#[test]
fn every_broken_rule_is_found() {
    let found = Mutation::ALL.map(|mutation| (mutation, first_fault(0..FOUND_WITHIN, Some(mutation)).0));
    for (mutation, seed) in found {
        let fault = seed.and_then(|seed| live(seed, Some(mutation), false).err()).map(|(fault, _)| fault);
        println!("{mutation:?}: seed {seed:?}: {}", fault.unwrap_or_default());
    }
    let missed: Vec<_> = found.iter().filter(|(_, seed)| seed.is_none()).map(|(mutation, _)| mutation).collect();
    assert!(missed.is_empty(), "not found within {FOUND_WITHIN} histories: {missed:?}");
}
