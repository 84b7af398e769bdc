//! Wrong use and wrong settings end at once, with the code and the words that tell which it was.

use std::fs;

use crate::place::Place;

#[test]
fn wrong_use_ends_with_two_and_help_with_none() {
    let place = Place::new();
    for args in [
        &[][..],
        &["ring"],
        &["serve", "--only", "nothing"],
        &["serve", "now"],
        &["tenant"],
        &["tenant", "create"],
        &["user", "create", "--email", "a@b.example", "--tenant", "x", "--role", "admin"],
        &["api-key", "create", "--tenant", "x", "--name", "y"],
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("Usage: carillon") || ran.err.contains("--help"), "{args:?}: {}", ran.err);
    }
    for args in [&["--help"][..], &["help"], &["serve", "--help"], &["user", "create", "--help"]] {
        assert!(place.run(args).done().contains("Usage: carillon"), "{args:?}");
    }
    assert!(place.run(&["--version"]).done().starts_with("carillon "));
    assert!(!place.data().exists(), "nothing was begun");
}

#[test]
fn a_wrong_setting_is_named() {
    for (name, value) in [
        ("CARILLON_ADDR", "everywhere"),
        ("CARILLON_ADDR", "127.0.0.1"),
        ("CARILLON_PUBLIC_URL", "carillon.example"),
        ("DATABASE_URL", "not a url"),
    ] {
        let place = Place::new().with(name, value);
        for args in [&["serve"][..], &["migrate"], &["check"]] {
            place.run(args).refused(1, name);
        }
        assert!(!place.data().exists(), "nothing was begun");
    }
}

#[test]
fn a_secret_that_is_too_short_or_a_folder_that_is_none_is_told() {
    let place = Place::new().with("CARILLON_SECRET_KEY", "short");
    for args in [&["migrate"][..], &["serve"]] {
        let ran = place.program(args).env("CARILLON_ADDR", "127.0.0.1:0").output().unwrap();
        assert_eq!(ran.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("CARILLON_SECRET_KEY"), "{ran:?}");
        assert_eq!(place.postmaster(), None, "PostgreSQL is left running");
    }
    let place = Place::new();
    fs::write(place.data(), "a file").unwrap();
    place.run(&["migrate"]).refused(1, "data");
}

#[test]
fn a_database_that_is_away_is_told() {
    let place = Place::new().with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    place.run(&["migrate"]).refused(1, "database");
    let mut server = place.start(&[]);
    assert_eq!(server.wait(), Some(1), "{}", server.log());
}
