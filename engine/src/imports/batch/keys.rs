//! What people are found by, as hashes: two that are the same for once cost a little time, and change nothing.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::import::{Person, Row};

/// What somebody is found by.
pub(super) fn hashes(person: &Person) -> impl Iterator<Item = u64> {
    let external = person.external().map(|(source, id)| hash(&(source, id)));
    [person.email_key().map(|email| hash(&email)), person.phone.as_ref().map(hash), external].into_iter().flatten()
}

/// Whether rows of two batches name the same: then one is over before the other looks who is known.
pub(in crate::imports) fn is_shared(first: &[(i64, Row)], second: &[(i64, Row)]) -> bool {
    let known: HashSet<u64> = of(first).collect();
    of(second).any(|key| known.contains(&key))
}

fn of(rows: &[(i64, Row)]) -> impl Iterator<Item = u64> {
    rows.iter().filter(|(_, row)| row.mistakes.is_empty()).flat_map(|(_, row)| hashes(&row.person))
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
