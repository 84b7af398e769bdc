//! What providers report about messages after they took them (DESIGN 2, "Forward only"; SPEC 5.10). Reports come twice,
//! late and in any order; so a message only goes forward by rank, and what has been reported already changes nothing.
//!
//! A report that carries a message's id proves that the provider took it, whatever was known before: the answer to the
//! call may not have arrived yet, or never will.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    error::Refused,
    id::RunId,
    message::{MessageState, Part},
};

/// What happened to a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// The provider says that it has it, which is no more than was known or hoped.
    Taken,
    /// It has not arrived yet, and is tried again by the provider.
    Delayed,
    /// It arrived.
    Delivered,
    /// The mailbox refused it; hard when it will refuse every other one, too.
    Bounced { hard: bool },
    /// The provider gave up.
    Undelivered,
    /// The provider did not try: it keeps the address on a list of its own.
    Suppressed,
    /// The recipient unsubscribed with the provider.
    Unsubscribed,
    /// The recipient reported it as spam.
    Complained,
    /// The recipient says that it is none: the opposite of a complaint, though providers report it as one.
    NotSpam,
    /// It was opened by a person. Only who plays people knows that: the sandbox.
    Opened,
    /// A link in it was followed by a person, likewise.
    Clicked,
    /// The provider's own picture was fetched. By whom is not judged, and ours tells: so it counts nowhere.
    ProviderOpened,
    /// The provider's own link was followed, likewise.
    ProviderClicked,
}

impl Happened {
    /// The word for its event.
    pub fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Bounced { .. } => "bounced",
            Self::Undelivered => "undelivered",
            Self::Suppressed => "suppressed",
            Self::Unsubscribed => "unsubscribed",
            Self::Complained => "complained",
            Self::NotSpam => "not_spam",
            Self::Opened => "opened",
            Self::Clicked => "clicked",
            Self::ProviderOpened => "provider_opened",
            Self::ProviderClicked => "provider_clicked",
        }
    }

    /// The state that it speaks for. What somebody does with a message that has arrived is an event, not a state.
    pub fn state(self) -> Option<MessageState> {
        match self {
            Self::Delivered => Some(MessageState::Delivered),
            Self::Bounced { .. } => Some(MessageState::Bounced),
            Self::Undelivered | Self::Suppressed => Some(MessageState::Undelivered),
            Self::Complained => Some(MessageState::Complained),
            Self::Taken | Self::Delayed | Self::NotSpam | Self::Unsubscribed => None,
            Self::Opened | Self::Clicked | Self::ProviderOpened | Self::ProviderClicked => None,
        }
    }

    /// Whether it is an event to be kept. That the provider has a message is what its state says.
    pub fn is_told(self) -> bool {
        self != Self::Taken
    }
}

/// Events after which somebody is known to have a message, or to be without it for good: it is not sent to them again.
pub const ENDS: [&str; 12] = [
    "delivered",
    "bounced",
    "undelivered",
    "unsubscribed",
    "complained",
    "not_spam",
    "opened",
    "clicked",
    "machine_opened",
    "machine_clicked",
    "provider_opened",
    "provider_clicked",
];

/// One thing that a provider reports about one message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The message: its run, and its number there.
    pub message: (RunId, i32),
    /// What happened.
    pub happened: Happened,
    /// When, by the provider's clock.
    pub at: DateTime<Utc>,
    /// What tells this report from all others, of any provider; the same one comes with the same key again.
    pub key: String,
}

/// What receipts make of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded<'a> {
    /// The state it goes to, or is in already.
    pub state: MessageState,
    /// Everything that happened, each once.
    pub events: Vec<&'a Receipt>,
}

/// Applies receipts to a message in this state. Who was skipped, cancelled or failed stays so; what happened to the
/// message all the same is an event.
pub fn fold<'a>(state: MessageState, receipts: impl IntoIterator<Item = &'a Receipt>) -> Folded<'a> {
    let mut events: Vec<_> = receipts.into_iter().collect();
    events.sort_by_key(|one| (&one.key, one.happened, one.at));
    events.dedup_by_key(|one| (&one.key, one.happened));
    let reported = events.iter().filter_map(|one| one.happened.state());
    let proven = (!events.is_empty()).then_some(MessageState::Accepted);
    let forward = |state: MessageState, next| if state.may_become(next) { next } else { state };
    Folded { state: proven.into_iter().chain(reported).fold(state, forward), events }
}

/// The counters of a run that a message in this state counts for. Who complains has received it.
pub fn counted(state: MessageState) -> &'static [&'static str] {
    use MessageState::*;
    match state {
        Planned => &[],
        Accepted | Undelivered => &["accepted"],
        Delivered => &["accepted", "delivered"],
        Bounced => &["accepted", "bounced"],
        Complained => &["accepted", "delivered", "complained"],
        Skipped => &["skipped"],
        Cancelled => &["cancelled"],
        Failed => &["failed"],
        InDoubt => &["in_doubt"],
    }
}

