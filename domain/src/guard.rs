//! Whether a message may go to a person now (SPEC 5.5): asked when a run is planned and again at the moment of sending.

use chrono::{DateTime, Utc};

use crate::{consent::State, message::SkipReason};

/// The word for why a message waits that would go in quiet hours.
pub const QUIET_HOURS: &str = "quiet_hours";

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
    /// It is quiet where they are, until then. Asked at the moment of sending only.
    pub quiet_until: Option<DateTime<Utc>>,
    /// They have had as many messages lately as the workspace allows. Asked at the moment of sending only: when a run
    /// is planned it is not known yet when they will get theirs.
    pub capped: bool,
}

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may go.
    Send,
    /// It may not, for this reason.
    Skip(SkipReason),
    /// Not before then.
    Later(DateTime<Utc>),
}

/// Decides. Of several reasons the first in this order is given: the one that the person or the law put up first.
/// The statement that plans a run (`engine` sending/plan) gives the same reasons in the same order; a test holds the
/// two together. Quiet hours and caps come last, and are facts of the moment of sending alone: whoever waits for the
/// end of the night is asked about caps when it is over.
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
    } else if let Some(until) = facts.quiet_until {
        return Verdict::Later(until);
    } else if facts.capped {
        SkipReason::FrequencyCap
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
        quiet_until: None,
        capped: false,
    };
    const MORNING: DateTime<Utc> = DateTime::UNIX_EPOCH;

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
            (Facts { capped: true, ..GOOD }, SkipReason::FrequencyCap),
        ];
        for (facts, reason) in cases {
            assert_eq!(decide(&facts), Verdict::Skip(reason));
        }
    }

    #[test]
    fn who_may_not_be_written_to_does_not_wait_and_who_waits_is_not_refused_yet() {
        let quiet = Facts { quiet_until: Some(MORNING), ..GOOD };
        assert_eq!(decide(&quiet), Verdict::Later(MORNING));
        assert_eq!(decide(&Facts { capped: true, ..quiet }), Verdict::Later(MORNING));
        assert_eq!(decide(&Facts { suppressed: true, ..quiet }), Verdict::Skip(SkipReason::Suppressed));
        let both = Facts { suppressed: true, capped: true, ..GOOD };
        assert_eq!(decide(&both), Verdict::Skip(SkipReason::Suppressed), "the person's own reason comes first");
    }

    proptest! {
        /// Nothing ever goes to somebody who did not agree, whatever else is known.
        #[test]
        fn only_the_willing(
            exists: bool, has_address: bool, do_not_contact: bool, granted: Option<bool>, suppressed: bool, had_it: bool,
            quiet: bool, capped: bool,
        ) {
            let consent = granted.map(|g| if g { State::Granted } else { State::Withdrawn });
            let quiet_until = quiet.then_some(MORNING);
            let facts =
                Facts { exists, has_address, do_not_contact, consent, suppressed, had_it, quiet_until, capped };
            prop_assert_eq!(decide(&facts) == Verdict::Send, facts == GOOD);
        }
    }
}
