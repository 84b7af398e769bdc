//! Who opened a message or followed a link in it: a person, or a program that looks at mail for them (SPEC 10, 5.10).
//! Human ones count; those of machines are shown apart and never used.
//!
//! The verdict is drawn from what is known of all that came back from one message. More knowledge can only turn a person
//! into a machine, never the other way round: so an event that was counted as a person's is taken back at most once.

mod agent;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::words::words;

pub use agent::{Agent, Device, agent, device};

/// So soon after a message was handed over nobody has read it: mail systems look at links before they deliver.
pub const TOO_SOON: TimeDelta = TimeDelta::seconds(2);
/// So long before we knew that it was taken it may have been: an answer takes its time. What is older came before the
/// answer was recorded at all, perhaps by a person who decided about a doubt, and says nothing.
pub const ANSWER: TimeDelta = TimeDelta::seconds(30);
/// Nobody follows two links of a message in so short a time…
pub const TWO_WITHIN: TimeDelta = TimeDelta::milliseconds(500);
/// … nor three in this.
pub const THREE_WITHIN: TimeDelta = TimeDelta::seconds(2);
/// Who follows the link that people cannot see has done what else came at about that time.
pub const AROUND_TRAP: TimeDelta = TimeDelta::seconds(60);

/// What came back from a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Act {
    /// Its picture was fetched.
    Opened,
    /// The link of this number was followed.
    Clicked(u16),
    /// The link that people cannot see was followed.
    Trapped,
}

/// One thing that came back from a message, and what is known of who did it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Hit {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub act: Act,
    /// By what kind of program.
    pub agent: Agent,
    /// Whether it only asked for the headers.
    pub head: bool,
    /// What it was taken for before.
    pub before: Before,
}

/// What something that came back was taken for, when less was known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Before {
    /// It has just come.
    New,
    /// A person's.
    Person,
    /// A machine's, which it stays.
    Machine(Why),
}

words! {
    /// Why an event is taken for a machine's.
    Why {
        /// The link that people cannot see was followed, by this or at about the same time.
        Trap = "trap",
        /// Only the headers were asked for.
        Head = "head",
        /// A program that is known to look at mail and links.
        Scanner = "scanner",
        /// A program that fetches all pictures beforehand, to hide when somebody reads.
        PrivacyProxy = "privacy_proxy",
        /// Several links of one message in less time than a person needs.
        Burst = "burst",
        /// Followed before anybody can have read it.
        TooSoon = "too_soon",
    }
}

impl Why {
    /// In words.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Trap => "Followed a link that people cannot see",
            Self::Head => "Asked for the headers only",
            Self::Scanner => "A program that checks mail or makes previews",
            Self::PrivacyProxy => "A mail program that fetches all pictures beforehand",
            Self::Burst => "Several links at once",
            Self::TooSoon => "Before anybody can have read it",
        }
    }
}

/// The verdict on each of the hits of one message, in their order: none for a person, or why it is a machine.
/// `handed_over` is when the provider took the message, where that is known.
pub fn judge(hits: &[Hit], handed_over: Option<DateTime<Utc>>) -> Vec<Option<Why>> {
    let traps: Vec<_> = hits.iter().filter(|hit| hit.act == Act::Trapped).map(|hit| hit.at).collect();
    let bursts = bursts(hits);
    // When it was handed over may be known otherwise by now; what was judged already, was by what was known then.
    let too_soon = |hit: &Hit| {
        let after = handed_over.filter(|_| hit.before == Before::New).map(|then| hit.at - then);
        after.is_some_and(|after| -ANSWER <= after && after < TOO_SOON)
    };
    let verdict = |hit: &Hit| match (hit.before, hit.act, hit.agent) {
        (Before::Machine(why), ..) => Some(why),
        (_, Act::Trapped, _) => Some(Why::Trap),
        _ if traps.iter().any(|trap| (hit.at - *trap).abs() <= AROUND_TRAP) => Some(Why::Trap),
        _ if hit.head => Some(Why::Head),
        (_, _, Agent::Scanner) => Some(Why::Scanner),
        (_, _, Agent::PrivacyProxy) => Some(Why::PrivacyProxy),
        (_, Act::Clicked(_), _) if bursts.contains(&hit.at) => Some(Why::Burst),
        (_, Act::Clicked(_), _) if too_soon(hit) => Some(Why::TooSoon),
        _ => None,
    };
    hits.iter().map(verdict).collect()
}

