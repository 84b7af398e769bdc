//! Provider accounts of every kind, each against a server that does as a test tells it (PROVIDERS 0).

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod accounts;
mod dns;
mod emulator;
mod sandbox;
mod ses;
mod smtp_cut;
mod smtp_kept;
mod smtp_trust;
mod verify;
mod web;
