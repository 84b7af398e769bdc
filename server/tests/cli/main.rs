//! The program as an operator runs it: the real binary, a data folder of its own, signals.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod commands;
mod faults;
mod place;
mod shared;
mod usage;
mod work;
