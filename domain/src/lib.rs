//! What Carillon decides, and nothing that it does: plain values in, plain values out. No clock, no chance, no
//! database, no network, so that every rule can be tested in microseconds and runs in the browser too.
//! The modules bear the nouns of the specification; `engine` fetches the facts and carries out the verdicts.

pub mod access;
pub mod account;
pub mod audit;
pub mod block;
pub mod bounce;
pub mod brand;
pub mod campaign;
pub mod channel;
pub mod chunk;
pub mod consent;
pub mod contact;
pub mod country;
pub mod csv;
pub mod custom_field;
pub mod delivery;
pub mod demo;
pub mod device;
pub mod dns;
pub mod doubt;
pub mod email;
pub mod error;
pub mod guard;
pub mod home;
pub mod id;
pub mod import;
pub mod invitation;
pub mod limits;
pub mod list;
pub mod message;
pub mod pace;
pub mod page;
#[cfg(feature = "phone")]
pub mod phone;
pub mod progress;
pub mod proof;
pub mod provider;
pub mod quota;
pub mod rate;
pub mod receipt;
pub mod remedy;
pub mod report;
pub mod retry;
pub mod sandbox;
pub mod schedule;
#[cfg(feature = "schema")]
mod schema;
pub mod ses_event;
pub mod sns;
pub mod stage;
pub mod stats;
pub mod suppression;
pub mod template;
pub mod text;
pub mod throttle;
pub mod tracking;
pub mod webhook;
mod words;
pub mod zone;
