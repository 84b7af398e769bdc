//! What the address of a page says: which thing it shows, what was searched for, what was just done.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    location::Url,
};

use crate::{
    components::{Notice, Tone},
    error::{Answer, AppError},
};

/// A part of the path: the `id` of `/contacts/:id`.
pub fn param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name).unwrap_or_default()))
}

/// A value of the query, empty when it is not there: the `q` of `/contacts?q=nora`.
pub fn query(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()))
}

/// An id out of a path; what is none leads to nothing.
pub fn id<T: FromStr>(text: &str) -> Answer<T> {
    text.parse().or(Err(AppError::NotFound))
}

/// A path with a query; empty values are left out.
pub fn href(path: &str, values: &[(&str, &str)]) -> String {
    let values = values.iter().filter(|(_, value)| !value.is_empty());
    let values: Vec<_> = values.map(|(name, value)| format!("{name}={}", Url::escape(value))).collect();
    if values.is_empty() { path.to_owned() } else { format!("{path}?{}", values.join("&")) }
}

/// What was just done, as `?done=added&n=3` says: a form ends on a page whose address names it, so that it is told with
/// and without the script.
#[component]
pub fn Done(
    /// The sentence for the word of `done` and the number of `n`; none for words that the page does not know.
    words: fn(&str, u64) -> Option<String>,
) -> impl IntoView {
    let (done, number) = (query("done"), query("n"));
    move || {
        let title = done.with(|done| words(done, number.with(|number| number.parse().unwrap_or_default())));
        title.map(|title| view! { <Notice tone=Tone::Success title alert=true/> })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_whatever_was_typed() {
        assert_eq!(href("/contacts", &[("q", ""), ("cursor", "")]), "/contacts");
        assert_eq!(href("/contacts", &[("q", "a&b c"), ("n", "3")]), "/contacts?q=a%26b%20c&n=3");
    }
}
