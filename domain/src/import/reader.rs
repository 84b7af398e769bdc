//! Reading rows of a file by its mapping, field by field.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    Mapping,
    field::{Field, FieldSet, Plain},
    person::Person,
    row::{Row, no_truth, some},
    value,
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
            Field::Consent(channel) => row.consent(&[*channel], text),
            Field::Marketing => row.consent(&[Channel::Email, Channel::Whatsapp], text),
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
            if row.is_reached(*channel) && !row.consents.iter().any(|(known, _)| known == channel) {
                row.consents.push((*channel, State::Granted));
            }
        }
        if row.mistakes.is_empty() && !row.person.is_reachable() {
            let reason = "Neither an e-mail address nor a phone number: this person could not be reached.";
            row.mistake(0, "", Refused::new("unreachable", reason));
        }
    }
}

fn too_many(columns: usize) -> Refused {
    let reason = format!("More values than the header's {columns} columns: a delimiter in a value must be in quotes.");
    Refused::new("too_many_columns", reason)
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
mod tests;
