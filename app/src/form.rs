//! Forms that work before the script has arrived, and without it: what was wrong and what was typed come back with the
//! page (`Kept`); with the script the errors come back by themselves and the typed text was never gone.

use domain::error::FieldErrors;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use crate::{components::FieldError, error::AppError};

/// A form that a browser sent by itself and that was refused.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The page it stands on.
    pub page: String,
    /// Where it was sent.
    pub action: String,
    /// What was typed, without passwords.
    pub fields: Vec<(String, String)>,
    /// Why it was refused.
    pub error: AppError,
}

/// Makes a refused form known to the page below that it stands on.
pub fn provide() {
    provide_context(KeptHere(SharedValue::new(read).into_inner()));
}

#[derive(Clone)]
struct KeptHere(Option<Kept>);

#[cfg(feature = "ssr")]
fn read() -> Option<Kept> {
    use_context::<crate::request::Request>().and_then(|request| request.kept)
}

#[cfg(not(feature = "ssr"))]
fn read() -> Option<Kept> {
    None
}

/// The state of one form: what was typed and what is wrong.
#[derive(Clone, Copy)]
pub struct FormState {
    kept: StoredValue<Option<Kept>>,
    error: Signal<Option<AppError>>,
}

/// The state of the form that sends to this action.
pub fn form_state<S>(action: ServerAction<S>) -> FormState
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let answer = Signal::derive(move || action.value().get().map(|answer| answer.err()));
    state(S::PATH, answer)
}

/// The state of a form that is always sent by the browser itself, to `path`.
pub fn plain_form_state(path: &str) -> FormState {
    state(path, Signal::stored(None))
}

/// What came back with the page counts until there is a newer answer.
fn state(path: &str, answer: Signal<Option<Option<AppError>>>) -> FormState {
    let here = use_location().pathname.get_untracked();
    let kept = use_context::<KeptHere>().and_then(|kept| kept.0);
    let kept = kept.filter(|kept| kept.page == here && kept.action.ends_with(path));
    let first = kept.as_ref().map(|kept| kept.error.clone());
    FormState { kept: StoredValue::new(kept), error: Signal::derive(move || answer.get().unwrap_or(first.clone())) }
}

impl FormState {
    /// What stands in a field at first: what was typed before it was refused, else `initial`.
    pub fn value(&self, name: &str, initial: impl Into<String>) -> String {
        self.typed(name).unwrap_or(initial.into())
    }

    /// All values of a field that can have several (ticked boxes): as sent before, else `initial`.
    pub fn values(&self, name: &str, initial: Vec<String>) -> Vec<String> {
        let plain = name.trim_end_matches("[]");
        self.kept.with_value(|kept| match kept {
            None => initial,
            Some(kept) => {
                let same = |key: &str| key.split("[").next() == Some(plain) && key.starts_with(plain);
                kept.fields.iter().filter(|(key, _)| same(key)).map(|(_, value)| value.clone()).collect()
            }
        })
    }

    /// What is wrong with a field. A form's `config[host]` is the API's `config.host`.
    pub fn error(&self, name: &str) -> Signal<Option<String>> {
        let (error, key) = (self.error, error_key(name));
        Signal::derive(move || error.with(|error| error.as_ref().and_then(AppError::fields)?.message(&key)))
    }

    /// The words for programs of everything that is wrong.
    pub fn codes(&self) -> Vec<String> {
        let codes = |error: &AppError| Some(error.fields()?.0.iter().map(|error| error.code.clone()).collect());
        self.error.with(|error| error.as_ref().and_then(codes).unwrap_or_default())
    }

    /// Everything that is wrong, for the summary above the form. `names` are the form's fields: errors of others are
    /// shown without a link.
    pub fn summary(&self) -> Signal<Vec<FieldError>> {
        let error = self.error;
        Signal::derive(move || error.with(|error| error.as_ref().map(lines).unwrap_or_default()))
    }

    /// The errors that came back, for forms whose fields have other names than the API's.
    pub fn refused(&self) -> Option<FieldErrors> {
        self.error.with_untracked(|error| error.as_ref().and_then(AppError::fields).cloned())
    }

    fn typed(&self, name: &str) -> Option<String> {
        self.kept.with_value(|kept| {
            let fields = &kept.as_ref()?.fields;
            fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        })
    }
}

fn lines(error: &AppError) -> Vec<FieldError> {
    match error.fields() {
        Some(FieldErrors(errors)) => {
            errors.iter().map(|e| FieldError::new(field_name(&e.field), about(&e.field, &e.message))).collect()
        }
        None => vec![FieldError::new("", error.to_string())],
    }
}

/// A message with the field it is about: `postal_address` → "Postal address: …".
fn about(key: &str, message: &str) -> String {
    let words = key.rsplit('.').next().unwrap_or_default().replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}: {message}", first.to_uppercase(), letters.as_str()),
        None => message.to_owned(),
    }
}

/// `config[host]` → `config.host`, `lists[]` → `lists`.
fn error_key(name: &str) -> String {
    name.replace("[]", "").replace('[', ".").replace(']', "")
}

/// `config.host` → `config[host]`: the name, and so the id, of the field in the form.
fn field_name(key: &str) -> String {
    let mut parts = key.split('.');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| format!("{name}[{part}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_forms_and_in_the_api_lead_to_each_other() {
        assert_eq!(
            (error_key("config[host]"), field_name("config.host")),
            ("config.host".into(), "config[host]".into())
        );
        assert_eq!((error_key("lists[]"), field_name("name")), ("lists".into(), "name".into()));
    }

    #[test]
    fn the_summary_names_the_field() {
        assert_eq!(about("postal_address", "Needed."), "Postal address: Needed.");
        assert_eq!(about("config.host", "Needed."), "Host: Needed.");
    }

    #[test]
    fn errors_without_a_field_are_told_as_a_whole() {
        let lines = lines(&AppError::RateLimited(30));
        assert_eq!(lines, [FieldError::new("", "Too many attempts. Try again in 30 seconds.")]);
    }
}
