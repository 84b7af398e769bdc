//! The console as a browser meets it: the whole router on a real database.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod access;
mod audience;
mod away;
mod blocks;
mod browser;
mod entry;
mod headers;
mod imports;
mod in_doubt;
mod launch;
mod limits;
mod live;
mod origin;
mod pages;
mod preferences;
mod refused;
mod report;
mod sender_dns;
mod sessions;
mod setup;
mod site;
mod statuses;
mod tracking;
mod unsubscribe;
mod webhooks;
