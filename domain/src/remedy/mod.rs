//! What to do about messages that did not go out (UX "errors grouped with the remedy rather than a log"): from the part
//! they count for, the code and the words of whoever refused them, to what it means and a place where it is mended.

mod answer;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    doubt::GIVEN_UP,
    guard::QUIET_HOURS,
    message::{Part, SkipReason},
    words::words,
};

words! {
    /// Where something can be done.
    Action {
        /// The contacts.
        Contacts = "contacts",
        /// The text of the campaign comes from here.
        Templates = "templates",
        /// Who it is sent as, and its domain's DNS.
        Senders = "senders",
        /// Over which account it is sent.
        Providers = "providers",
        /// Where a person decides about what is in doubt.
        InDoubt = "in_doubt",
        /// The workspace's limits.
        Limits = "limits",
    }
}

/// What it means and what to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remedy {
    /// What happened, as a heading.
    pub title: String,
    /// What to do about it, or that nothing is to be done.
    pub remedy: String,
    /// Where, if there is such a place.
    pub action: Option<Action>,
}

/// Messages of a run that did not go out or came back for the same reason, or wait for another try for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CampaignProblem"))]
pub struct Problem {
    /// The part they count for; those that are tried again are waiting, and those that came back were sent.
    pub part: Part,
    /// The skip reason's word or the provider's code.
    pub code: String,
    /// What was answered.
    pub text: String,
    /// How many people.
    pub count: i64,
    /// Whether there are more than were counted: of very many who wait only the next are looked at.
    pub at_least: bool,
    /// When the first of them is tried again.
    pub next_at: Option<DateTime<Utc>>,
    /// What it means and what to do.
    #[serde(flatten)]
    pub remedy: Remedy,
}

/// Whether what failed for this reason may fare better another time: what was refused for good will not, nor is anybody
/// sent to again of whom it is not known whether they got it.
pub fn may_pass(code: &str, text: &str) -> bool {
    code != GIVEN_UP && answer::may_pass(code, text)
}

/// What to do about messages in this part of the balance that were told this.
pub fn remedy(part: Part, code: &str, text: &str) -> Remedy {
    if part == Part::InDoubt {
        return in_doubt(code);
    }
    if let Some(reason) = SkipReason::from_word(code).filter(|_| part == Part::Skipped) {
        return skipped(reason);
    }
    if code == GIVEN_UP {
        let remedy = "Somebody decided so. They may have got it all the same.".to_owned();
        return Remedy { title: "Given up while in doubt".to_owned(), remedy, action: None };
    }
    if code == QUIET_HOURS && part == Part::Waiting {
        let (title, remedy) = ("Quiet hours where they are", "Sent by itself when they are over.");
        return Remedy { title: title.to_owned(), remedy: remedy.to_owned(), action: None };
    }
    let (title, for_good, action) = match part {
        Part::Sent => answer::came_back(code, text),
        _ => answer::meaning(code, text),
    };
    let remedy = match part {
        Part::Waiting => "Tried again by itself.".to_owned(),
        _ => for_good.to_owned(),
    };
    // While it is tried again there is nothing to do but where the account itself is at fault.
    let action = action.filter(|action| part != Part::Waiting || *action == Action::Providers);
    Remedy { title: title.to_owned(), remedy, action }
}

fn skipped(reason: SkipReason) -> Remedy {
    use SkipReason::*;
    let (remedy, action) = match reason {
        NoAddress => ("Add an e-mail address at the contact; the next campaign reaches them.", Some(Action::Contacts)),
        DoNotContact => ("Somebody marked them so. Nothing to do.", None),
        NoConsent => {
            ("Record their consent at the contact, if they gave it. Nothing goes out without.", Some(Action::Contacts))
        }
        Suppressed => ("They unsubscribed, or the address does not work. Nothing to do.", None),
        MissingValue => {
            let text = "Fill in the value at the contact, or take the variable out of the text.";
            (text, Some(Action::Templates))
        }
        Expired => ("The campaign said not to send after that time. Nothing to do.", None),
        Gone => ("They were erased or merged before their message was due. Nothing to do.", None),
        Merged => ("They have the message already. Nothing to do.", None),
        FrequencyCap => {
            let text = "A later campaign reaches them. How often a person is written to is a setting of the workspace.";
            (text, Some(Action::Limits))
        }
        Removed => ("Somebody took them out of this campaign. Nothing to do.", None),
    };
    Remedy { title: reason.sentence().to_owned(), remedy: remedy.to_owned(), action }
}

