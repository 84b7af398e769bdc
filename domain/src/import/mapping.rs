//! What was chosen for an import: which column becomes what, on which legal basis and with which wording, which list,
//! and what becomes of people who are known already.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Basis, Duplicates, Found,
    field::{Field, FieldSet, Plain, key_of},
    guess,
};
use crate::{
    channel::Channel,
    country,
    custom_field::FieldKind,
    error::{FieldErrors, Refused},
    id::ListId,
    text,
};

/// The system that ids come from when the file does not say.
const SOURCE: &str = "import";

/// A mapping as typed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewMapping {
    /// What each column becomes: words of [`Field`] in the order of the columns, or an object from the names of columns
    /// to words. Guessed where nothing is said at all; in an object, columns that are not named are left out.
    pub columns: Value,
    /// The list that people go on: its id, or `none`. A list of the name below when empty.
    pub list_id: Option<String>,
    /// The name of the list; of the file when empty. One of that name is used, or made.
    pub list_name: String,
    /// Word of [`Basis`].
    pub basis: String,
    /// The words that people agreed to.
    pub wording: String,
    /// Channels for which everybody in the file agreed; e-mail when there is no column that says so.
    pub channels: Vec<String>,
    /// Word of [`Duplicates`].
    pub duplicates: String,
    /// For phone numbers without a country code, and for the order of day and month.
    pub country: Option<String>,
    /// The system that external ids come from, where no column says so.
    pub source: String,
}

/// A checked [`NewMapping`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mapping {
    /// What each column becomes.
    pub columns: Vec<Option<Field>>,
    /// Custom fields that it fills, each with its label and kind.
    pub custom: BTreeMap<String, CustomField>,
    /// Where people go.
    pub list: ListChoice,
    /// Legal basis.
    pub basis: Basis,
    /// The words that people agreed to.
    pub wording: String,
    /// Channels for which everybody agreed.
    pub channels: Vec<Channel>,
    /// What becomes of people who are known.
    pub duplicates: Duplicates,
    /// For numbers and dates.
    pub country: Option<String>,
    /// The system that external ids come from.
    pub source: String,
}

/// A custom field that a column fills.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ImportedField"))]
pub struct CustomField {
    /// What people call it.
    pub label: String,
    /// What its values are.
    pub kind: FieldKind,
}

/// The list that people go on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ListChoice {
    /// None.
    None,
    /// This one.
    Known(ListId),
    /// The one of this name, which is made if there is none.
    Named(String),
}

impl NewMapping {
    /// Checks everything at once. `known` are the kinds of the custom fields that there are.
    pub fn parse(
        &self,
        file: &str,
        found: &Found,
        known: &BTreeMap<String, FieldKind>,
    ) -> Result<Mapping, FieldErrors> {
        let mut errors = FieldErrors::default();
        let columns = self.columns(found, &mut errors);
        let basis = if self.basis.trim().is_empty() { Ok(Basis::None) } else { Basis::parse(&self.basis) };
        let basis = errors.take("basis", basis);
        let wording = errors.take("wording", text::optional(&self.wording, 4000));
        let channels = self.channels(basis, &columns, &mut errors);
        let duplicates = errors.take(
            "duplicates",
            if self.duplicates.trim().is_empty() {
                Ok(Duplicates::Update)
            } else {
                Duplicates::parse(&self.duplicates)
            },
        );
        let country = errors.take("country", country::parse(self.country.as_deref().unwrap_or_default()));
        let source = errors.take("source", text::optional_line(&self.source, 100));
        let list = self.list(file, &mut errors);
        check_columns(&columns, &mut errors);
        check_basis(basis, wording.as_deref(), &columns, &channels, &mut errors);
        let parsed = basis.zip(wording).zip(duplicates).zip(country).zip(source).zip(list);
        let custom = custom_fields(&columns, found, known);
        errors.finish(parsed.map(|(((((basis, wording), duplicates), country), source), list)| Mapping {
            source: if source.is_empty() { SOURCE.to_owned() } else { source },
            columns,
            custom,
            list,
            basis,
            wording,
            channels,
            duplicates,
            country,
        }))
    }

    fn columns(&self, found: &Found, errors: &mut FieldErrors) -> Vec<Option<Field>> {
        match &self.columns {
            Value::Null => guess::columns(&found.header, &found.sample),
            Value::Array(words) if words.is_empty() => guess::columns(&found.header, &found.sample),
            Value::Array(words) => by_place(words, found.header.len(), errors),
            Value::Object(names) => by_name(names, &found.header, errors),
            _ => {
                errors.add("columns", "wrong_type", "A list of fields, or an object from columns to fields.");
                Vec::new()
            }
        }
    }

    /// Everybody agreed where the basis is consent and no column says who did.
    fn channels(&self, basis: Option<Basis>, columns: &[Option<Field>], errors: &mut FieldErrors) -> Vec<Channel> {
        let typed = self.channels.iter().filter(|word| !word.trim().is_empty()).map(|word| Channel::parse(word));
        let mut channels = errors.take("channels", typed.collect::<Result<Vec<_>, _>>()).unwrap_or_default();
        channels.sort_unstable();
        channels.dedup();
        let says_who = columns.iter().flatten().any(Field::is_consent);
        if basis == Some(Basis::Consent) && channels.is_empty() && !says_who {
            channels.push(Channel::Email);
        }
        channels
    }

