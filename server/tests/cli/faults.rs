//! Signals and crashes: the server ends in order when told to, and comes back with its data when it was killed.

use crate::place::{Place, is_running, signal, until};

#[test]
fn told_to_stop_it_ends_in_order_and_takes_postgresql_along() {
    let place = Place::new();
    let server = place.serve();
    let postmaster = place.postmaster().expect("a postmaster");
    assert_eq!(server.status("/"), Ok(303));
    assert!(server.log().contains("first start"), "{}", server.log());
    assert_eq!(server.stop(), Some(0));
    assert!(!is_running(postmaster));
    assert_eq!(place.postmaster(), None);
}

#[test]
fn told_to_stop_while_it_starts_it_leaves_nothing_behind() {
    let place = Place::new();
    let server = place.start(&[]);
    until("PostgreSQL's start", || place.postmaster().is_some());
    assert_eq!(server.stop(), Some(0));
    assert_eq!(place.postmaster(), None);
}

#[test]
fn after_a_kill_it_takes_over_the_running_postgresql_with_its_data() {
    let place = Place::new();
    let server = place.serve();
    place.run(&["tenant", "create", "--name", "Demo", "--slug", "demo"]).done();
    let postmaster = place.postmaster().expect("a postmaster");
    server.kill();
    assert!(is_running(postmaster));
    // A command in between uses it as well, and leaves it as it was.
    assert!(place.run(&["tenant", "list"]).done().ends_with("\tdemo\tDemo"));
    assert!(is_running(postmaster));

    let server = place.serve();
    assert_eq!(place.postmaster(), Some(postmaster));
    assert!(place.run(&["tenant", "list"]).done().ends_with("\tdemo\tDemo"));
    assert_eq!(server.stop(), Some(0));
    assert!(!is_running(postmaster), "an adopted one ends with the server, too");
}

#[test]
fn when_postgresql_is_killed_it_is_started_again_while_serving() {
    let place = Place::new();
    let server = place.serve();
    place.run(&["tenant", "create", "--name", "Demo", "--slug", "demo"]).done();
    let killed = place.postmaster().expect("a postmaster");
    signal(killed, "KILL");
    until("another postmaster", || place.postmaster().is_some_and(|pid| pid != killed));
    server.wait_until_ready();
    assert_eq!(server.status("/health/live"), Ok(200));
    assert!(place.run(&["tenant", "list"]).done().ends_with("\tdemo\tDemo"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_second_server_on_the_same_data_is_refused_and_names_the_first() {
    let place = Place::new();
    let first = place.serve();
    let mut second = place.start(&[]);
    assert_eq!(second.wait(), Some(1));
    assert!(second.log().contains(&format!("process {}", first.pid())), "{}", second.log());
    assert!(first.is_ready());
    assert_eq!(first.stop(), Some(0));
}

#[test]
fn a_second_server_on_the_same_port_is_refused_and_says_what_to_do() {
    let (place, other) = (Place::new(), Place::new());
    let first = place.serve();
    let ran = other.program(&["serve"]).env("CARILLON_ADDR", first.address()).output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains(&first.address()) && said.contains("CARILLON_ADDR"), "{said}");
    assert_eq!(other.postmaster(), None, "no PostgreSQL was started for it");
}
