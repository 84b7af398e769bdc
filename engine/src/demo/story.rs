//! What becomes of one message of the demo: a believable end, and what people and machines did with it. What is told here
//! is what `domain::receipt` and `domain::tracking` would make of the same reports; a test holds it against them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    message::MessageState,
    tracking::{Why, device},
};
use fastrand::Rng;
use serde_json::{Value, json};

use super::people::happens;

/// How a campaign's messages do, each of a thousand.
#[derive(Clone, Copy)]
pub(super) struct Fortune {
    pub(super) failed: u32,
    pub(super) bounced: u32,
    /// Of ten thousand.
    pub(super) complained: u32,
    pub(super) opened: u32,
    /// Of those who open.
    pub(super) clicked: u32,
    pub(super) unsubscribed: u32,
    /// No answer comes.
    pub(super) lost: u32,
}

/// Programs that people read with.
const READERS: [&str; 6] = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
];
/// What Apple's Mail fetches pictures with, read or not.
const APPLE: &str = "Mozilla/5.0";
/// A filter that follows links before it delivers.
const FILTER: &str = "Barracuda Sentinel (EE)";
/// What servers say when they refuse, and for how long.
const BOUNCES: [(&str, &str, bool); 4] = [
    ("5.1.1", "550 5.1.1 The email account that you tried to reach does not exist.", true),
    ("5.2.1", "550 5.2.1 The account is disabled.", true),
    ("4.2.2", "452 4.2.2 The mailbox is full.", false),
    ("4.4.1", "451 4.4.1 The server did not answer in time.", false),
];
const REFUSED: (&str, &str) = ("550 5.7.1", "5.7.1 Message rejected by the recipient's policy.");

/// Something that happened to a message.
pub(super) struct Happened {
    pub(super) at: DateTime<Utc>,
    pub(super) kind: &'static str,
    pub(super) detail: Value,
    /// Of an act of a person or machine, what it was done with.
    pub(super) device: Option<&'static str>,
    /// Of a click, the link's number.
    pub(super) link: Option<u16>,
}

/// What became of a message.
pub(super) struct Story {
    pub(super) state: MessageState,
    pub(super) reason: Option<&'static str>,
    pub(super) detail: Option<&'static str>,
    /// When the provider took it; none when it did not.
    pub(super) accepted_at: Option<DateTime<Utc>>,
    /// In order of time.
    pub(super) happened: Vec<Happened>,
}

impl Story {
    /// The first of a kind.
    pub(super) fn first(&self, kind: &str) -> Option<&Happened> {
        self.happened.iter().find(|one| one.kind == kind)
    }

    fn ended(state: MessageState, (reason, detail): (&'static str, &'static str)) -> Self {
        Self { state, reason: Some(reason), detail: Some(detail), accepted_at: None, happened: Vec::new() }
    }
}

/// Draws what became of a message that was handed over then, of a text with so many links, as far as it is known now.
pub(super) fn draw(
    chance: &mut Rng,
    fortune: Fortune,
    links: u16,
    (handed, now): (DateTime<Utc>, DateTime<Utc>),
) -> Story {
    if happens(chance, fortune.failed) {
        return Story::ended(MessageState::Failed, REFUSED);
    }
    if happens(chance, fortune.lost) {
        return Story::ended(MessageState::InDoubt, ("no_answer", "The provider gave no answer in time."));
    }
    let mut story = Story {
        state: MessageState::Accepted,
        reason: None,
        detail: None,
        accepted_at: Some(handed),
        happened: vec![],
    };
    let arrived = handed + TimeDelta::milliseconds(chance.i64(1_500..60_000));
    if happens(chance, fortune.bounced) {
        bounce(chance, &mut story, arrived);
    } else {
        story.state = MessageState::Delivered;
        story.happened.push(told(arrived, "delivered", json!({})));
        machines(chance, &mut story, arrived, links);
        read(chance, &mut story, fortune, arrived, links);
    }
    story.happened.retain(|one| one.at <= now);
    story.happened.sort_by_key(|one| one.at);
    story.state = state_of(&story);
    story
}

/// What is not known yet has not changed anything.
fn state_of(story: &Story) -> MessageState {
    let is = |kind| story.first(kind).is_some();
    match () {
        () if is("complained") => MessageState::Complained,
        () if is("bounced") => MessageState::Bounced,
        () if is("delivered") => MessageState::Delivered,
        () => MessageState::Accepted,
    }
}

fn told(at: DateTime<Utc>, kind: &'static str, detail: Value) -> Happened {
    Happened { at, kind, detail, device: None, link: None }
}

fn bounce(chance: &mut Rng, story: &mut Story, at: DateTime<Utc>) {
    let (status, text, hard) = BOUNCES[chance.usize(..BOUNCES.len())];
    story.happened.push(told(at, "bounced", json!({ "hard": hard, "status": status, "diagnostic": text })));
}

