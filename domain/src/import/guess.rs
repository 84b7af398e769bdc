//! Which column is which, guessed from its name (in the languages that files come in) and from its first values. A guess
//! is only a proposal: it is shown, and can be changed, before anything is done.

use super::{
    field::{Field, Plain},
    names::{BOTH, CONSENTS, NAMES},
    value,
};
use crate::{channel::Channel, custom_field::FieldKind, email::Email};

/// A field for each column, each field at most once; none for columns that cannot be told.
pub fn columns(header: &[String], sample: &[Vec<String>]) -> Vec<Option<Field>> {
    let mut taken = Vec::new();
    let mut columns: Vec<Option<Field>> = header
        .iter()
        .map(|name| {
            let field = by_name(name).filter(|field| !taken.contains(field))?;
            taken.push(field.clone());
            Some(field)
        })
        .collect();
    not_mistaken(&mut columns, sample);
    let email = Some(Field::Plain(Plain::Email));
    if !columns.contains(&email) {
        let is_email =
            |place: &usize| columns[*place].is_none() && by_values(sample, *place, |v| Email::parse(v).is_ok());
        if let Some(place) = (0..header.len()).find(is_email) {
            columns[place] = email;
        }
    }
    columns
}

/// A column called "E-mail" that says yes and no is a consent; one called "Newsletter" that says anything else is none.
fn not_mistaken(columns: &mut [Option<Field>], sample: &[Vec<String>]) {
    for (place, column) in columns.iter_mut().enumerate() {
        let says_yes = by_values(sample, place, |value| value::truth(value).is_some());
        match column {
            Some(Field::Plain(Plain::Email)) if says_yes => *column = Some(Field::Consent(Channel::Email)),
            Some(Field::Plain(Plain::Phone)) if says_yes => *column = Some(Field::Consent(Channel::Sms)),
            Some(Field::Consent(_) | Field::Marketing) if has_values(sample, place) && !says_yes => {
                *column = None;
            }
            _ => {}
        }
    }
}

/// The field that a column of this name is.
pub fn by_name(name: &str) -> Option<Field> {
    if let Ok(Some(field)) = Field::parse(&name.trim().to_lowercase()) {
        return Some(field);
    }
    let bare = bare(name);
    let plain =
        || NAMES.iter().find(|(_, names)| names.contains(&bare.as_str())).map(|(plain, _)| Field::Plain(*plain));
    let consent = || CONSENTS.iter().find(|(_, names)| names.contains(&bare.as_str())).map(|(c, _)| Field::Consent(*c));
    if BOTH.contains(&bare.as_str()) { Some(Field::Marketing) } else { consent().or_else(plain) }
}

/// What the values of a column that becomes a custom field are. A number that begins with zero is a text (a postcode).
pub fn kind(sample: &[Vec<String>], place: usize) -> FieldKind {
    let number = |v: &str| {
        let led = v.len() > 1 && v.starts_with('0') && !v.starts_with("0.") && !v.starts_with("0,");
        !led && v.len() < 16 && value::number(v).is_some()
    };
    match () {
        () if !has_values(sample, place) => FieldKind::Text,
        () if by_values(sample, place, number) => FieldKind::Number,
        () if by_values(sample, place, |v| value::day(v, false).is_ok()) => FieldKind::Date,
        () if by_values(sample, place, |v| v.len() > 1 && value::truth(v).is_some()) => FieldKind::Boolean,
        () => FieldKind::Text,
    }
}

/// Whether the first row is no header: it holds an address.
pub fn is_data(first: &[String]) -> bool {
    first.iter().any(|cell| Email::parse(cell).is_ok())
}

fn has_values(sample: &[Vec<String>], place: usize) -> bool {
    sample.iter().any(|row| row.get(place).is_some_and(|cell| !value::plain(cell).is_empty()))
}

/// Whether a column has values, and all that it has are such.
fn by_values(sample: &[Vec<String>], place: usize, is_such: impl Fn(&str) -> bool) -> bool {
    let cells = sample.iter().filter_map(|row| row.get(place));
    let mut filled = cells.map(|cell| value::plain(cell)).filter(|cell| !cell.is_empty()).peekable();
    filled.peek().is_some() && filled.all(is_such)
}

/// Letters and digits in lower case, without accents that matter.
fn bare(name: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' => 'a',
        'è' | 'é' | 'ê' | 'ë' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    };
    name.chars().flat_map(char::to_lowercase).map(plain).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(header: &[&str], sample: &[&[&str]]) -> Vec<String> {
        let header: Vec<_> = header.iter().map(|name| (*name).to_owned()).collect();
        let sample: Vec<Vec<_>> =
            sample.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        columns(&header, &sample).into_iter().map(|field| field.map(|f| f.word()).unwrap_or_default()).collect()
    }

    #[test]
    fn names_in_many_languages_are_known() {
        assert_eq!(
            words(&["Nome", "Cognome", "E-Mail", "Cell", "Newsletter?", "Note"], &[]),
            ["first_name", "last_name", "email", "phone", "consent.email", ""]
        );
        assert_eq!(words(&["Vorname", "Nachname", "Telefon-Nr.", "Straße"], &[]), ["first_name", "last_name", "", ""]);
        assert_eq!(words(&["Prénom", "Courriel", "Ville", "Téléphone"], &[]), ["first_name", "email", "city", "phone"]);
        assert_eq!(words(&["GDPR_marketing_consent", "custom.size"], &[]), ["consent.marketing", "custom.size"]);
    }

    #[test]
    fn a_field_is_taken_once_and_values_speak() {
        assert_eq!(words(&["Email", "email", "Mail"], &[]), ["email", "", ""]);
        assert_eq!(words(&["A", "B"], &[&["Ada", "ada@one.example"], &["Ben", ""]]), ["", "email"]);
        assert_eq!(words(&["Email", "Address"], &[&["yes", "ada@one.example"]]), ["consent.email", "email"]);
        assert_eq!(words(&["Email", "Subscribed"], &[&["a@b.co", "2024-01-01"]]), ["email", ""], "a day is no yes");
    }

    #[test]
    fn kinds_of_custom_fields_follow_their_values() {
        let column = |values: &[&str]| kind(&values.iter().map(|v| vec![(*v).to_owned()]).collect::<Vec<_>>(), 0);
        assert_eq!(column(&["12.5", "", "3"]), FieldKind::Number);
        assert_eq!(column(&["01234", "20100"]), FieldKind::Text, "postcodes");
        assert_eq!(column(&["2024-01-31", "31.1.2024"]), FieldKind::Date);
        assert_eq!(column(&["yes", "no"]), FieldKind::Boolean);
        assert_eq!(column(&[""]), FieldKind::Text);
    }

    #[test]
    fn a_first_row_with_an_address_is_a_person() {
        assert!(is_data(&["Ada".into(), "ada@one.example".into()]));
        assert!(!is_data(&["Name".into(), "E-Mail".into()]));
    }
}
