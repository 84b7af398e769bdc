//! What receipts make of one message: its state with the reason, its events, its counters.

use domain::{
    bounce,
    message::MessageState,
    receipt::{Happened, Receipt, counted, fold},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    apply::Reported,
    effects::Told,
    store::{Changes, Locked, WhyThere},
};
use crate::secrets::sha256;

/// Asks the domain what the receipts make of a message.
pub(super) fn change(changes: &mut Changes, told: &mut Vec<Told>, message: &Locked, about: &[&Reported]) {
    let folded = fold(message.state, about.iter().map(|one| &one.said.receipt));
    for one in folded.events.iter().filter(|one| one.happened.is_told()) {
        let event = event_id(one);
        changes.event(message.n, event, one, detail(one, about, message).into());
        told.push(Told::new(event, message, one));
    }
    if folded.state != message.state {
        let why = folded.events.iter().rev().find(|one| one.happened.state() == Some(folded.state));
        let why = why.map(|one| why_of(folded.state, &detail(one, about, message))).unwrap_or_default();
        for kind in counted(message.state) {
            changes.count(kind, code_in(kind, message.reason.as_deref()), "", -1);
        }
        for kind in counted(folded.state) {
            changes.count(kind, code_in(kind, why.code.as_deref()), why.text.as_deref().unwrap_or_default(), 1);
        }
        changes.state(message, folded.state, why);
    }
}

/// What is kept with an event; of whoever was erased only that it happened.
fn detail(receipt: &Receipt, about: &[&Reported], message: &Locked) -> Map<String, Value> {
    let same = about.iter().find(|one| std::ptr::eq(&one.said.receipt, receipt)).filter(|_| message.address.is_some());
    let mut detail = same.map(|one| one.said.detail.clone()).unwrap_or_default();
    if let Happened::Bounced { hard } = receipt.happened {
        detail.insert("hard".into(), hard.into());
    }
    detail
}

/// Why a message is where it is now, which its row says as that of one that was refused at once does.
fn why_of(state: MessageState, detail: &Map<String, Value>) -> WhyThere {
    if !matches!(state, MessageState::Bounced | MessageState::Undelivered) {
        return WhyThere::default();
    }
    let text = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default();
    WhyThere { code: bounce::code(text("status"), text("diagnostic")), text: bounce::words(detail) }
}

/// What was sent is counted together, whatever became of it.
fn code_in<'a>(kind: &str, code: Option<&'a str>) -> Option<&'a str> {
    code.filter(|_| kind != "accepted")
}

/// The same for the same report, so that its event is stored once.
fn event_id(receipt: &Receipt) -> Uuid {
    let sum = sha256(format!("{} {:?}", receipt.key, receipt.happened).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sum[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
