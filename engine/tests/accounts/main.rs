//! Workspaces, people, API keys and the audit log (SPEC 1).

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod audit;
mod brand;
mod first_start;
mod idempotency;
mod invitations;
mod keys;
mod matrix;
mod password;
mod resets;
mod sign_in;
mod users;

use domain::{
    account::{NewUser, NewWorkspace},
    id::{TenantId, UserId},
};
use engine::{
    Engine, Error, accounts,
    testing::{PASSWORD, TestClock, TestDb},
};

/// An installation that nobody has set up yet.
async fn empty() -> (Engine, TestClock) {
    let clock = TestClock::default();
    let keys = engine::secrets::Keys::from_secret("a secret for tests that is long enough").expect("keys");
    let pools = TestDb::new().await.pools();
    (Engine::new(pools, std::sync::Arc::new(clock.clone()), keys, "https://carillon.example"), clock)
}

/// One that Nora has set up.
async fn set_up() -> (Engine, TestClock, UserId, TenantId) {
    let (engine, clock) = empty().await;
    let made = accounts::create_workspace_with_admin(&engine, &maple_row(), &nora(), None).await;
    let (user, tenant) = made.expect("a workspace");
    (engine, clock, user, tenant)
}

fn maple_row() -> NewWorkspace {
    NewWorkspace {
        name: "Maple Row".into(),
        time_zone: "Europe/Rome".into(),
        postal_address: "1 Maple Row, Springfield".into(),
        ..Default::default()
    }
}

fn nora() -> NewUser {
    NewUser { email: "Nora@Maple.example".into(), name: "Nora".into(), password: PASSWORD.into(), roles: vec![] }
}

/// Field and code of each error.
fn fields(error: Error) -> Vec<(String, String)> {
    match error {
        Error::Invalid(errors) => errors.0.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("not about fields: {other}"),
    }
}

/// The one error's field and code.
fn field(error: Error) -> (String, String) {
    let mut fields = fields(error);
    assert_eq!(fields.len(), 1, "{fields:?}");
    fields.remove(0)
}

fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}
