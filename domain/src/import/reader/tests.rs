//! Rows, read by mappings.

use proptest::prelude::*;

use super::*;
use crate::import::{Basis, Duplicates, Found, NewMapping};

fn phone(typed: &str, country: Option<&str>) -> Result<Option<String>, Refused> {
    match (typed, country) {
        ("", _) => Ok(None),
        (typed, _) if typed.starts_with('+') => Ok(Some(typed.to_owned())),
        (typed, Some("US")) => Ok(Some(format!("+1{typed}"))),
        _ => Err(Refused::new("invalid_phone", "With its country code.")),
    }
}

fn reader(columns: &[&str], channels: &[&str]) -> RowReader {
    let header: Vec<_> = columns.iter().map(|word| format!("The {word}")).collect();
    let found = Found { header, ..Default::default() };
    let grants = columns.iter().any(|word| word.starts_with("consent")) || !channels.is_empty();
    let new = NewMapping {
        columns: json!(columns),
        basis: if grants { Basis::Consent.word() } else { "" }.into(),
        wording: "I agree".into(),
        duplicates: Duplicates::Update.word().into(),
        channels: channels.iter().map(|channel| (*channel).to_owned()).collect(),
        country: Some("US".into()),
        ..Default::default()
    };
    RowReader::new(
        new.parse("x.csv", &found, &Default::default()).unwrap(),
        phone,
        vec![("hook".into(), "First contact".into())],
    )
}

fn read(columns: &[&str], cells: &[&str]) -> Row {
    reader(columns, &[]).read(cells.iter().copied()).unwrap()
}

fn codes(row: &Row) -> Vec<(usize, &str)> {
    row.mistakes.iter().map(|issue| (issue.column, issue.code)).collect()
}

#[test]
fn a_row_is_read_field_by_field() {
    let columns = ["full_name", "email", "phone", "birthday", "tags", "custom.size", "country", "external_id"];
    let cells = ["Ada  Lovelace", " Ada@One.example ", "2125550123", "12/10/1815", "VIP; Math", "3", "Italy", "7"];
    let row = read(&columns, &cells);
    assert_eq!(codes(&row), [(4, "invalid_date")], "long ago");
    let row = read(&columns, &["Ada Lovelace", "a@b.co", "2125550123", "12/10/1915", "VIP; Math", "3", "Italy", "7"]);
    assert_eq!(codes(&row), []);
    let person = row.person;
    assert_eq!((person.first_name.as_str(), person.last_name.as_str()), ("Ada", "Lovelace"));
    assert_eq!(person.phone.as_deref(), Some("+12125550123"));
    assert_eq!(person.birthday.unwrap().to_string(), "1915-12-10");
    assert_eq!(person.tags, ["math", "vip"]);
    assert_eq!((person.custom["size"].clone(), person.country.as_deref()), (json!("3"), Some("IT")));
    assert_eq!(person.external(), Some(("import", "7")));
}

#[test]
fn every_mistake_of_a_row_is_told() {
    let row = read(&["email", "phone", "lead_score", "country"], &["a@b", "+1", "200", "Atlantis"]);
    assert_eq!(codes(&row), [(1, "invalid_email"), (3, "invalid"), (4, "unknown_country")]);
    assert_eq!(row.mistakes[0].value, "a@b");
    assert_eq!(codes(&read(&["email"], &["a@b.co", "x"])), [(0, "too_many_columns")]);
    assert_eq!(codes(&read(&["email", "city"], &["a@b.co"])), [], "a missing cell is empty");
    assert_eq!(codes(&read(&["email", "city"], &["", "Rome"])), [(0, "unreachable")]);
    assert_eq!(codes(&read(&["email", "city"], &["a@b.co", "Ro\0me"])), [(2, "invalid")]);
    assert!(reader(&["email", "city"], &[]).read(["", " "].into_iter()).is_none(), "an empty row");
}

#[test]
fn stages_are_those_of_the_workspace() {
    assert_eq!(read(&["email", "stage"], &["a@b.co", "first CONTACT"]).person.stage.as_deref(), Some("hook"));
    assert_eq!(codes(&read(&["email", "stage"], &["a@b.co", "moon"])), [(2, "unknown_stage")]);
}

#[test]
fn line_breaks_in_names_become_spaces() {
    let row = read(&["email", "first_name", "custom.note"], &["a@b.co", "Ada\nMaria", "one\ntwo"]);
    assert_eq!((row.person.first_name.as_str(), &row.person.custom["note"]), ("Ada Maria", &json!("one\ntwo")));
}

#[test]
fn yes_grants_and_no_says_nothing() {
    let consents = |word: &str| read(&["email", "consent.email"], &["a@b.co", word]).consents;
    assert_eq!(consents("Sì"), [(Channel::Email, State::Granted)]);
    assert_eq!(consents("unsubscribed"), [(Channel::Email, State::Withdrawn)]);
    assert_eq!((consents("no"), consents("")), (vec![], vec![]));
    assert_eq!(codes(&read(&["email", "consent.email"], &["a@b.co", "maybe"])), [(2, "invalid_boolean")]);
    let both = read(&["email", "consent.marketing"], &["a@b.co", "true"]).consents;
    assert_eq!(both, [(Channel::Email, State::Granted), (Channel::Whatsapp, State::Granted)]);
}

#[test]
fn everybody_agreed_only_where_they_can_be_reached() {
    let mut reader = reader(&["email", "phone"], &["email", "sms"]);
    let row = reader.read(["a@b.co", ""].into_iter()).unwrap();
    assert_eq!(row.consents, [(Channel::Email, State::Granted)]);
}

proptest! {
    /// Whatever a file holds, it is a person or refused with a reason, and what is taken can be stored.
    #[test]
    fn any_row_is_taken_or_refused(cells in proptest::collection::vec("[^\u{1}-\u{8}]{0,12}|.{0,6}", 0..14)) {
        let columns = ["email", "phone", "first_name", "full_name", "birthday", "tags", "custom.a", "country",
            "latitude", "longitude", "lead_score", "language", "consent.sms"];
        let mut reader = reader(&columns, &[]);
        if let Some(row) = reader.read(cells.iter().map(String::as_str)) {
            prop_assert!(row.person.is_reachable() || !row.mistakes.is_empty());
            let kept = serde_json::to_string(&row.person).unwrap();
            prop_assert!(!row.mistakes.is_empty() || !kept.contains("\\u0000"), "{}", kept);
            prop_assert!(row.mistakes.iter().all(|m| !m.value.contains('\0') && !m.reason.is_empty()));
        }
    }
}
