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

/// What became of a history.
struct Lived {
    fault: Option<String>,
    seen: Seen,
    trace: Vec<String>,
}

/// Lives through one history.
fn live(seed: u64, mutation: Option<Mutation>, traced: bool) -> Lived {
    let mut world = World::new(seed, mutation, traced);
    let lived = catch_unwind(AssertUnwindSafe(|| {
        for _ in 0..world.habits.events {
            events::next(&mut world);
            checks::now(&world)?;
        }
        quiet::settle_down(&mut world)
    }));
    let fault = lived.unwrap_or_else(|_| Err("it panicked".into())).err();
    Lived { fault, seen: world.ledger.witness.seen, trace: world.trace.unwrap_or_default() }
}

/// The first history of these that goes wrong, and what was seen until then.
fn first_fault(seeds: impl Iterator<Item = u64>, mutation: Option<Mutation>) -> (Option<u64>, Seen) {
    let mut seen = Seen::default();
    for seed in seeds {
        let lived = live(seed, mutation, false);
        if lived.fault.is_some() {
            return (Some(seed), seen);
        }
        seen.iter_mut().zip(lived.seen).for_each(|(sum, more)| *sum += more);
    }
    (None, seen)
}

/// The last lines of a history, for whoever has to understand it.
fn told(seed: u64, lines: usize) -> String {
    let Lived { fault, trace, .. } = live(seed, None, true);
    let last = trace.len().saturating_sub(lines);
    let end = fault.unwrap_or_else(|| "all is well".into());
    format!("{}\nseed {seed}: {end}; CARILLON_SEED={seed} tells it whole", trace[last..].join("\n"))
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nobody_is_lost_and_nobody_is_written_to_twice_whatever_happens() {
    if let Some(seed) = setting("CARILLON_SEED") {
        println!("{}", told(seed, usize::MAX));
        assert_eq!(live(seed, None, false).fault, None);
        return;
    }
    let seeds = setting("CARILLON_SEEDS").unwrap_or(SEEDS);
    let halves = thread::scope(|scope| {
        let half = |odd| scope.spawn(move || first_fault((0..seeds).filter(move |seed| seed % 2 == odd), None));
        [half(0), half(1)].map(|half| half.join().expect("a thread that panics has failed"))
    });
    if let Some(seed) = halves.iter().filter_map(|(fault, _)| *fault).min() {
        panic!("{}", told(seed, TOLD));
    }
    println!("{seeds} histories, no broken rule. Seen in them:");
    for sight in Sight::ALL {
        let times: u32 = halves.iter().map(|(_, seen)| seen[sight as usize]).sum();
        println!("{times:>9} {sight:?}");
        // A replay of a few need not see everything.
        assert!(times > 0 || seeds < SEEDS, "{sight:?} never happened: it was not tried");
    }
}

#[test]
fn every_broken_rule_is_found() {
    let mut missed = Vec::new();
    for mutation in Mutation::ALL {
        let Some(seed) = first_fault(0..FOUND_WITHIN, Some(mutation)).0 else {
            missed.push(mutation);
            continue;
        };
        println!("{mutation:?}: seed {seed}: {}", live(seed, Some(mutation), false).fault.unwrap_or_default());
    }
    assert!(missed.is_empty(), "not found within {FOUND_WITHIN} histories: {missed:?}");
}
