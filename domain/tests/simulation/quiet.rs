//! It calms down: nothing breaks any more, time goes on, and then everything must come to its end.

use chrono::TimeDelta;
use domain::campaign::CampaignStatus;

use crate::{
    checks,
    events::{in_doubt, next_moment},
    moves::{self, Decision},
    provider::Temper,
    receipts,
    world::World,
};

/// Steps that are enough for any history here, many times over.
const ENOUGH: usize = 5_000;

/// Lets everything end, then the policy speak, then all receipts come, thrice and a month later again.
pub fn settle_down(world: &mut World) -> Result<(), String> {
    world.tell(|| "it calms down".into());
    (world.away, world.not_heard, world.habits.deaf) = (false, 0, 0);
    world.provider.temper = world.chance.of_these(&[Temper::GOOD, Temper::BUSY]);
    world.workers.iter_mut().for_each(|worker| worker.frozen_until = None);
    run_out(world)?;
    if world.habits.policy == Some(Decision::SendAgain) {
        policy(world)?;
        run_out(world)?;
    }
    all_receipts(world)?;
    checks::at_the_end(world)
}

/// Until the run is over and every worker is free.
fn run_out(world: &mut World) -> Result<(), String> {
    for _ in 0..ENOUGH {
        // Whatever held it, somebody lets it go on.
        if matches!(world.ledger.status, CampaignStatus::Paused | CampaignStatus::Failed) {
            moves::move_to(&mut world.ledger, CampaignStatus::Running);
        }
        let mut busy = false;
        for i in 0..world.workers.len() {
            busy |= world.step(i);
            checks::now(world)?;
        }
        if !busy && world.ledger.finished {
            return Ok(());
        }
        // Waits have a chance of their own in them: a round without anything to do may be by chance.
        if !busy && let Some(next) = next_moment(world) {
            world.now = next;
        }
        world.advance(TimeDelta::milliseconds(1));
    }
    Err(format!("it never ends: run {}, finished: {}", world.ledger.status, world.ledger.finished))
}

/// A day later the policy sends again, once, what was never sent again before.
fn policy(world: &mut World) -> Result<(), String> {
    world.advance(TimeDelta::hours(24));
    for n in in_doubt(world) {
        if world.ledger.witness.story(n).again == 0 {
            moves::decide(&mut world.ledger, n, Decision::SendAgain, world.now);
        }
    }
    checks::now(world)
}

fn all_receipts(world: &mut World) -> Result<(), String> {
    let mut all = std::mem::take(&mut world.provider.post);
    all.append(&mut world.provider.past);
    for _ in 0..3 {
        for i in (1..all.len()).rev() {
            all.swap(i, world.chance.below(i + 1));
        }
        let now = world.now;
        world.ledger.receipts.extend(&all);
        receipts::apply(&mut world.ledger, now);
        checks::now(world)?;
        world.advance(TimeDelta::days(30));
    }
    for receipt in all {
        world.ledger.witness.story(receipt.n).reported = true;
    }
    // What was sent again and then reported on before it went is over without another call.
    run_out(world)
}