/// What is reported of messages that people look for, besides where everybody is.
const SOUGHT: [&str; 3] = ["delivered", "bounced", "complained"];

/// The states of the recipients that are behind a figure: a part of the balance, or what was reported of those sent to.
pub fn states_behind(figure: &str) -> Result<Vec<MessageState>, Refused> {
    let figure = figure.trim();
    let is_behind: fn(&MessageState, &str) -> bool = match SOUGHT.contains(&figure) {
        true => |state, figure| counted(*state).contains(&figure),
        false => |state, figure| state.part().word() == figure,
    };
    let states: Vec<_> = MessageState::ALL.iter().copied().filter(|state| is_behind(state, figure)).collect();
    if states.is_empty() {
        let words: Vec<_> = Part::ALL.iter().map(|part| part.word()).chain(SOUGHT).collect();
        return Err(Refused::new("unknown", format!("Must be one of: {}.", words.join(", "))));
    }
    Ok(states)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};
    use uuid::Uuid;

    use super::*;

    fn receipt(happened: Happened, key: u8) -> Receipt {
        let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(key.into());
        Receipt { message: (RunId(Uuid::nil()), 1), happened, at, key: key.to_string() }
    }

    fn any_receipts() -> impl Strategy<Value = Vec<Receipt>> {
        use Happened::*;
        let all = [
            Taken,
            Delayed,
            Suppressed,
            Unsubscribed,
            Delivered,
            Bounced { hard: true },
            Bounced { hard: false },
            Undelivered,
            Complained,
            NotSpam,
            Opened,
            Clicked,
            ProviderOpened,
            ProviderClicked,
        ];
        vec((select(all.to_vec()), 0..4u8).prop_map(|(happened, key)| receipt(happened, key)), 0..12)
    }

    /// Receipts, and the same ones shuffled, some of them more than once, cut into batches.
    fn replayed() -> impl Strategy<Value = (Vec<Receipt>, Vec<Vec<Receipt>>)> {
        any_receipts().prop_flat_map(|once| {
            let again = proptest::sample::subsequence(once.clone(), 0..=once.len());
            let all = again.prop_map({
                let once = once.clone();
                move |again| [once.clone(), again].concat()
            });
            let batches = (all.prop_shuffle(), 1..5usize)
                .prop_map(|(all, size)| all.chunks(size).map(<[Receipt]>::to_vec).collect::<Vec<_>>());
            (Just(once), batches)
        })
    }

    proptest! {
        #[test]
        fn any_order_and_number_of_the_same_receipts_ends_the_same(
            state in select(MessageState::ALL.to_vec()), (once, batches) in replayed()
        ) {
            let whole = fold(state, &once);
            let (mut last, mut events) = (state, Vec::new());
            for batch in &batches {
                let folded = fold(last, batch);
                prop_assert!(folded.state == last || last.may_become(folded.state) || last.may_become(MessageState::Accepted));
                last = folded.state;
                events.extend(folded.events);
            }
            events.sort_by_key(|one| (&one.key, one.happened));
            events.dedup();
            prop_assert_eq!((last, events), (whole.state, whole.events));
        }

        #[test]
        fn a_receipt_proves_that_the_message_was_taken_and_changes_nothing_final(
            state in select(MessageState::ALL.to_vec()), receipts in any_receipts()
        ) {
            let folded = fold(state, &receipts);
            let is_open = matches!(state.part(), Part::Waiting | Part::InDoubt | Part::Sent);
            let expected = if is_open && !receipts.is_empty() { Part::Sent } else { state.part() };
            prop_assert_eq!(folded.state.part(), expected);
            if !is_open {
                prop_assert_eq!(folded.state, state);
            }
            for one in receipts.iter().filter_map(|one| one.happened.state()) {
                prop_assert!(!folded.state.may_become(one), "{} would go on to {one}", folded.state);
            }
        }
    }

    #[test]
    fn the_people_behind_a_figure_are_those_that_it_counts() {
        use MessageState::*;
        assert_eq!(states_behind("sent").unwrap(), [Accepted, Delivered, Bounced, Undelivered, Complained]);
        assert_eq!(states_behind("delivered").unwrap(), [Delivered, Complained]);
        assert_eq!(states_behind(" in_doubt ").unwrap(), [InDoubt]);
        let refused = states_behind("accepted").unwrap_err();
        assert!(
            refused.code == "unknown"
                && refused.message.contains("waiting, sent")
                && refused.message.contains("bounced")
        );
    }

    #[test]
    fn every_part_but_waiting_is_counted_under_its_word() {
        for state in MessageState::ALL {
            let part = match state.part() {
                Part::Waiting => None,
                Part::Sent => Some("accepted"),
                other => Some(other.word()),
            };
            assert_eq!(counted(*state).first().copied(), part, "{state}");
        }
    }
}
