//! One PostgreSQL for all tests, in `test-pg` in the target folder. The first test that needs it starts it; it outlives
//! that test's process, and the others find it by the socket's folder that is written down beside it. `script/test`
//! stops it at the end.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::embedded::{Cluster, Durability, Settings};

/// How to connect to the test cluster, which is started if nobody has yet.
pub(super) async fn options() -> PgConnectOptions {
    if let Some(found) = running().await {
        return found;
    }
    let _lock = lock("start");
    if let Some(found) = running().await {
        return found;
    }
    let started = start().await;
    write_down(&started).await;
    started
}

/// Takes a lock among all test processes; dropping it frees it.
pub(super) fn lock(name: &str) -> File {
    let folder = folder();
    fs::create_dir_all(&folder).expect("the test cluster's folder");
    let file = File::create(folder.join(format!("{name}.lock"))).expect("a lock file");
    file.lock().expect("a lock");
    file
}

fn folder() -> PathBuf {
    let beside_us = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(beside_us, PathBuf::from).join("test-pg")
}

async fn running() -> Option<PgConnectOptions> {
    let socket = fs::read_to_string(folder().join("socket")).ok()?;
    let options =
        PgConnectOptions::new_without_pgpass().socket(socket.trim()).username("carillon").database("carillon");
    PgConnection::connect_with(&options).await.ok()?.close().await.ok()?;
    Some(options)
}

/// Starts the cluster on a runtime that is never dropped: PostgreSQL stops when its keeper is dropped, but stays when
/// the keeper's process just ends.
async fn start() -> PgConnectOptions {
    let settings = Settings { data: folder(), bin: None, privilege: None, durability: Durability::ForTests };
    let (answer, started) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let cluster = runtime.block_on(Cluster::serve(settings));
        let options = cluster.as_ref().map(Cluster::options).map_err(ToString::to_string);
        std::mem::forget((cluster, runtime));
        let _ = answer.send(options);
    });
    started.await.expect("an answer").expect("a PostgreSQL for tests")
}

/// Where the socket is, for the next test; where the cluster is, for whoever stops it.
async fn write_down(options: &PgConnectOptions) {
    let mut connection = PgConnection::connect_with(options).await.expect("a connection");
    let cluster: String =
        sqlx::query_scalar("show data_directory").fetch_one(&mut connection).await.expect("its folder");
    let socket = options.get_socket().expect("a socket's folder");
    for (name, text) in [("cluster", cluster.as_str()), ("socket", &socket.to_string_lossy())] {
        let (new, file) = (folder().join(format!("{name}.new")), folder().join(name));
        fs::write(&new, format!("{text}\n")).and_then(|()| fs::rename(&new, &file)).expect("a note");
    }
}
