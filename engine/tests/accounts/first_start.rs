//! The first start makes the first workspace with its admin, once.

use domain::{access::Role, account::NewUser, account::NewWorkspace};
use engine::{Error, accounts, testing::PASSWORD};

use crate::{empty, field, fields, maple_row, nora, pair, set_up};

#[tokio::test]
async fn the_first_admin_can_sign_in_and_is_admin_of_the_workspace() {
    let (engine, _, user, tenant) = set_up().await;
    assert!(accounts::is_set_up(&engine).await.unwrap());
    let account = accounts::sign_in(&engine, "nora@maple.example", PASSWORD, None).await.unwrap();
    assert_eq!((account.id, account.name.as_str()), (user, "Nora"));
    let belongs = &account.belongs[0];
    assert_eq!((belongs.tenant, belongs.name.as_str(), &belongs.roles), (tenant, "Maple Row", &vec![Role::Admin]));
    assert_eq!(accounts::workspace_by_slug(&engine, "maple-row").await.unwrap(), tenant);
    assert_eq!(accounts::workspaces(&engine).await.unwrap()[0].time_zone, "Europe/Rome");
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once_and_nothing_is_made() {
    let (engine, _) = empty().await;
    let admin = NewUser { name: "two\nlines".into(), ..Default::default() };
    let refused = accounts::create_workspace_with_admin(&engine, &NewWorkspace::default(), &admin, None).await;
    let want = [
        ("name", "required"),
        ("time_zone", "invalid_time_zone"),
        ("postal_address", "required"),
        ("email", "required"),
        ("admin_name", "invalid"),
        ("password", "required"),
    ];
    assert_eq!(fields(refused.unwrap_err()), want.map(|(field, code)| pair(field, code)));
    assert!(!accounts::is_set_up(&engine).await.unwrap());
}

#[tokio::test]
async fn a_second_first_start_is_refused() {
    let (engine, ..) = set_up().await;
    let other = NewUser { email: "eve@maple.example".into(), ..nora() };
    let again = accounts::create_workspace_with_admin(&engine, &maple_row(), &other, None).await;
    assert!(matches!(again, Err(Error::Conflict { code: "set_up", .. })));
    let refused = accounts::sign_in(&engine, "eve@maple.example", PASSWORD, None).await.unwrap_err();
    assert_eq!(field(refused), pair("password", "wrong"));
}

#[tokio::test]
async fn of_two_first_starts_at_the_same_moment_one_wins() {
    let (engine, _) = empty().await;
    let (workspace, second) = (maple_row(), NewWorkspace { name: "Oak Lane".into(), ..maple_row() });
    let (nora, eve) = (nora(), NewUser { email: "eve@maple.example".into(), ..nora() });
    let (one, two) = tokio::join!(
        accounts::create_workspace_with_admin(&engine, &workspace, &nora, None),
        accounts::create_workspace_with_admin(&engine, &second, &eve, None),
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(matches!(one.and(two), Err(Error::Conflict { code: "set_up", .. })));
    assert_eq!(accounts::workspaces(&engine).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_operator_can_make_more_workspaces_each_with_a_short_name_of_its_own() {
    let (engine, ..) = set_up().await;
    let second = NewWorkspace { name: "Oak Lane".into(), ..maple_row() };
    let tenant = accounts::create_workspace(&engine, &second).await.unwrap();
    assert_eq!(accounts::workspace_by_slug(&engine, &tenant.to_string()).await.unwrap(), tenant);
    let same = NewWorkspace { slug: "oak-lane".into(), ..maple_row() };
    assert_eq!(field(accounts::create_workspace(&engine, &same).await.unwrap_err()), pair("slug", "taken"));
    assert!(matches!(accounts::workspace_by_slug(&engine, "elm-street").await, Err(Error::NotFound)));
}