    fn list(&self, file: &str, errors: &mut FieldErrors) -> Option<ListChoice> {
        let name = errors.take("list_name", text::optional_line(&self.list_name, 200))?;
        match self.list_id.as_deref().map(str::trim).unwrap_or_default() {
            "none" => Some(ListChoice::None),
            "" | "new" if name.is_empty() => Some(ListChoice::Named(list_name(file))),
            "" | "new" => Some(ListChoice::Named(name)),
            id => {
                let list = id.parse().map(ListChoice::Known);
                errors.take("list_id", list.or(Err(Refused::new("unknown", "There is no such list."))))
            }
        }
    }
}

impl Mapping {
    /// The fields that have a column.
    pub fn named(&self) -> FieldSet {
        let mut named = FieldSet::default();
        for field in self.columns.iter().flatten() {
            match field {
                Field::Plain(Plain::FullName) => {
                    named.insert(Plain::FirstName);
                    named.insert(Plain::LastName);
                }
                Field::Plain(plain) => named.insert(*plain),
                _ => {}
            }
        }
        named
    }

    /// Whether anybody is said to agree to anything.
    pub fn grants(&self) -> bool {
        !self.channels.is_empty() || self.columns.iter().flatten().any(Field::is_consent)
    }
}

/// `spring-fair.csv` makes the list `spring-fair`.
fn list_name(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim();
    let stem: String = stem.chars().filter(|c| !c.is_control()).take(200).collect();
    if stem.is_empty() { "Import".to_owned() } else { stem }
}

fn by_place(words: &[Value], columns: usize, errors: &mut FieldErrors) -> Vec<Option<Field>> {
    if words.len() > columns {
        errors.add("columns", "too_many", format!("The file has {columns} columns."));
    }
    let mut fields = vec![None; columns];
    for (place, (word, field)) in words.iter().zip(&mut fields).enumerate() {
        *field = errors.take(&format!("columns.{place}"), read(word)).flatten();
    }
    fields
}

fn by_name(names: &serde_json::Map<String, Value>, header: &[String], errors: &mut FieldErrors) -> Vec<Option<Field>> {
    let mut fields = vec![None; header.len()];
    let place_of = |name: &str| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name.trim()));
    for (name, word) in names {
        // Both ways round are understood: from column to field, and from field to column.
        let turned = word.as_str().and_then(place_of).filter(|_| place_of(name).is_none());
        let (place, word) = match turned {
            Some(place) => (Some(place), Value::String(name.clone())),
            None => (place_of(name), word.clone()),
        };
        let place = place.ok_or_else(|| Refused::new("unknown", format!("The file has no column {name:?}.")));
        let key = format!("columns.{name}");
        if let Some((place, field)) = errors.take(&key, place).zip(errors.take(&key, read(&word))) {
            fields[place] = field;
        }
    }
    fields
}

fn read(word: &Value) -> Result<Option<Field>, Refused> {
    match word {
        Value::Null => Ok(None),
        Value::String(word) => Field::parse(word),
        other => match other.get("field").and_then(Value::as_str) {
            Some(word) => Field::parse(word),
            None => Err(Refused::new("wrong_type", "The word of a field, such as email.")),
        },
    }
}

fn check_columns(columns: &[Option<Field>], errors: &mut FieldErrors) {
    let has = |plain| columns.contains(&Some(Field::Plain(plain)));
    if errors.is_empty() && ![Plain::Email, Plain::Phone, Plain::Whatsapp].into_iter().any(has) {
        let message = "Choose the column of e-mail addresses or of phone numbers: without one nobody can be reached.";
        errors.add("columns", "required", message);
    }
    if has(Plain::Latitude) != has(Plain::Longitude) {
        errors.add("columns", "half", "Latitude and longitude belong together: choose both, or neither.");
    }
    for (place, field) in columns.iter().enumerate() {
        if let Some(field) = field.as_ref().filter(|field| columns[..place].contains(&Some((*field).clone()))) {
            let message = format!("{} is chosen for two columns; choose one of them.", field.label());
            errors.add(&format!("columns.{place}"), "twice", message);
        }
    }
}

/// SPEC 3.3: legal basis and wording are required where consent is granted.
fn check_basis(
    basis: Option<Basis>,
    wording: Option<&str>,
    columns: &[Option<Field>],
    channels: &[Channel],
    errors: &mut FieldErrors,
) {
    let grants = !channels.is_empty() || columns.iter().flatten().any(Field::is_consent);
    match basis {
        Some(Basis::Consent) if wording.is_some_and(str::is_empty) => {
            errors.add("wording", "required", "Write the words that people agreed to: they are kept as proof.");
        }
        Some(Basis::Consent) | None => {}
        Some(_) if grants => {
            let message = "A column or channel of consent is chosen: the basis is then consent, with its wording.";
            errors.add("basis", "consent_needed", message);
        }
        Some(_) => {}
    }
}

