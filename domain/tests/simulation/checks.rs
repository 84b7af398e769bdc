//! What must be true after each event, and when everything has ended.

use domain::{
    campaign::CampaignStatus,
    message::{MessageState, Part},
};

use crate::{ledger::Message, witness::Story, world::World};

/// True at any moment.
pub fn now(world: &World) -> Result<(), String> {
    let ledger = &world.ledger;
    if let Some(fault) = &ledger.witness.fault {
        return Err(fault.clone());
    }
    let mut count = [0; MessageState::ALL.len()];
    let mut met = 0u64;
    for (i, message) in ledger.messages.iter().enumerate() {
        count[message.state as usize] += 1;
        if met & (1 << message.person) != 0 {
            return Err(format!("person {} is planned twice", message.person));
        }
        met |= 1 << message.person;
        of_message(message, &ledger.witness.stories()[i]).map_err(|fault| format!("message {}: {fault}", i + 1))?;
    }
    if ledger.counted != count {
        return Err(format!("counters say {:?}, the messages {count:?}", ledger.counted));
    }
    if !ledger.figures().balances() {
        return Err(format!("the figures do not balance: {:?}", ledger.figures()));
    }
    if ledger.finished && ledger.figures().waiting > 0 {
        return Err(format!("the run is over and {} wait", ledger.figures().waiting));
    }
    Ok(())
}

fn of_message(message: &Message, story: &Story) -> Result<(), String> {
    if story.taken > 1 + story.again {
        return Err(format!("taken {} times, sent again {} times", story.taken, story.again));
    }
    match message.state.part() {
        Part::Sent if story.taken == 0 && !story.marked => Err("counts as sent and was never taken".into()),
        Part::Skipped | Part::Failed | Part::Cancelled if story.taken > 0 && story.again == 0 && !story.marked => {
            Err(format!("is {} and was taken", message.state))
        }
        _ => Ok(()),
    }
}

/// True when nothing breaks any more and time has gone on.
pub fn at_the_end(world: &World) -> Result<(), String> {
    now(world)?;
    let ledger = &world.ledger;
    if !matches!(ledger.status, CampaignStatus::Completed | CampaignStatus::Cancelled) {
        return Err(format!("the run ended {}", ledger.status));
    }
    if ledger.status == CampaignStatus::Completed && ledger.messages.len() != ledger.people.len() {
        return Err(format!("{} of {} people were planned", ledger.messages.len(), ledger.people.len()));
    }
    for (i, message) in ledger.messages.iter().enumerate() {
        let (n, part, story) = (i + 1, message.state.part(), ledger.witness.stories()[i]);
        // After "send again" or "count as …" a decision stands beside what is heard later.
        let is_decided = story.again > 0 || story.marked;
        if story.heard > 0 && part != Part::Sent && !is_decided {
            return Err(format!("message {n}: its acceptance was heard and it is {}", message.state));
        }
        if story.reported && matches!(part, Part::InDoubt | Part::Waiting) {
            return Err(format!("message {n}: it was reported on and it is {}", message.state));
        }
    }
    Ok(())
}
