//! One row of a file, read: the person that it says, what they agreed to, and everything that is wrong with it, each with
//! its column, value and reason. A row with a mistake is refused whole: half a person is worse than one to correct.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    Mapping,
    field::{Field, FieldSet, Plain},
    person::Person,
    value::{self, shown},
};
use crate::{
    channel::Channel,
    consent::State,
    contact::{fields, tag},
    country,
    custom_field::FieldKind,
    email::Email,
    error::Refused,
    text,
};

/// How phone numbers are read: what was typed, and the country of numbers without a code.
pub type PhoneParser = fn(&str, Option<&str>) -> Result<Option<String>, Refused>;

/// Countries and stages that are remembered, since looking one up is slow.
const REMEMBERED: usize = 4096;

/// What is wrong with a row, or worth knowing about one that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// The column, from 1; 0 for the whole row.
    pub column: usize,
    /// The value, as it is shown.
    pub value: String,
    /// Stable word.
    pub code: &'static str,
    /// A sentence for people.
    pub reason: String,
}

/// A row, read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// Who it says.
    pub person: Person,
    /// What they agreed to, or took back.
    pub consents: Vec<(Channel, State)>,
    /// What is wrong: it is refused when there is anything.
    pub mistakes: Vec<Issue>,
}

/// Reads rows by a mapping.
pub struct RowReader {
    mapping: Mapping,
    named: FieldSet,
    phone: PhoneParser,
    month_first: bool,
    stages: Vec<(String, String)>,
    countries: HashMap<String, Result<Option<String>, Refused>>,
}

impl RowReader {
    /// A reader for this mapping; `stages` are the keys and names of the steps of the pipeline.
    pub fn new(mapping: Mapping, phone: PhoneParser, stages: Vec<(String, String)>) -> Self {
        let (named, month_first) = (mapping.named(), mapping.country.as_deref() == Some("US"));
        Self { mapping, named, phone, month_first, stages, countries: HashMap::new() }
    }

    /// The fields that have a column.
    pub fn named(&self) -> FieldSet {
        self.named
    }

