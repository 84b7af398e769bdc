//! The embedded database, with real processes: started, left behind, killed, shared and refused.
//! Needs PostgreSQL's server programs.

#[path = "embedded/privilege.rs"]
mod privilege;
#[path = "embedded/support.rs"]
mod support;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::PathBuf,
    process::Command,
};

use engine::embedded::{Cluster, EmbeddedError, Settings};
use nix::unistd::{Pid, geteuid, getpgid};
use support::{Scratch, ask, assert_works, execute, is_running, kill_child, kill_hard, refusal, settings, until};

/// Not a test: what this program does as another process (see `support`).
#[tokio::test]
async fn a_part() {
    let (Ok(part), Ok(data)) = (std::env::var(support::PART), std::env::var(support::DATA)) else {
        return;
    };
    let cluster = Cluster::serve(settings(PathBuf::from(data))).await.expect("a cluster");
    assert_works(&cluster).await;
    println!("serving");
    if part == "serve" {
        std::future::pending::<()>().await;
    }
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_fresh_folder_gets_a_database_and_a_stop_leaves_nothing_running() {
    let scratch = Scratch::new("fresh");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_works(&cluster).await;
    assert_eq!(ask(&cluster, "select current_database()::text").await.expect("a name"), "carillon");
    assert_eq!(ask(&cluster, "show server_encoding").await.expect("an encoding"), "UTF8");
    assert_eq!(ask(&cluster, "show listen_addresses").await.expect("addresses"), "");
    let postmaster = scratch.postmaster().expect("a postmaster");
    let group = getpgid(Some(Pid::from_raw(postmaster))).expect("its process group");
    assert_eq!(group.as_raw(), postmaster, "Ctrl-C in our terminal does not reach it");
    let options = cluster.options();
    let socket = options.get_socket().expect("a socket's folder");
    assert_eq!(fs::metadata(socket).expect("the folder").permissions().mode() & 0o777, 0o700);
    cluster.stop().await.expect("an end");
    assert!(!is_running(postmaster));
    assert_eq!(scratch.postmaster(), None);
    assert!(!socket.exists());
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let scratch = Scratch::new("again");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_works(&cluster).await;
    cluster.stop().await.expect("an end");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster again");
    assert_eq!(ask(&cluster, "select name from bell").await.expect("a row"), "Emmanuel");
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_killed_servers_postmaster_is_adopted_and_can_be_stopped() {
    let scratch = Scratch::new("adopted");
    kill_child(scratch.server());
    let postmaster = scratch.postmaster().expect("a postmaster");
    assert!(is_running(postmaster), "the postmaster outlives its server");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_eq!(scratch.postmaster(), Some(postmaster));
    assert_eq!(ask(&cluster, "select name from bell").await.expect("a row"), "Emmanuel");
    cluster.stop().await.expect("an end");
    assert!(!is_running(postmaster));
    assert_eq!(scratch.postmaster(), None);
}

#[tokio::test]
async fn an_adopted_postmaster_started_otherwise_is_started_anew() {
    let scratch = Scratch::new("otherwise");
    kill_child(scratch.server());
    let postmaster = scratch.postmaster().expect("a postmaster");
    let cluster = Cluster::serve(scratch.durable_settings()).await.expect("a cluster");
    assert!(!is_running(postmaster));
    assert_eq!(ask(&cluster, "show fsync").await.expect("a setting"), "on");
    assert_eq!(ask(&cluster, "select name from bell").await.expect("a row"), "Emmanuel");
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_postmaster_whose_socket_was_cleared_away_is_started_anew() {
    let scratch = Scratch::new("cleared");
    kill_child(scratch.server());
    let text = fs::read_to_string(scratch.cluster().join("postmaster.pid")).expect("its file");
    fs::remove_dir_all(text.lines().nth(4).expect("its socket's folder")).expect("removal");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_eq!(ask(&cluster, "select name from bell").await.expect("a row"), "Emmanuel");
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_postmaster_killed_while_serving_is_started_again() {
    let scratch = Scratch::new("killed");
    let cluster = Cluster::serve(scratch.durable_settings()).await.expect("a cluster");
    assert_works(&cluster).await;
    for _ in 0..2 {
        let postmaster = scratch.postmaster().expect("a postmaster");
        kill_hard(postmaster);
        until("another postmaster", async || scratch.postmaster().is_some_and(|pid| pid != postmaster)).await;
        until("an answer", async || execute(&cluster, "select").await.is_ok()).await;
        assert!(!PathBuf::from(format!("/proc/{postmaster}")).exists(), "the dead one is reaped");
        assert_eq!(ask(&cluster, "select name from bell").await.expect("the committed row"), "Emmanuel");
    }
    let postmaster = scratch.postmaster().expect("a postmaster");
    cluster.stop().await.expect("an end");
    assert!(!is_running(postmaster));
}

#[tokio::test]
async fn a_killed_adopted_postmaster_is_started_again() {
    let scratch = Scratch::new("killed-adopted");
    kill_child(scratch.server());
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    let postmaster = scratch.postmaster().expect("a postmaster");
    kill_hard(postmaster);
    until("another postmaster", async || scratch.postmaster().is_some_and(|pid| pid != postmaster)).await;
    until("an answer", async || execute(&cluster, "select").await.is_ok()).await;
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_restart_leaves_nothing_running() {
    let scratch = Scratch::new("stop-restart");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    let postmaster = scratch.postmaster().expect("a postmaster");
    kill_hard(postmaster);
    until("another postmaster", async || scratch.postmaster().is_some_and(|pid| pid != postmaster)).await;
    let restarted = scratch.postmaster().expect("a postmaster");
    cluster.stop().await.expect("an end");
    assert!(!is_running(restarted));
    assert_eq!(scratch.postmaster(), None);
}

#[tokio::test]
async fn a_second_server_is_refused_and_told_who_serves() {
    let scratch = Scratch::new("second");
    let server = scratch.server();
    let expected = i32::try_from(server.id()).expect("a process number");
    let error = refusal(scratch.settings()).await;
    assert!(matches!(error, EmbeddedError::InUse { pid: Some(pid), .. } if pid == expected), "{error}");
    assert!(error.to_string().contains(&expected.to_string()), "{error}");
    kill_child(server);
}

#[tokio::test]
async fn a_command_uses_the_servers_database_and_leaves_it_running() {
    let scratch = Scratch::new("join");
    let server = scratch.server();
    let postmaster = scratch.postmaster().expect("a postmaster");
    let joined = Cluster::join(scratch.settings()).await.expect("the server's cluster");
    assert_works(&joined).await;
    joined.stop().await.expect("an end");
    assert!(is_running(postmaster));
    let again = Cluster::join(scratch.settings()).await.expect("the server's cluster");
    assert_works(&again).await;
    kill_child(server);
}

#[tokio::test]
async fn a_command_waits_for_a_server_that_is_just_starting() {
    let scratch = Scratch::new("join-starting");
    let (server, joined) = tokio::join!(Cluster::serve(scratch.settings()), async {
        let lock = scratch.data().join("carillon.lock");
        until("the lock", async || fs::read_to_string(&lock).is_ok_and(|text| text.contains("serve"))).await;
        Cluster::join(scratch.settings()).await
    });
    assert_works(&joined.expect("the server's cluster")).await;
    server.expect("a cluster").stop().await.expect("an end");
}

#[tokio::test]
async fn a_command_without_a_server_has_the_database_for_itself() {
    let scratch = Scratch::new("join-alone");
    let joined = Cluster::join(scratch.settings()).await.expect("a cluster");
    assert_works(&joined).await;
    let postmaster = scratch.postmaster().expect("a postmaster");
    joined.stop().await.expect("an end");
    assert!(!is_running(postmaster));
    assert_eq!(scratch.postmaster(), None);
}

#[tokio::test]
async fn a_command_leaves_running_what_a_killed_server_left() {
    let scratch = Scratch::new("join-left");
    kill_child(scratch.server());
    let joined = Cluster::join(scratch.settings()).await.expect("a cluster");
    assert_works(&joined).await;
    joined.stop().await.expect("an end");
    assert!(scratch.postmaster().is_some_and(is_running));
}

#[tokio::test]
async fn a_server_waits_for_a_short_command() {
    let scratch = Scratch::new("short");
    let joined = Cluster::join(scratch.settings()).await.expect("a cluster");
    let (ended, served) = tokio::join!(joined.stop(), Cluster::serve(scratch.settings()));
    ended.expect("an end");
    let served = served.expect("a cluster");
    assert_works(&served).await;
    served.stop().await.expect("an end");
}

#[tokio::test]
async fn a_cluster_that_is_only_dropped_stops_too() {
    let scratch = Scratch::new("dropped");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    let postmaster = scratch.postmaster().expect("a postmaster");
    drop(cluster);
    until("the end", async || !is_running(postmaster)).await;
}

#[tokio::test]
async fn a_stale_pid_file_is_no_obstacle() {
    let scratch = Scratch::new("stale");
    Cluster::serve(scratch.settings()).await.expect("a cluster").stop().await.expect("an end");
    let mut ended = Command::new("true").spawn().expect("a process");
    ended.wait().expect("its end");
    // A dead process's number, one that another process has by now, and a file cut short by a full disk.
    for pid in [ended.id().to_string(), std::process::id().to_string(), String::new()] {
        let text = format!("{pid}\n{}\n1\n5432\n/tmp\n\n 1 1\nready\n", scratch.cluster().display());
        let text = if pid.is_empty() { String::new() } else { text };
        fs::write(scratch.cluster().join("postmaster.pid"), text).expect("a stale file");
        fs::set_permissions(scratch.cluster().join("postmaster.pid"), fs::Permissions::from_mode(0o600)).expect("mode");
        let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
        assert_works(&cluster).await;
        cluster.stop().await.expect("an end");
    }
}

#[tokio::test]
async fn a_first_start_killed_while_making_the_cluster_is_no_obstacle() {
    let scratch = Scratch::new("half");
    let child = scratch.part("serve");
    let unfinished = scratch.data().join("postgres.new");
    until("a half-made cluster", async || unfinished.join("base").exists()).await;
    kill_child(child);
    assert!(!scratch.cluster().exists());
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_works(&cluster).await;
    assert!(!unfinished.exists());
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_data_folder_with_a_long_path_works() {
    let scratch = Scratch::new("long");
    let data = scratch.folder.join("x".repeat(120)).join("y".repeat(120));
    let cluster = Cluster::serve(settings(data)).await.expect("a cluster");
    assert_works(&cluster).await;
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_socket_folder_laid_by_somebody_else_is_refused() {
    let scratch = Scratch::new("foreign");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    let socket = cluster.options().get_socket().expect("a socket's folder").clone();
    cluster.stop().await.expect("an end");
    let elsewhere = scratch.folder.join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    symlink(&elsewhere, &socket).expect("a link");
    let by_link = refusal(scratch.settings()).await;
    fs::remove_file(&socket).expect("removal");
    fs::create_dir(&socket).expect("a folder");
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o755)).expect("a mode");
    let by_mode = refusal(scratch.settings()).await;
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o700)).expect("a mode");
    let mut errors = vec![by_link, by_mode];
    if geteuid().is_root() {
        chown(&socket, Some(65534), None).expect("another owner");
        errors.push(refusal(scratch.settings()).await);
    }
    fs::remove_dir(&socket).expect("removal");
    for error in errors {
        assert!(matches!(error, EmbeddedError::SocketFolder { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_failed_start_quotes_the_log() {
    let scratch = Scratch::new("failed");
    Cluster::serve(scratch.settings()).await.expect("a cluster").stop().await.expect("an end");
    fs::write(scratch.cluster().join("postgresql.auto.conf"), "no_such_bell = on\n").expect("a bad setting");
    let error = refusal(scratch.settings()).await;
    assert!(matches!(error, EmbeddedError::StartFailed { .. }), "{error}");
    assert!(error.to_string().contains("no_such_bell"), "{error}");
}

#[tokio::test]
async fn missing_programs_and_another_version_are_said() {
    let scratch = Scratch::new("programs");
    let bin = Some(scratch.folder.clone());
    let error = refusal(Settings { bin, ..scratch.settings() }).await;
    assert!(matches!(error, EmbeddedError::NotPrograms(_)), "{error}");
    fs::create_dir(scratch.cluster()).expect("a folder");
    fs::write(scratch.cluster().join("PG_VERSION"), "9\n").expect("a version");
    let error = refusal(scratch.settings()).await;
    assert!(matches!(error, EmbeddedError::OtherVersion { cluster: 9, .. }), "{error}");
}
