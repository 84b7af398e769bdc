//! What campaigns are made of: contacts, lists, templates, providers, and the drafts themselves (SPEC 2-5, 9).

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod blocks;
mod branded;
mod consents;
mod contacts;
mod drafts;
mod erasing;
mod lists;
mod members;
mod merging;
mod orphans;
mod profiles;
mod providers;
mod suppressions;
mod templates;

use engine::Error;

/// Field and code of each error.
fn fields(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Invalid(errors) => errors.0.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("not about fields: {other}"),
    }
}

/// The one error's field and code.
fn field(error: Error) -> (String, String) {
    let mut fields = fields(error);
    assert_eq!(fields.len(), 1, "{fields:?}");
    fields.remove(0)
}

fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}