/// Mail programs that fetch every picture, and filters that follow a link first.
fn machines(chance: &mut Rng, story: &mut Story, arrived: DateTime<Utc>, links: u16) {
    if happens(chance, 240) {
        let at = arrived + TimeDelta::seconds(chance.i64(5..5_400));
        story.happened.push(act(chance, at, None, APPLE, Some(Why::PrivacyProxy)));
    }
    if links > 0 && happens(chance, 18) {
        let at = arrived + TimeDelta::milliseconds(chance.i64(200..4_000));
        story.happened.push(act(chance, at, Some(1), FILTER, Some(Why::Scanner)));
    }
}

/// What a person does with it.
fn read(chance: &mut Rng, story: &mut Story, fortune: Fortune, arrived: DateTime<Utc>, links: u16) {
    if !happens(chance, fortune.opened) {
        return;
    }
    let reader = READERS[chance.usize(..READERS.len())];
    let opened = arrived + later(chance, 5.0);
    story.happened.push(act(chance, opened, None, reader, None));
    if happens(chance, 220) {
        let again = opened + later(chance, 20.0);
        story.happened.push(act(chance, again, None, reader, None));
    }
    if links > 0 && happens(chance, fortune.clicked) {
        let at = opened + TimeDelta::seconds(chance.i64(4..90));
        // What stands first is followed most.
        let link = chance.u16(1..=links).min(chance.u16(1..=links));
        story.happened.push(act(chance, at, Some(link), reader, None));
        if happens(chance, 200) {
            let at = at + TimeDelta::seconds(chance.i64(20..300));
            let link = chance.u16(1..=links);
            story.happened.push(act(chance, at, Some(link), reader, None));
        }
    }
    let after = opened + TimeDelta::seconds(chance.i64(10..240));
    // Both are told of all that arrived, and only who reads does either.
    if chance.u32(..fortune.opened * 10) < fortune.complained {
        story.happened.push(told(after, "complained", json!({ "feedback": "abuse" })));
    } else if chance.u32(..fortune.opened) < fortune.unsubscribed {
        story.happened.push(told(after, "unsubscribed", json!({})));
    }
}

/// How long people take: most a few hours, some days.
fn later(chance: &mut Rng, mean_hours: f64) -> TimeDelta {
    let hours = -(1.0 - chance.f64()).ln() * mean_hours;
    // Whole milliseconds, as PostgreSQL gives them back.
    TimeDelta::milliseconds((hours * 3_600_000.0) as i64 + 2_500)
}

/// An opening, or a link that was followed.
fn act(chance: &mut Rng, at: DateTime<Utc>, link: Option<u16>, agent: &str, why: Option<Why>) -> Happened {
    let kind = match (link, why) {
        (None, None) => "opened",
        (None, Some(_)) => "machine_opened",
        (Some(_), None) => "clicked",
        (Some(_), Some(_)) => "machine_clicked",
    };
    let ip = format!("203.0.113.{}", chance.u8(1..255));
    let mut detail = json!({ "agent": agent, "ip": ip });
    if let Some(link) = link {
        detail["link"] = link.into();
    }
    if let Some(why) = why {
        detail["why"] = why.word().into();
    }
    Happened { at, kind, detail, device: why.is_none().then(|| device(agent).word()), link }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORTUNE: Fortune =
        Fortune { failed: 20, bounced: 20, complained: 30, opened: 400, clicked: 300, unsubscribed: 10, lost: 10 };

    #[test]
    fn a_story_is_known_as_far_as_it_has_happened() {
        let mut chance = Rng::with_seed(3);
        let handed = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let mut known = [0; 3];
        for (at, hours) in [0, 3, 400].into_iter().enumerate() {
            let now = handed + TimeDelta::hours(hours);
            for _ in 0..3_000 {
                let story = draw(&mut chance, FORTUNE, 3, (handed, now));
                assert!(story.happened.iter().all(|one| one.at <= now && one.at >= handed));
                assert!(story.happened.is_sorted_by_key(|one| one.at));
                known[at] += story.happened.len();
            }
        }
        assert!(known[0] == 0 && known[1] < known[2], "{known:?}");
    }

    #[test]
    fn shares_are_about_what_was_asked_for() {
        let mut chance = Rng::with_seed(5);
        let handed = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let now = handed + TimeDelta::days(60);
        let stories: Vec<_> = (0..100_000).map(|_| draw(&mut chance, FORTUNE, 3, (handed, now))).collect();
        let share = |kind: &str| stories.iter().filter(|one| one.first(kind).is_some()).count() as f64 / 100_000.0;
        let about = |kind, expected: f64| {
            let share = share(kind);
            assert!((share / expected - 1.0).abs() < 0.3, "{kind}: {share}");
        };
        about("bounced", 0.02);
        about("opened", 0.38);
        about("clicked", 0.115);
        about("complained", 0.003);
        about("unsubscribed", 0.01);
    }
}