    /// Reads a row; none where every cell of it is empty.
    pub fn read<'a>(&mut self, cells: impl Iterator<Item = &'a str> + Clone) -> Option<Row> {
        if cells.clone().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let columns = std::mem::take(&mut self.mapping.columns);
        let (mut row, mut count) = (Row::default(), 0);
        for (place, cell) in cells.enumerate() {
            count = place + 1;
            match columns.get(place) {
                Some(Some(field)) => self.take(&mut row, field, place + 1, cell),
                Some(None) => {}
                None if cell.trim().is_empty() => {}
                None => {
                    row.mistake(0, cell, too_many(columns.len()));
                    break;
                }
            }
        }
        // Cells that are missing at the end are empty.
        let missing = columns.iter().enumerate().skip(count);
        missing.for_each(|(place, field)| field.iter().for_each(|field| self.take(&mut row, field, place + 1, "")));
        self.mapping.columns = columns;
        self.finish(&mut row);
        Some(row)
    }

    fn take(&mut self, row: &mut Row, field: &Field, column: usize, cell: &str) {
        let text = value::plain(cell);
        let done = match field {
            _ if text.contains('\0') => {
                Err(Refused::new("invalid", "Contains the character U+0000, which no text has."))
            }
            Field::Plain(plain) => self.plain(&mut row.person, *plain, text),
            Field::Custom(key) => self.custom(&mut row.person, key, text),
            Field::Consent(channel) => consent(row, &[*channel], text),
            Field::Marketing => consent(row, &[Channel::Email, Channel::Whatsapp], text),
        };
        if let Err(refused) = done {
            row.mistake(column, cell, refused);
        }
    }

    fn plain(&mut self, person: &mut Person, plain: Plain, text: &str) -> Result<(), Refused> {
        match plain {
            Plain::Email if text.is_empty() => {}
            Plain::Email => person.email = Some(Email::parse(text)?.as_str().to_owned()),
            Plain::Phone => person.phone = self.phone(text)?,
            Plain::Whatsapp => person.whatsapp = self.phone(text)?,
            Plain::FirstName => person.first_name = line(text, 200)?,
            Plain::LastName => person.last_name = line(text, 200)?,
            Plain::FullName => (person.first_name, person.last_name) = full_name(&line(text, 400)?),
            Plain::BusinessName => person.business_name = line(text, 200)?,
            Plain::ExternalId => person.external_id = some(line(text, 200)?),
            Plain::Source => person.source = some(line(text, 100)?),
            Plain::City => person.city = line(text, 100)?,
            Plain::State => person.state = line(text, 100)?,
            Plain::Industry => person.industry = line(text, 100)?,
            Plain::Social => person.social = line(text, 200)?,
            Plain::Country => person.country = self.country(text)?,
            Plain::TimeZone => person.time_zone = fields::time_zone(text)?,
            Plain::Language => person.language = fields::language(text)?,
            Plain::Stage => person.stage = self.stage(text)?,
            Plain::Latitude => person.latitude = fields::latitude(&decimal(text))?,
            Plain::Longitude => person.longitude = fields::longitude(&decimal(text))?,
            Plain::LeadScore => person.lead_score = fields::lead_score(&decimal(text))?,
            Plain::Birthday if text.is_empty() => {}
            Plain::Birthday => person.birthday = Some(value::day(text, self.month_first)?),
            Plain::Tags => person.tags = tag::parse(&text.split([';', '|', '\n']).collect::<Vec<_>>())?,
            Plain::DoNotContact => person.do_not_contact = yes(text)?,
            Plain::Test => person.test = yes(text)?,
        }
        Ok(())
    }

    fn phone(&self, text: &str) -> Result<Option<String>, Refused> {
        (self.phone)(text, self.mapping.country.as_deref())
    }

    fn country(&mut self, text: &str) -> Result<Option<String>, Refused> {
        if let Some(known) = self.countries.get(text) {
            return known.clone();
        }
        if self.countries.len() >= REMEMBERED {
            self.countries.clear();
        }
        let parsed = country::parse(text);
        self.countries.insert(text.to_owned(), parsed.clone());
        parsed
    }

    fn stage(&self, text: &str) -> Result<Option<String>, Refused> {
        if text.is_empty() {
            return Ok(None);
        }
        let named =
            |(key, name): &&(String, String)| [key, name].iter().any(|n| n.to_lowercase() == text.to_lowercase());
        let known = self.stages.iter().find(named).map(|(key, _)| Some(key.clone()));
        known.ok_or_else(|| Refused::new("unknown_stage", "Not a stage of the pipeline of this workspace."))
    }

    fn custom(&self, person: &mut Person, key: &str, text: &str) -> Result<(), Refused> {
        let kind = self.mapping.custom.get(key).map_or(FieldKind::Text, |field| field.kind);
        let value = match kind {
            _ if text.is_empty() => Value::Null,
            FieldKind::Text => json!(text::optional(text, 4000)?),
            FieldKind::Number => number(text)?,
            FieldKind::Date => json!(value::day(text, self.month_first)?),
            FieldKind::Boolean => json!(value::truth(text).ok_or_else(no_truth)?),
        };
        person.custom.insert(key.to_owned(), value);
        Ok(())
    }

    /// What no cell says alone.
    fn finish(&self, row: &mut Row) {
        let person = &mut row.person;
        if person.external_id.is_none() {
            person.source = None;
        } else if person.source.is_none() {
            person.source = Some(self.mapping.source.clone());
        }
        if person.latitude.is_none() || person.longitude.is_none() {
            (person.latitude, person.longitude) = (None, None);
        }
        for channel in &self.mapping.channels {
            if is_reached(person, *channel) && !row.consents.iter().any(|(known, _)| known == channel) {
                row.consents.push((*channel, State::Granted));
            }
        }
        if row.mistakes.is_empty() && !row.person.is_reachable() {
            let reason = "Neither an e-mail address nor a phone number: this person could not be reached.";
            row.mistake(0, "", Refused::new("unreachable", reason));
        }
    }
}

