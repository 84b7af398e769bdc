//! Whether a message may go to a person now (SPEC 5.5): asked when a run is planned and again at the moment of sending.

use crate::{consent::State, message::SkipReason};

/// What is known of a recipient at the moment of asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// The contact exists and was not erased.
    pub exists: bool,
    /// The contact has an address on the channel.
    pub has_address: bool,
    /// The contact's do-not-contact switch.
    pub do_not_contact: bool,
    /// Consent in force for marketing on the channel.
    pub consent: Option<State>,
    /// The address is on the suppression list of the channel.
    pub suppressed: bool,
    /// The same person has had this message as another contact, since merged into this one.
    pub had_it: bool,
}

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may go.
    Send,
    /// It may not, for this reason.
    Skip(SkipReason),
}

/// Decides. Of several reasons the first in this order is given: the one that the person or the law put up first.
/// The statement that plans a run (`engine` sending/plan) gives the same reasons in the same order; a test holds the
/// two together.
pub fn decide(facts: &Facts) -> Verdict {
    let reason = if !facts.exists {
        SkipReason::Gone
    } else if facts.had_it {
        SkipReason::Merged
    } else if facts.do_not_contact {
        SkipReason::DoNotContact
    } else if !facts.has_address {
        SkipReason::NoAddress
    } else if facts.consent != Some(State::Granted) {
        SkipReason::NoConsent
    } else if facts.suppressed {
        SkipReason::Suppressed
    } else {
        return Verdict::Send;
    };
    Verdict::Skip(reason)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: Facts = Facts {
        exists: true,
        has_address: true,
        do_not_contact: false,
        consent: Some(State::Granted),
        suppressed: false,
        had_it: false,
    };

    #[test]
    fn each_fact_alone_stops_a_message_with_its_reason() {
        assert_eq!(decide(&GOOD), Verdict::Send);
        let cases = [
            (Facts { exists: false, ..GOOD }, SkipReason::Gone),
            (Facts { do_not_contact: true, ..GOOD }, SkipReason::DoNotContact),
            (Facts { has_address: false, ..GOOD }, SkipReason::NoAddress),
            (Facts { consent: None, ..GOOD }, SkipReason::NoConsent),
            (Facts { consent: Some(State::Withdrawn), ..GOOD }, SkipReason::NoConsent),
            (Facts { suppressed: true, ..GOOD }, SkipReason::Suppressed),
            (Facts { had_it: true, ..GOOD }, SkipReason::Merged),
        ];
        for (facts, reason) in cases {
            assert_eq!(decide(&facts), Verdict::Skip(reason));
        }
    }

    proptest! {
        /// Nothing ever goes to somebody who did not agree, whatever else is known.
        #[test]
        fn only_the_willing(exists: bool, has_address: bool, do_not_contact: bool, granted: Option<bool>, suppressed: bool, had_it: bool) {
            let consent = granted.map(|g| if g { State::Granted } else { State::Withdrawn });
            let facts = Facts { exists, has_address, do_not_contact, consent, suppressed, had_it };
            prop_assert_eq!(decide(&facts) == Verdict::Send, facts == GOOD);
        }
    }
}
