//! What the answer of a mail server or provider means. Enhanced codes: RFC 3463 and its registry; what servers do with
//! them: PROVIDERS 4.

use super::Action;

/// A heading, what to do once it is for good, and where.
pub(super) type Meaning = (&'static str, &'static str, Option<Action>);

/// Reads a code and the words that came with it: the numbers first, for they are agreed upon; then the words.
pub(super) fn meaning(code: &str, text: &str) -> Meaning {
    let answer = Reading::of(code, text);
    answer.by_code().or_else(|| answer.by_words()).unwrap_or_else(|| answer.by_class())
}

/// Reads what came with a message that went out and came back: who refused it is the receiver, not the own provider.
pub(super) fn came_back(code: &str, text: &str) -> Meaning {
    let answer = Reading::of(code, text);
    let mut known = [answer.by_code(), answer.by_words(), Some(answer.by_class())].into_iter().flatten();
    known.find(|(.., action)| *action != Some(Action::Providers)).unwrap_or(NO_REASON)
}

/// Whether the answer was for now only.
pub(super) fn may_pass(code: &str, text: &str) -> bool {
    let answer = Reading::of(code, text);
    let passing = ["connection", "timeout", "throttl", "slow down", "too many", "unavailable", "unreachable", "quota"];
    match answer.class() {
        Some(class) => class == 4,
        None => answer.says(&passing),
    }
}

/// An answer taken apart: `550 5.1.1` is 550, class 5, subject 1, detail 1.
struct Reading {
    basic: Option<u16>,
    enhanced: Option<(u16, u16, u16)>,
    words: String,
}

impl Reading {
    fn of(code: &str, text: &str) -> Self {
        let numbers = || code.split_whitespace().chain(text.split_whitespace().take(2));
        let basic = numbers().find_map(|word| word.parse().ok().filter(|number| (200..600).contains(number)));
        let enhanced = numbers().find_map(enhanced);
        Self { basic, enhanced, words: format!("{code} {text}").to_lowercase() }
    }

    fn says(&self, any: &[&str]) -> bool {
        any.iter().any(|words| self.words.contains(words))
    }

    /// Class of the answer: 4 for now, 5 for good.
    fn class(&self) -> Option<u16> {
        self.enhanced.map(|(class, ..)| class).or(self.basic.map(|basic| basic / 100))
    }

    fn by_code(&self) -> Option<Meaning> {
        match (self.basic, self.enhanced) {
            (_, Some((5, 7, 8 | 9))) | (Some(530 | 535 | 538), _) => Some(SIGN_IN),
            (_, Some((5, 1, 0..=3 | 6 | 10))) => Some(NO_SUCH_ADDRESS),
            (_, Some((5, 1, 7 | 8))) | (_, Some((_, 7, 20..=27))) => Some(NOT_PROVEN),
            (_, Some((5, 2, 0 | 1))) => Some(CLOSED),
            (_, Some((_, 2, 2))) => Some(FULL),
            (_, Some((_, 2 | 3, 3 | 4))) => Some(TOO_LARGE),
            (_, Some((5, 4, _))) => Some(NO_SUCH_DOMAIN),
            _ => None,
        }
    }

    /// Many servers send a bare code and say what they mean in words.
    fn by_words(&self) -> Option<Meaning> {
        if self.says(&["user unknown", "unknown user", "no such user", "does not exist", "no mailbox"]) {
            Some(NO_SUCH_ADDRESS)
        } else if self.says(&["mailbox full", "over quota", "overquota", "mailbox is full"]) {
            Some(FULL)
        } else if self.says(&["greylist", "graylist"]) {
            Some(PUT_OFF)
        } else if self.says(&["quota", "daily limit", "sending limit"]) {
            Some(AT_LIMIT)
        } else if self.says(&["connection", "starttls", "timeout", "unreachable"]) && self.basic.is_none() {
            Some(UNREACHABLE)
        } else {
            None
        }
    }

    fn by_class(&self) -> Meaning {
        match (self.class(), self.basic, self.enhanced) {
            (Some(5), _, Some((_, 7, _))) | (Some(5), Some(554), _) => POLICY,
            (Some(5), ..) => FOR_GOOD,
            (Some(4), Some(421 | 429 | 451 | 454), _) | (Some(4), _, Some((_, 7, _))) => SLOW_DOWN,
            (Some(4), Some(452), _) => FULL,
            (Some(4), ..) => FOR_NOW,
            _ if self.says(&["throttl", "slow down", "too many", "rate"]) => SLOW_DOWN,
            _ => NOT_TAKEN,
        }
    }
}

