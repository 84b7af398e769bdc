//! Who the demo's people are: made-up customers of three places, with names of where they live and addresses at which
//! nobody can be reached (RFC 2606, RFC 6761).

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::places::{PLACES, Place};

/// Domains that nobody can ever have.
const DOMAINS: [&str; 4] = ["example.com", "example.org", "example.net", "mailbox.test"];
/// What somebody agreed to, and how it came about.
const WORDINGS: [(&str, &str, &str); 3] = [
    (
        "booking_form",
        "Yes, send me the timetable and offers of Maple Row by e-mail. I can stop at any time.",
        "Ticked on the booking form",
    ),
    ("manual", "I would like to hear from Maple Row by e-mail.", "Card at the front desk"),
    ("api", "Keep me posted about classes and events by e-mail.", "Sign-up on the website"),
];
/// Fictional numbers: 555-0100 to 555-0199 of each area.
const AREAS: [&str; 12] = ["212", "646", "718", "917", "347", "929", "201", "551", "973", "862", "203", "475"];

/// What somebody said about e-mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Said {
    Nothing,
    Yes,
    /// Yes, and later no.
    NoMore,
}

/// Somebody.
pub(super) struct Person {
    pub(super) id: Uuid,
    /// The number of their place.
    pub(super) place: usize,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: String,
    pub(super) phone: Option<String>,
    pub(super) city: (&'static str, &'static str, f64, f64),
    pub(super) stage: &'static str,
    pub(super) tags: Vec<&'static str>,
    pub(super) custom: Value,
    pub(super) birthday: Option<NaiveDate>,
    pub(super) score: i16,
    /// Since when they are a customer, and what they said is known.
    pub(super) known_since: DateTime<Utc>,
    pub(super) said: Said,
    /// Source, wording and evidence of what they agreed to.
    pub(super) consent: (&'static str, &'static str, &'static str),
    pub(super) do_not_contact: bool,
}

impl Person {
    /// Whether they have not been seen for long.
    pub(super) fn is_lapsed(&self) -> bool {
        self.tags.contains(&"lapsed")
    }
}

/// An id of that moment.
pub(super) fn id_at(chance: &mut Rng, at: DateTime<Utc>) -> Uuid {
    let mut random = [0; 10];
    chance.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.timestamp_millis()).unwrap_or(0), &random).into_uuid()
}

/// One of them.
fn one<T: Copy>(chance: &mut Rng, of: &[T]) -> T {
    of[chance.usize(..of.len())]
}

/// Whether something happens that does so `of_thousand` times in a thousand.
pub(super) fn happens(chance: &mut Rng, of_thousand: u32) -> bool {
    chance.u32(..1000) < of_thousand
}

/// So many people who were customers when they were brought here, by what is known of them now.
pub(super) fn people(chance: &mut Rng, count: usize, (brought, now): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Person> {
    (0..count).map(|number| person(chance, number, (brought, now))).collect()
}

fn person(chance: &mut Rng, number: usize, (brought, now): (DateTime<Utc>, DateTime<Utc>)) -> Person {
    let drawn = chance.usize(..100);
    let place = PLACES
        .iter()
        .scan(0, |sum, place| {
            *sum += place.share;
            Some(*sum)
        })
        .position(|sum| drawn < sum);
    let place = place.unwrap_or(0);
    let Place { cities, first_names, last_names, tag, .. } = &PLACES[place];
    let (first_name, last_name) = (one(chance, first_names), one(chance, last_names));
    let known_since = brought - TimeDelta::minutes(chance.i64(1_440..1_051_200));
    let lapsed = happens(chance, 140);
    let mut tags = vec![*tag];
    tags.extend(lapsed.then_some("lapsed"));
    tags.extend(happens(chance, 120).then_some("vip"));
    tags.extend(happens(chance, 300).then_some("yoga"));
    tags.extend(happens(chance, 250).then_some("dance"));
    let said = match chance.u32(..100) {
        0..78 => Said::Yes,
        78..82 => Said::NoMore,
        _ => Said::Nothing,
    };
    Person {
        id: id_at(chance, brought + TimeDelta::milliseconds(number as i64)),
        place,
        email: address(chance, first_name, last_name, number),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        phone: phone(place, number),
        city: one(chance, cities),
        stage: if lapsed {
            "retention"
        } else {
            one(chance, &["hook", "engagement", "engagement", "sales", "retention"])
        },
        tags,
        custom: custom(chance, now, lapsed),
        birthday: NaiveDate::from_ymd_opt(1955, 1, 1)
            .and_then(|first| first.checked_add_days(Days::new(chance.u64(..18_000)))),
        score: chance.i16(5..100),
        known_since,
        said,
        consent: one(chance, &WORDINGS),
        do_not_contact: happens(chance, 5),
    }
}

/// What the studios keep of each customer.
fn custom(chance: &mut Rng, now: DateTime<Utc>, lapsed: bool) -> Value {
    let away = if lapsed { chance.i64(180..500) } else { chance.i64(0..120) };
    let last_visit = (now - TimeDelta::days(away)).date_naive();
    let membership = if lapsed { "None" } else { one(chance, &["Trial", "Ten classes", "Monthly", "Yearly"]) };
    json!({ "membership": membership, "classes": chance.u32(1..180), "last_visit": last_visit })
}

/// The number makes it theirs alone.
fn address(chance: &mut Rng, first_name: &str, last_name: &str, number: usize) -> String {
    let plain =
        |name: &str| name.to_lowercase().chars().map(plain).filter(char::is_ascii_alphabetic).collect::<String>();
    format!("{}.{}{number}@{}", plain(first_name), plain(last_name), one(chance, &DOMAINS))
}

/// A letter without what is above or below it.
fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' => 'o',
        'ú' => 'u',
        'ç' => 'c',
        other => other,
    }
}

/// Each fictional number once, while there are any.
fn phone(place: usize, number: usize) -> Option<String> {
    let area = AREAS.get(number / 100).filter(|_| place == 0)?;
    Some(format!("+1{area}55501{:02}", number % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_people_and_nobody_can_be_reached() {
        let brought = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let now = brought + TimeDelta::days(130);
        let made = people(&mut Rng::with_seed(7), 500, (brought, now));
        let again = people(&mut Rng::with_seed(7), 500, (brought, now));
        assert!(made.iter().zip(&again).all(|(one, other)| one.id == other.id && one.email == other.email));
        for person in &made {
            domain::email::Email::parse(&person.email).unwrap();
            let domain = person.email.split('@').nth(1).unwrap();
            assert!(["example.com", "example.org", "example.net", "mailbox.test"].contains(&domain), "{domain}");
            assert!(person.known_since < brought && PLACES.get(person.place).is_some());
        }
        let ids: std::collections::BTreeSet<_> = made.iter().map(|person| person.id).collect();
        let emails: std::collections::BTreeSet<_> = made.iter().map(|person| &person.email).collect();
        assert_eq!((ids.len(), emails.len()), (500, 500));
        assert!([Said::Yes, Said::NoMore, Said::Nothing].iter().all(|said| made.iter().any(|one| one.said == *said)));
    }
}
