//! A database of `DATABASE_URL`: its role owns the schema, is no superuser, and several servers share it.

use std::sync::atomic::{AtomicU32, Ordering};

use engine::testing::TestDb;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use crate::place::{Place, Server, until};

/// An empty database of a role that may make roles and nothing else; removed at the end.
struct Shared {
    admin: PgConnectOptions,
    name: String,
}

impl Shared {
    async fn new() -> Self {
        // The name tells later tests whose it is, should this one be killed; making a test database first sees to it
        // that the cluster runs and has the role of the application.
        let made = TestDb::new().await.options();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_shared_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let shared = Self { admin: made.database("postgres"), name };
        let name = &shared.name;
        shared.execute(&format!("create role {name} login createrole")).await;
        // From version 16 on only its maker may pass on a role; other databases of this cluster have made it.
        let newer = "do $$ begin if current_setting('server_version_num')::int >= 160000 then \
                     execute 'grant carillon_app to NAME with admin option'; end if; end $$";
        shared.execute(&newer.replace("NAME", name)).await;
        shared.execute(&format!("create database {name} owner {name}")).await;
        shared
    }

    fn place(&self) -> Place {
        let folder = self.admin.get_socket().expect("a socket").to_string_lossy().replace('/', "%2F");
        let (name, port) = (&self.name, self.admin.get_port());
        Place::new().with("DATABASE_URL", format!("postgres://{name}@{folder}:{port}/{name}"))
    }

    async fn execute(&self, statement: &str) {
        let mut admin = PgConnection::connect_with(&self.admin).await.expect("a connection");
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut admin).await.expect(statement);
    }

    async fn remove(self) {
        self.execute(&format!("drop database {} with (force)", self.name)).await;
        self.execute(&format!("drop role {}", self.name)).await;
    }
}

#[tokio::test]
async fn commands_and_server_work_in_a_database_of_an_ordinary_role() {
    let shared = Shared::new().await;
    let place = shared.place();
    place.run(&["migrate"]).done();
    place.run(&["migrate"]).done();
    place.run(&["tenant", "create", "--name", "Demo", "--slug", "demo"]).done();
    assert!(place.run(&["check"]).done().contains("DATABASE_URL"));
    let server = place.serve();
    assert_eq!(server.status("/"), Ok(303));
    assert!(place.run(&["tenant", "list"]).done().ends_with("\tdemo\tDemo"));
    assert_eq!(server.stop(), Some(0));
    assert!(!place.data().join("postgres").exists(), "no cluster of our own was made");
    shared.remove().await;
}

#[tokio::test]
async fn servers_that_start_at_once_on_an_empty_database_all_start() {
    let shared = Shared::new().await;
    let (one, other) = (shared.place(), shared.place());
    // Two of them make the key of their folder as well.
    let servers = [one.start(&[]), other.start(&[]), one.start(&["--only", "web"])];
    let worker = other.start(&["--only", "work"]);
    servers.iter().for_each(Server::wait_until_ready);
    assert!(one.run(&["check"]).done().contains("schema up to date"));
    for server in servers {
        assert_eq!(server.stop(), Some(0));
    }
    assert!(worker.status("/health/live").is_err(), "a worker listens to nobody");
    until("the worker's start", || worker.log().contains("working"));
    assert_eq!(worker.stop(), Some(0));
    shared.remove().await;
}