const SIGN_IN: Meaning = (
    "The provider refuses to sign in",
    "Check the user name and password of the provider account, then send again.",
    Some(Action::Providers),
);
const NO_SUCH_ADDRESS: Meaning = (
    "Address does not exist",
    "Correct the address at the contact, or take it off the list; it will be refused again.",
    Some(Action::Contacts),
);
const NO_SUCH_DOMAIN: Meaning = (
    "No server takes mail for this address",
    "Check what stands behind the @ at the contact; often it is a typing error.",
    Some(Action::Contacts),
);
const NOT_PROVEN: Meaning = (
    "The sender is not proven to be genuine",
    "Check SPF, DKIM and DMARC in the DNS of the sender's domain; receivers ask for all three.",
    Some(Action::Senders),
);
const POLICY: Meaning = (
    "Refused as spam or by policy",
    "Check the DNS of the sender's domain and what the message says. If it is one domain only, ask its postmaster.",
    Some(Action::Senders),
);
const CLOSED: Meaning = (
    "Mailbox is closed",
    "The mailbox takes no mail any more. Ask the person for another address.",
    Some(Action::Contacts),
);
const FULL: Meaning = (
    "Mailbox is full",
    "The person must make room. The next campaign tries anew; if it stays so, the mailbox may be abandoned.",
    None,
);
const TOO_LARGE: Meaning =
    ("Message is too large", "Make the message smaller: fewer or smaller pictures.", Some(Action::Templates));
const PUT_OFF: Meaning = (
    "Put off by the receiving server",
    "The server wants senders that it does not know to come again, and did not take it even so. The next campaign \
     tries anew.",
    None,
);
const SLOW_DOWN: Meaning = (
    "Asked to slow down",
    "The receiving server takes fewer messages at a time than were sent. The next campaign tries anew.",
    None,
);
const AT_LIMIT: Meaning = (
    "Quota reached",
    "The provider account has sent as much as it may for now. Ask the provider for a higher limit.",
    Some(Action::Providers),
);
const UNREACHABLE: Meaning = (
    "The provider cannot be reached",
    "No connection could be made, after several tries. Check the provider account.",
    Some(Action::Providers),
);
const FOR_GOOD: Meaning = (
    "Refused by the receiving server",
    "Refused for good. Read the answer, and check the address before the next campaign.",
    Some(Action::Contacts),
);
const FOR_NOW: Meaning =
    ("Not taken for now", "Refused again and again as a passing trouble. The next campaign tries anew.", None);
const NOT_TAKEN: Meaning = (
    "The provider did not take it",
    "Not taken after several tries. Read the answer, and check the provider account.",
    Some(Action::Providers),
);

const NO_REASON: Meaning = (
    "Came back without a reason",
    "Check the address at the contact. If it is right, the next campaign tries anew.",
    Some(Action::Contacts),
);

/// `5.1.1` as its three numbers.
fn enhanced(word: &str) -> Option<(u16, u16, u16)> {
    let mut numbers = word.split('.').map(|part| part.parse().ok());
    let code = (numbers.next()??, numbers.next()??, numbers.next()??);
    (numbers.next().is_none() && matches!(code.0, 4 | 5)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_mail_servers_lead_to_where_they_are_mended() {
        for (code, text, title, action) in [
            ("550 5.1.1", "5.1.1 No such user", "Address does not exist", Some(Action::Contacts)),
            ("550", "User unknown in virtual mailbox table", "Address does not exist", Some(Action::Contacts)),
            ("550 5.4.4", "", "No server takes mail for this address", Some(Action::Contacts)),
            ("550 5.7.26", "unauthenticated mail", "The sender is not proven to be genuine", Some(Action::Senders)),
            ("550 5.7.1", "Blocked", "Refused as spam or by policy", Some(Action::Senders)),
            ("554", "Message rejected", "Refused as spam or by policy", Some(Action::Senders)),
            ("535 5.7.8", "Bad password", "The provider refuses to sign in", Some(Action::Providers)),
            ("552 5.2.2", "Over quota", "Mailbox is full", None),
            ("552 5.3.4", "Message too big", "Message is too large", Some(Action::Templates)),
            ("550 5.2.1", "Disabled", "Mailbox is closed", Some(Action::Contacts)),
            ("550", "Go away", "Refused by the receiving server", Some(Action::Contacts)),
            ("452 4.2.2", "mailbox full", "Mailbox is full", None),
            ("452", "try later", "Mailbox is full", None),
            ("451 4.7.1", "Greylisted, come back", "Put off by the receiving server", None),
            ("421", "Too many connections", "Asked to slow down", None),
            ("454 4.7.0", "busy", "Asked to slow down", None),
            ("450", "busy", "Not taken for now", None),
            ("connection", "refused", "The provider cannot be reached", Some(Action::Providers)),
            ("Throttling", "Maximum sending rate exceeded.", "Asked to slow down", None),
            ("LimitExceeded", "Daily message quota exceeded", "Quota reached", Some(Action::Providers)),
            ("odd", "", "The provider did not take it", Some(Action::Providers)),
        ] {
            let (heading, what_to_do, place) = meaning(code, text);
            assert_eq!((heading, place), (title, action), "{code} {text}");
            assert!(what_to_do.ends_with('.'));
        }
    }
}