/// The moments of clicks that belong to a burst: a window slides over them, so that many cost no more than each its part.
fn bursts(hits: &[Hit]) -> BTreeSet<DateTime<Utc>> {
    let clicked = |hit: &Hit| match hit.act {
        Act::Clicked(link) => Some((hit.at, link)),
        _ => None,
    };
    let mut clicks: Vec<_> = hits.iter().filter_map(clicked).collect();
    clicks.sort_unstable();
    let all = [(2, TWO_WITHIN), (3, THREE_WITHIN)].map(|(links, span)| burst(&clicks, links, span));
    all.into_iter().flatten().collect()
}

/// Those of clicks, in order, that are among so many different links within a span.
fn burst(clicks: &[(DateTime<Utc>, u16)], links: usize, span: TimeDelta) -> Vec<DateTime<Utc>> {
    let mut within: BTreeMap<u16, usize> = BTreeMap::new();
    let (mut found, mut end, mut told) = (Vec::new(), 0, 0);
    for (first, (begin, link)) in clicks.iter().enumerate() {
        while let Some((_, next)) = clicks.get(end).filter(|(at, _)| *at - *begin <= span) {
            *within.entry(*next).or_default() += 1;
            end += 1;
        }
        if within.len() >= links {
            found.extend(clicks[told.max(first)..end].iter().map(|(at, _)| *at));
            told = end;
        }
        if let Some(left) = within.get_mut(link) {
            *left -= 1;
            if *left == 0 {
                within.remove(link);
            }
        }
    }
    found
}

