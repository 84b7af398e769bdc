//! What an operator does by hand: with no server running, and beside one.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::place::{Place, Ran};

fn user(place: &Place, email: &str, role: &str, password: &str) -> Ran {
    let args = ["user", "create", "--email", email, "--tenant", "demo", "--role", role, "--password-stdin"];
    place.run_with_input(&args, &format!("{password}\n"))
}

fn key(place: &Place) -> Ran {
    place.run(&["api-key", "create", "--tenant", "demo", "--name", "Shop", "--scopes", "read,send"])
}

/// Everything there is, once; each needs what the one before has left.
fn all(place: &Place) {
    place.run(&["migrate"]).done();
    let tenant = place.run(&["tenant", "create", "--name", "Demo", "--slug", "demo"]).done();
    assert_eq!(place.run(&["tenant", "list"]).done(), format!("{tenant}\tdemo\tDemo"));
    place
        .run(&["tenant", "create", "--name", "Again", "--slug", "demo"])
        .refused(1, "Another workspace has this short name.");

    user(place, "nora@maple.example", "admin,marketer", "correct horse battery").done();
    let again = user(place, "Nora@Maple.example", "viewer", "correct horse battery");
    again.refused(1, "Is a member of this workspace already.");
    user(place, "ben@maple.example", "admin", "short").refused(1, "at least 12");
    user(place, "ben@maple.example", "king", "correct horse battery").refused(1, "role");
    user(place, "ben", "admin", "correct horse battery").refused(1, "email");

    let printed = key(place).done();
    assert_eq!(printed.lines().count(), 1, "only the key: {printed}");
    assert!(!printed.contains(char::is_whitespace) && printed.len() > 20, "{printed}");
    let elsewhere = ["api-key", "create", "--tenant", "nowhere", "--name", "x", "--scopes", "read"];
    place.run(&elsewhere).refused(1, "there is no workspace nowhere");
    assert!(place.run(&["check"]).done().contains("schema up to date"));
}

#[test]
fn without_a_server_each_command_has_the_database_for_its_own_time() {
    let place = Place::new();
    all(&place);
    assert!(place.data().join("postgres/PG_VERSION").exists());
    assert_eq!(place.postmaster(), None, "PostgreSQL is left running");
    let mode = |name: &str| fs::metadata(place.data().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("secret.key"), 0o600);
    assert_eq!(mode("") & 0o066, 0, "others cannot look into the data folder");
}

#[test]
fn beside_a_server_they_use_its_database_and_leave_it_running() {
    let place = Place::new();
    let server = place.serve();
    let postmaster = place.postmaster();
    all(&place);
    assert!(postmaster.is_some());
    assert_eq!(place.postmaster(), postmaster);
    assert!(server.is_ready());
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn missing_files_of_the_console_are_told() {
    let place = Place::new().with("LEPTOS_SITE_ROOT", "/nowhere");
    place.run(&["check"]).refused(1, "run script/build");
}

#[test]
fn the_demo_is_made_once_and_can_be_signed_in_to() {
    let place = Place::new();
    let printed = place.run(&["demo"]).done();
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines.len(), 3, "{printed}");
    assert!(lines[0].ends_with("/sign-in") && lines[1] == "E-mail: demo@maplerow.example", "{printed}");
    assert!(lines[2].strip_prefix("Password: ").is_some_and(|password| password.len() >= 12), "{printed}");
    assert!(place.run(&["tenant", "list"]).done().ends_with("\tdemo\tMaple Row Studios"));
    place.run(&["demo"]).refused(1, "already");
    let link = place.run(&["user", "reset-link", "--email", "demo@maplerow.example"]).done();
    assert!(link.contains("/new-password/"), "{link}");
    assert_eq!(place.postmaster(), None, "PostgreSQL is left running");
}