impl Row {
    /// The row's address of a channel.
    pub fn address(&self, channel: Channel) -> String {
        let person = &self.person;
        let address = match channel {
            Channel::Email => person.email.clone(),
            Channel::Sms | Channel::Voice | Channel::Rvm => person.phone.clone(),
            Channel::Whatsapp => person.whatsapp.clone().or(person.phone.clone()),
            Channel::Social => some(person.social.clone()),
        };
        address.unwrap_or_default()
    }

    /// Notes what is wrong with it.
    pub fn mistake(&mut self, column: usize, cell: &str, refused: Refused) {
        let issue = Issue { column, value: shown(cell), code: refused.code, reason: refused.message };
        self.mistakes.push(issue);
    }
}

/// Whether the row has an address of this channel.
fn is_reached(person: &Person, channel: Channel) -> bool {
    match channel {
        Channel::Email => person.email.is_some(),
        Channel::Sms | Channel::Voice | Channel::Rvm => person.phone.is_some(),
        Channel::Whatsapp => person.phone.is_some() || person.whatsapp.is_some(),
        Channel::Social => !person.social.is_empty(),
    }
}

/// Yes grants. No and an empty cell say nothing; who once agreed takes it back by a word that says so.
fn consent(row: &mut Row, channels: &[Channel], text: &str) -> Result<(), Refused> {
    let state = match text.to_lowercase().as_str() {
        "" => return Ok(()),
        "withdrawn" | "revoked" | "unsubscribed" | "opted out" | "opt-out" | "optout" | "opted_out" => State::Withdrawn,
        "granted" | "subscribed" | "opted in" | "opt-in" | "optin" | "opted_in" | "given" => State::Granted,
        word => match value::truth(word) {
            Some(true) => State::Granted,
            Some(false) => return Ok(()),
            None => return Err(no_truth()),
        },
    };
    for channel in channels {
        if !row.consents.iter().any(|(known, _)| known == channel) {
            row.consents.push((*channel, state));
        }
    }
    Ok(())
}

fn too_many(columns: usize) -> Refused {
    let reason = format!("More values than the header's {columns} columns: a delimiter in a value must be in quotes.");
    Refused::new("too_many_columns", reason)
}

fn no_truth() -> Refused {
    Refused::new("invalid_boolean", "Neither yes nor no.")
}

fn yes(text: &str) -> Result<bool, Refused> {
    if text.is_empty() { Ok(false) } else { value::truth(text).ok_or_else(no_truth) }
}

/// A text on one line: a line break in it becomes a space.
fn line(text: &str, max: usize) -> Result<String, Refused> {
    if text.contains(['\n', '\r', '\t']) {
        return text::optional_line(&text.split_whitespace().collect::<Vec<_>>().join(" "), max);
    }
    text::optional_line(text, max)
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// `40,7128` as `40.7128`.
fn decimal(text: &str) -> String {
    text.replace(',', ".")
}

/// The last word is the last name, unless there is only one.
fn full_name(name: &str) -> (String, String) {
    match name.rsplit_once(' ') {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None => (name.to_owned(), String::new()),
    }
}

/// Whole numbers are kept whole.
fn number(text: &str) -> Result<Value, Refused> {
    let number = value::number(text).ok_or_else(|| Refused::new("invalid_number", "Not a number."))?;
    let whole = number.fract() == 0.0 && number.abs() < 9e15;
    Ok(if whole { json!(number as i64) } else { json!(number) })
}

#[cfg(test)]
mod tests {
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
        let row =
            read(&columns, &["Ada Lovelace", "a@b.co", "2125550123", "12/10/1915", "VIP; Math", "3", "Italy", "7"]);
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
}
