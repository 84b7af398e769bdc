//! As whom PostgreSQL runs: as an ordinary user, as root in a user namespace, as user `postgres`. As root all of them are
//! tried; an ordinary user has only the first.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use engine::embedded::{Cluster, Privilege};
use nix::unistd::{User, geteuid};

use crate::support::{Scratch, ask, assert_works, command};

#[tokio::test]
async fn an_ordinary_user_runs_it_as_is() {
    let scratch = Scratch::new("ordinary");
    if !geteuid().is_root() {
        let cluster = Cluster::serve(scratch.settings_as(Privilege::AsIs)).await.expect("a cluster");
        assert_works(&cluster).await;
        return cluster.stop().await.expect("an end");
    }
    // This program lies where others may not read.
    let program = scratch.folder.join("program");
    fs::copy(std::env::current_exe().expect("this program"), &program).expect("a copy");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("its mode");
    let nobody = User::from_name("nobody").expect("users").expect("user nobody");
    chown(&scratch.folder, Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).expect("an owner");
    let mut part = command(&program, "once", &scratch.data());
    part.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw());
    let output = part.output().expect("a run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("serving"), "{said}");
    assert_eq!(scratch.postmaster(), None);
}

#[tokio::test]
async fn root_runs_it_in_a_user_namespace() {
    let allowed = Command::new("unshare").args(["-U", "true"]).status().is_ok_and(|status| status.success());
    if !geteuid().is_root() || !allowed {
        println!("skipped: only root has use for a user namespace, where one is allowed");
        return;
    }
    let scratch = Scratch::new("namespace");
    let cluster = Cluster::serve(scratch.settings_as(Privilege::UserNamespace)).await.expect("a cluster");
    assert_works(&cluster).await;
    assert_eq!(owner(&scratch.cluster()), 0);
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn root_runs_it_as_user_postgres() {
    let Some(postgres) = postgres_for_root() else { return };
    let scratch = Scratch::new("postgres-user");
    let cluster = Cluster::serve(scratch.settings_as(Privilege::PostgresUser)).await.expect("a cluster");
    assert_works(&cluster).await;
    assert_eq!(owner(&scratch.cluster()), postgres);
    cluster.stop().await.expect("an end");
    // Unasked, whoever owns the cluster runs it.
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_eq!(owner(&scratch.cluster().join("postmaster.pid")), postgres);
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn where_namespaces_are_not_to_be_had_root_becomes_user_postgres_by_itself() {
    let Some(postgres) = postgres_for_root() else { return };
    let scratch = Scratch::new("no-namespace");
    // Here `unshare` is not even found.
    let bin = scratch.folder.join("bin");
    fs::create_dir(&bin).expect("a folder");
    symlink("/usr/bin/test", bin.join("test")).expect("a link");
    let program = std::env::current_exe().expect("this program");
    let output = command(&program, "once", &scratch.data()).env("PATH", &bin).output().expect("a run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("serving"), "{said}");
    assert_eq!(owner(&scratch.cluster()), postgres);
}

#[tokio::test]
async fn a_cluster_of_root_can_be_given_to_user_postgres() {
    let Some(postgres) = postgres_for_root() else { return };
    let scratch = Scratch::new("given");
    fs::create_dir(scratch.data()).expect("a folder that others may pass");
    let cluster = Cluster::serve(scratch.settings()).await.expect("a cluster");
    assert_works(&cluster).await;
    cluster.stop().await.expect("an end");
    let cluster = Cluster::serve(scratch.settings_as(Privilege::PostgresUser)).await.expect("a cluster");
    assert_eq!(ask(&cluster, "select name from bell").await.expect("a row"), "Emmanuel");
    assert_eq!(owner(&scratch.cluster()), postgres);
    cluster.stop().await.expect("an end");
}

#[tokio::test]
async fn a_cluster_that_user_postgres_could_not_reach_is_kept_elsewhere() {
    if postgres_for_root().is_none() {
        return;
    }
    let scratch = Scratch::new("elsewhere");
    fs::create_dir(scratch.data()).expect("a folder");
    fs::set_permissions(scratch.data(), fs::Permissions::from_mode(0o700)).expect("a closed folder");
    let cluster = Cluster::serve(scratch.settings_as(Privilege::PostgresUser)).await.expect("a cluster");
    assert_works(&cluster).await;
    let place = PathBuf::from(ask(&cluster, "show data_directory").await.expect("a path"));
    cluster.stop().await.expect("an end");
    let found = Cluster::serve(scratch.settings()).await.expect("the same cluster, unasked");
    let name = ask(&found, "select name from bell").await;
    found.stop().await.expect("an end");
    fs::remove_dir_all(place.parent().expect("its folder")).expect("removal");
    assert!(place.starts_with("/var/lib/carillon"), "{place:?}");
    assert_eq!(name.expect("a row"), "Emmanuel");
}

/// The number of user `postgres`, if this is root and there is such a user.
fn postgres_for_root() -> Option<u32> {
    let postgres = User::from_name("postgres").expect("users").filter(|_| geteuid().is_root());
    if postgres.is_none() {
        println!("skipped: only root can become user postgres, where there is one");
    }
    postgres.map(|user| user.uid.as_raw())
}

fn owner(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").uid()
}
