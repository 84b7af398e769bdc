//! Workspaces, people, sessions, API keys and the audit log (SPEC 1).

mod actor;
pub mod audit;
pub mod flash;
pub mod idempotency;
pub mod invitations;
pub mod keys;
pub(crate) mod letters;
mod links;
mod password;
pub mod quota;
pub mod resets;
pub mod sessions;
mod setup;
mod sign_in;
mod store;
pub mod throttle;
pub mod users;
pub mod workspace;

pub use actor::{Actor, Who};
pub(crate) use password::hash as password_hash;
pub use password::verify as verify_password;
pub use setup::{create_workspace, create_workspace_with_admin, is_set_up, workspace_by_slug, workspaces};
pub(crate) use setup::{found, is_taken, refuse_second};
pub use sign_in::{Account, Belonging, account, actor_of, change_password, sign_in};
