//! Home, and the demo workspace that it is looked at with.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod demo;
mod overview;