/// Where something was followed, as far as a link says: how often, and by how many.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkFigures {
    /// Its number in the message, from 1 on.
    pub number: u16,
    /// What people read there; empty where nothing is known.
    pub label: String,
    /// Where it leads, with the places of personal values as they were written.
    pub url: String,
    /// People who followed it.
    pub people: i64,
    /// How often people followed it.
    pub clicks: i64,
    /// How often machines did.
    pub by_machines: i64,
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
    }

    fn hit(millis: i64, act: Act) -> Hit {
        Hit { at: at(millis), act, agent: Agent::Unknown, head: false, before: Before::New }
    }

    fn verdicts(hits: &[Hit]) -> Vec<Option<Why>> {
        judge(hits, Some(at(-3_600_000)))
    }

    #[test]
    fn a_person_opens_and_follows_links_one_after_the_other() {
        let hits = [
            hit(0, Act::Opened),
            hit(4_000, Act::Clicked(1)),
            hit(4_100, Act::Clicked(1)),
            hit(9_000, Act::Clicked(2)),
            hit(60_000, Act::Clicked(3)),
        ];
        assert_eq!(verdicts(&hits), [None; 5], "a double click is one person's, too");
    }

    #[test]
    fn several_links_at_once_are_a_machines() {
        let two = [hit(0, Act::Clicked(1)), hit(400, Act::Clicked(2)), hit(30_000, Act::Clicked(3))];
        assert_eq!(verdicts(&two), [Some(Why::Burst), Some(Why::Burst), None]);
        let three = [hit(0, Act::Clicked(1)), hit(900, Act::Clicked(2)), hit(1_900, Act::Clicked(3))];
        assert_eq!(verdicts(&three), [Some(Why::Burst); 3]);
        assert_eq!(verdicts(&three[..2]), [None; 2], "two in a second may be a person's");
    }

    #[test]
    fn the_trap_betrays_what_came_at_about_that_time() {
        let hits = [
            hit(0, Act::Opened),
            hit(1_000, Act::Clicked(1)),
            hit(20_000, Act::Trapped),
            hit(600_000, Act::Opened),
            hit(610_000, Act::Clicked(1)),
        ];
        let trap = Some(Why::Trap);
        assert_eq!(verdicts(&hits), [trap, trap, trap, None, None], "who reads it later is a person");
    }

    #[test]
    fn known_programs_headers_and_clicks_before_anybody_read_are_machines() {
        let scanner = Hit { agent: Agent::Scanner, ..hit(0, Act::Opened) };
        let proxy = Hit { agent: Agent::PrivacyProxy, ..hit(0, Act::Opened) };
        let head = Hit { head: true, ..hit(0, Act::Clicked(1)) };
        assert_eq!(verdicts(&[scanner]), [Some(Why::Scanner)]);
        assert_eq!(verdicts(&[proxy]), [Some(Why::PrivacyProxy)]);
        assert_eq!(verdicts(&[head]), [Some(Why::Head)]);
        let soon = |millis| judge(&[hit(millis, Act::Clicked(1))], Some(at(0)));
        assert_eq!((soon(1_999), soon(2_000)), (vec![Some(Why::TooSoon)], vec![None]));
        assert_eq!(soon(-50), [Some(Why::TooSoon)], "before we even knew that it was taken");
        assert_eq!(soon(-30_000), [Some(Why::TooSoon)]);
        assert_eq!(soon(-30_001), [None], "that it was taken has only been found out");
        assert_eq!(judge(&[hit(0, Act::Opened)], Some(at(0))), [None], "pictures may be fetched at once");
    }

    fn any_hit() -> impl Strategy<Value = Hit> {
        let act = prop_oneof![
            3 => Just(Act::Opened),
            5 => (1..5u16).prop_map(Act::Clicked),
            1 => Just(Act::Trapped),
        ];
        let agent = select(vec![Agent::Unknown, Agent::Unknown, Agent::Unknown, Agent::Scanner, Agent::PrivacyProxy]);
        (0..200_000i64, act, agent, prop::bool::weighted(0.1)).prop_map(|(millis, act, agent, head)| Hit {
            at: at(millis),
            act,
            agent,
            head,
            before: Before::New,
        })
    }

    /// What was judged, as it is known afterwards.
    fn judged(hits: &[Hit], verdicts: &[Option<Why>]) -> Vec<Hit> {
        let known = hits.iter().zip(verdicts);
        known.map(|(hit, why)| Hit { before: why.map_or(Before::Person, Before::Machine), ..*hit }).collect()
    }

    /// Bursts as the rule is said, each window looked at by itself.
    fn bursts_slowly(hits: &[Hit]) -> BTreeSet<DateTime<Utc>> {
        let clicks: Vec<_> = hits.iter().filter(|hit| matches!(hit.act, Act::Clicked(_))).collect();
        let mut found = BTreeSet::new();
        for begin in &clicks {
            for (links, span) in [(2, TWO_WITHIN), (3, THREE_WITHIN)] {
                let near: Vec<_> =
                    clicks.iter().filter(|one| one.at >= begin.at && one.at - begin.at <= span).collect();
                if near.iter().map(|one| one.act).collect::<BTreeSet<_>>().len() >= links {
                    found.extend(near.iter().map(|one| one.at));
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn a_window_finds_the_bursts_that_looking_everywhere_finds(hits in vec(any_hit(), 0..40)) {
            let dense: Vec<_> = hits.iter().map(|hit| Hit { at: at((hit.at - at(0)).num_milliseconds() / 20), ..*hit }).collect();
            prop_assert_eq!(bursts(&dense), bursts_slowly(&dense));
        }

        #[test]
        fn when_it_was_taken_found_out_later_turns_nobody_into_a_machine_nor_back(
            hits in vec(any_hit(), 0..20), first in -40_000..200_000i64, then in -40_000..200_000i64
        ) {
            let before = judge(&hits, Some(at(first)));
            let after = judge(&judged(&hits, &before), Some(at(then)));
            prop_assert_eq!(before, after);
        }

        #[test]
        fn the_order_in_which_they_come_changes_nothing(hits in vec(any_hit(), 0..20), turn in 0..20usize) {
            let mut turned = hits.clone();
            turned.rotate_left(turn.min(hits.len()));
            let mut verdicts = verdicts(&hits);
            verdicts.rotate_left(turn.min(hits.len()));
            prop_assert_eq!(self::verdicts(&turned), verdicts);
        }

        #[test]
        fn what_is_known_later_never_makes_a_machine_a_person(hits in vec(any_hit(), 0..20), more in vec(any_hit(), 0..6)) {
            let before = verdicts(&hits);
            let after = verdicts(&[hits, more].concat());
            for (was, is) in before.iter().zip(&after) {
                prop_assert!(was.is_none() || is.is_some());
            }
        }

        #[test]
        fn a_trap_is_never_a_person_nor_what_is_beside_it(hits in vec(any_hit(), 0..20)) {
            let verdicts = verdicts(&hits);
            for trap in hits.iter().filter(|hit| hit.act == Act::Trapped) {
                for (hit, verdict) in hits.iter().zip(&verdicts) {
                    prop_assert!(verdict.is_some() || (hit.at - trap.at).abs() > AROUND_TRAP);
                }
            }
        }

        #[test]
        fn messages_far_apart_in_time_are_judged_by_themselves(early in vec(any_hit(), 0..10), late in vec(any_hit(), 0..10)) {
            let late: Vec<_> = late.into_iter().map(|hit| Hit { at: hit.at + TimeDelta::hours(1), ..hit }).collect();
            let apart = [verdicts(&early), verdicts(&late)].concat();
            prop_assert_eq!(verdicts(&[early, late].concat()), apart);
        }
    }
}
