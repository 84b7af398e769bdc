//! Asking the guards about a group (SPEC 5.5), in the transaction of its note.

use std::collections::HashMap;

use domain::{
    guard::{Facts, QUIET_HOURS, Verdict, decide},
    message::SkipReason,
};

use super::{
    desk::Worker,
    group::{Planned, skip},
    lanes::Lane,
    run::Open,
    store::{self, Way},
};
use crate::{
    Result,
    audience::{self, SendFacts},
};

/// Asks the guards about each message: those that may go, with the facts. Those that may not are settled at once, in the
/// transaction of the note, so that no crash puts them in doubt; those that may not yet wait for their moment.
pub(super) async fn judge(
    worker: &Worker,
    open: &Open,
    lane: &Lane,
    tx: &mut sqlx::PgConnection,
    way: Way,
    planned: Vec<Planned>,
) -> Result<Vec<(Planned, SendFacts)>> {
    let (ids, now) = ((open.tenant, open.run), worker.engine.clock.now());
    let contacts: Vec<_> = planned.iter().map(|message| message.contact).collect();
    let lately = lane.allowance.lately(now);
    let known = audience::send_facts(&mut *tx, Some(open.run), &contacts, lately).await?;
    let mut known: HashMap<_, _> = known.into_iter().map(|facts| (facts.id, facts)).collect();
    let (mut ready, mut settled, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for message in planned {
        let facts = known.remove(&message.contact);
        let asked = facts.as_ref().map_or_else(Facts::default, |facts| Facts {
            quiet_until: lane.allowance.quiet_until(facts, now),
            capped: lane.allowance.is_capped(facts),
            do_not_contact: facts.do_not_contact && lane.allowance.leaves_out_marked,
            ..about(facts)
        });
        match (decide(&asked), facts) {
            (Verdict::Send, Some(facts)) => ready.push((message, facts)),
            (Verdict::Send, None) => settled.push(skip(&message, SkipReason::Gone)),
            (Verdict::Skip(reason), _) => settled.push(skip(&message, reason)),
            (Verdict::Later(until), _) => later.push((message.n, until)),
        }
    }
    if !settled.is_empty() {
        store::settle(&mut *tx, ids, way, &settled, now).await?;
    }
    if !later.is_empty() {
        store::wait_until(tx, ids, &later, (QUIET_HOURS, "Quiet hours where this person is.")).await?;
    }
    Ok(ready)
}

fn about(facts: &SendFacts) -> Facts {
    Facts {
        exists: true,
        has_address: facts.email.is_some(),
        consent: facts.consent,
        suppressed: facts.suppressed,
        had_it: facts.had_it,
        ..Facts::default()
    }
}