fn custom_fields(
    columns: &[Option<Field>],
    found: &Found,
    known: &BTreeMap<String, FieldKind>,
) -> BTreeMap<String, CustomField> {
    let custom = columns.iter().enumerate().filter_map(|(place, field)| match field {
        Some(Field::Custom(key)) => {
            let kind = known.get(key).copied().unwrap_or_else(|| guess::kind(&found.sample, place));
            let label = found.header.get(place).filter(|name| key_of(name) == *key).cloned();
            Some((key.clone(), CustomField { label: label.unwrap_or_else(|| key.replace('_', " ")), kind }))
        }
        _ => None,
    });
    custom.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found() -> Found {
        Found {
            header: ["Nome", "E-Mail", "Newsletter", "Size"].map(str::to_owned).to_vec(),
            sample: vec![["Ada", "ada@one.example", "si", "3"].map(str::to_owned).to_vec()],
            ..Default::default()
        }
    }

    fn parse(new: Value) -> Result<Mapping, FieldErrors> {
        let new: NewMapping = serde_json::from_value(new).unwrap();
        new.parse("fair.csv", &found(), &BTreeMap::new())
    }

    fn errors(new: Value) -> Vec<(String, String)> {
        parse(new).unwrap_err().0.into_iter().map(|error| (error.field, error.code)).collect()
    }

    fn pair(field: &str, code: &str) -> (String, String) {
        (field.into(), code.into())
    }

    #[test]
    fn columns_are_named_in_any_of_four_ways() {
        let by_name = parse(json!({"columns": {"e-mail": "email", "Size": "custom.size"}})).unwrap();
        assert_eq!(by_name.columns[1], Some(Field::Plain(Plain::Email)));
        assert_eq!(by_name.custom["size"], CustomField { label: "Size".into(), kind: FieldKind::Number });
        assert_eq!(by_name.columns[0], None, "what is not named is left out");
        let turned = parse(json!({"columns": {"email": "E-Mail", "custom.size": "Size"}})).unwrap();
        assert_eq!(turned.columns, by_name.columns);
        let by_place = parse(json!({"columns": [null, "email", "", {"field": "custom.size"}]})).unwrap();
        assert_eq!(by_place.columns, by_name.columns);
        assert_eq!(by_name.list, ListChoice::Named("fair".into()));
        assert_eq!(by_name.duplicates, Duplicates::Update);
    }

    #[test]
    fn a_guess_is_taken_where_nothing_is_said() {
        let guessed = parse(json!({"basis": "consent", "wording": "News by e-mail"})).unwrap();
        let words: Vec<_> = guessed.columns.iter().map(|f| f.as_ref().map(Field::word).unwrap_or_default()).collect();
        assert_eq!(words, ["first_name", "email", "consent.email", ""]);
        assert_eq!(guessed.channels, [], "a column says who agreed");
    }

    #[test]
    fn consent_needs_its_basis_and_its_wording() {
        let columns = json!({"E-Mail": "email", "Newsletter": "consent.email"});
        assert_eq!(errors(json!({"columns": columns})), [pair("basis", "consent_needed")]);
        assert_eq!(errors(json!({"columns": columns, "basis": "consent"})), [pair("wording", "required")]);
        let all = parse(json!({"columns": {"E-Mail": "email"}, "basis": "consent", "wording": "Yes"})).unwrap();
        assert_eq!(all.channels, [Channel::Email], "everybody in the file");
        let none = parse(json!({"columns": {"E-Mail": "email"}, "basis": "contract"})).unwrap();
        assert!(!none.grants());
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let wrong = json!({
            "columns": {"Shoe": "email", "Nome": "shoe"}, "basis": "magic", "duplicates": "eat", "country": "Atlantis",
            "list_id": "x", "channels": ["pigeon"],
        });
        let fields: Vec<_> = errors(wrong).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["columns.Nome", "columns.Shoe", "basis", "channels", "duplicates", "country", "list_id"]);
        assert_eq!(errors(json!({"columns": {"Nome": "first_name"}})), [pair("columns", "required")]);
        assert_eq!(errors(json!({"columns": ["email", "email"]})), [pair("columns.1", "twice")]);
        assert_eq!(errors(json!({"columns": ["email", "latitude"]})), [pair("columns", "half")]);
        assert_eq!(errors(json!({"columns": 5})), [pair("columns", "wrong_type"),]);
    }

    #[test]
    fn a_mapping_is_kept_as_it_is() {
        let mapping = parse(json!({"columns": ["first_name", "email", "consent.marketing", "custom.size"],
            "basis": "consent", "wording": "Yes"}))
        .unwrap();
        let kept = serde_json::to_value(&mapping).unwrap();
        assert_eq!(serde_json::from_value::<Mapping>(kept).unwrap(), mapping);
        assert!(mapping.grants() && mapping.named().has(Plain::FirstName) && !mapping.named().has(Plain::Phone));
    }
}
