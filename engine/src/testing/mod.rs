//! What tests stand on, never a part of the program: a database for each test, a clock that stands still, an SMTP server
//! that does as it is told, a DNS server that says what it is told, and makers of test data in one line each.

mod accounts;
mod clock;
mod cluster;
mod database;
mod imports;
mod ledger;
mod limits;
mod mailing;
mod names;
mod smtp;
pub mod sns;
mod tokens;
mod workspace;

pub use clock::TestClock;
pub use database::TestDb;
pub use ledger::assert_ledger_is_sound;
pub use mailing::mailing;
pub use names::Names;
pub use smtp::{Answer, CA, Mail, Phase, Sink};
pub use tokens::tokens;
pub use workspace::{PASSWORD, TestWorkspace, draft};
