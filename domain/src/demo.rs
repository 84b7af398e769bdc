//! The demo workspace (DESIGN 8), by which it is known.

/// Its short name: there is at most one.
pub const SLUG: &str = "demo";
/// What the one who looks around signs in with. Nobody reads mail there.
pub const EMAIL: &str = "demo@maplerow.example";
