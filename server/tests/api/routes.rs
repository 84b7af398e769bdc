//! The table of routes, against which the other tests check that they leave none out.

use std::collections::BTreeSet;

use server::api;

/// Every route as `METHOD /path`.
pub(crate) fn all() -> BTreeSet<String> {
    api::routes().into_iter().map(|route| format!("{} {}", route.method, route.path)).collect()
}

/// Asserts that a test's table has exactly the routes that it should have.
#[track_caller]
pub(crate) fn assert_covered<'a>(table: impl Iterator<Item = &'a str>, expected: &BTreeSet<String>) {
    let table: BTreeSet<String> = table.map(str::to_owned).collect();
    let missing: Vec<_> = expected.difference(&table).collect();
    let gone: Vec<_> = table.difference(expected).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in the test's table: {missing:?}; no such route: {gone:?}");
}

#[test]
fn no_route_stands_twice() {
    assert_eq!(api::routes().len(), all().len());
}