fn in_doubt(code: &str) -> Remedy {
    let (title, why) = match code {
        "interrupted" => ("Interrupted while it was handed over", "The server stopped before an answer came."),
        _ => ("No answer from the provider", "The message was handed over and nothing came back."),
    };
    let remedy = format!("{why} It may have arrived or not: decide whether it counts as sent or goes out again.");
    Remedy { title: title.to_owned(), remedy, action: Some(Action::InDoubt) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_waits_is_tried_again_and_nothing_is_asked_of_anybody() {
        let waiting = remedy(Part::Waiting, "452 4.2.2", "mailbox full");
        assert_eq!((waiting.title.as_str(), waiting.remedy.as_str()), ("Mailbox is full", "Tried again by itself."));
        assert_eq!(waiting.action, None);
        let quota = remedy(Part::Waiting, "454", "Daily message quota exceeded");
        assert_eq!(quota.action, Some(Action::Providers), "a limit can be raised meanwhile");
    }

    #[test]
    fn who_waits_for_the_morning_is_told_so() {
        let waiting = remedy(Part::Waiting, QUIET_HOURS, "");
        assert_eq!((waiting.title.as_str(), waiting.action), ("Quiet hours where they are", None));
    }

    #[test]
    fn every_reason_for_skipping_has_words_and_a_remedy() {
        for reason in SkipReason::ALL {
            let remedy = remedy(Part::Skipped, reason.word(), reason.sentence());
            assert_eq!(remedy.title, reason.sentence());
            assert!(remedy.remedy.ends_with('.'), "{reason}");
        }
        assert_eq!(remedy(Part::Skipped, "no_consent", "").action, Some(Action::Contacts));
        assert_eq!(remedy(Part::Skipped, "missing_value", "").action, Some(Action::Templates));
    }

    #[test]
    fn what_was_for_now_may_be_tried_again_and_what_was_for_good_may_not() {
        for (code, text) in [
            ("452 4.2.2", "mailbox full"),
            ("421", "try later"),
            ("connection", "refused"),
            ("Throttling", "Rate exceeded"),
            ("454", "Daily message quota exceeded"),
        ] {
            assert!(may_pass(code, text), "{code}");
        }
        for (code, text) in [("550 5.1.1", "no such user"), ("554", "spam"), (GIVEN_UP, ""), ("MessageRejected", "no")]
        {
            assert!(!may_pass(code, text), "{code}");
        }
    }

    #[test]
    fn what_came_back_is_nothing_to_ask_the_own_provider_about() {
        let gone = remedy(Part::Sent, "550 5.1.1", "5.1.1 Unknown");
        assert_eq!((gone.title.as_str(), gone.action), ("Address does not exist", Some(Action::Contacts)));
        for (code, text) in [("", ""), ("", "Transient, General"), ("4.4.1", "connection timed out")] {
            let back = remedy(Part::Sent, code, text);
            assert_ne!(back.action, Some(Action::Providers), "{code} {text}");
        }
        assert_eq!(remedy(Part::Sent, "", "Undetermined").title, "Came back without a reason");
    }

    #[test]
    fn what_is_in_doubt_is_for_a_person_to_decide() {
        for code in ["no_answer", "interrupted", "anything"] {
            let remedy = remedy(Part::InDoubt, code, "");
            assert_eq!(remedy.action, Some(Action::InDoubt));
            assert!(remedy.remedy.contains("decide"), "{code}");
        }
    }

    proptest! {
        /// Whatever a server says, there is something to read.
        #[test]
        fn no_answer_is_without_words(code in ".{0,20}", text in ".{0,60}", part in 0..Part::ALL.len()) {
            let remedy = remedy(Part::ALL[part], &code, &text);
            prop_assert!(!remedy.title.is_empty() && remedy.remedy.ends_with('.'));
        }
    }
}
