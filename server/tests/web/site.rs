//! The server with a workspace, people who sign in, and files for the browser.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::Router;
use domain::account::NewUser;
use engine::{
    Engine,
    accounts::users,
    dns::Dns,
    fetch::Fetch,
    secrets::Keys,
    testing::{PASSWORD, TestClock, TestDb, TestWorkspace},
};
use server::{config::Config, serve};

use crate::browser::Browser;

/// What stands in the server's log at a first start.
pub(crate) const TOKEN: &str = "0123456789abcdef";

/// An installation with one workspace.
pub(crate) struct Site {
    pub(crate) here: TestWorkspace,
    pub(crate) router: Router,
    _files: Files,
}

impl Site {
    /// With the workspace `Maple Row` and nobody in it.
    pub(crate) async fn new() -> Self {
        let (here, files) = (TestWorkspace::new().await, Files::new());
        let router = router(here.engine.clone(), "http://carillon.example", &files);
        Self { here, router, _files: files }
    }

    /// The same, with a DNS of its own.
    pub(crate) async fn asking(dns: Dns) -> Self {
        let mut here = TestWorkspace::new().await;
        here.engine.dns = dns;
        let files = Files::new();
        let router = router(here.engine.clone(), "http://carillon.example", &files);
        Self { here, router, _files: files }
    }

    /// The same, to which Amazon's hosts are this one.
    pub(crate) async fn fetching(fetch: Fetch) -> Self {
        let mut here = TestWorkspace::new().await;
        here.engine.fetch = fetch;
        let files = Files::new();
        let router = router(here.engine.clone(), "http://carillon.example", &files);
        Self { here, router, _files: files }
    }

    /// Adds a person with these roles to the workspace.
    pub(crate) async fn person(&self, email: &str, roles: &[&str]) {
        add(&self.here, email, roles).await;
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser in which a new person with these roles is signed in.
    pub(crate) async fn signed_in(&self, roles: &[&str]) -> Browser {
        let email = format!("{}@maple.example", roles.join("-"));
        self.person(&email, roles).await;
        let mut browser = self.browser();
        assert_eq!(browser.sign_in(&email, PASSWORD).await.leads_to(), "/");
        browser
    }
}

/// Adds a person to a workspace.
pub(crate) async fn add(workspace: &TestWorkspace, email: &str, roles: &[&str]) {
    let roles = roles.iter().map(ToString::to_string).collect();
    let new = NewUser { email: email.into(), password: PASSWORD.into(), roles, ..Default::default() };
    workspace.act(async |tx| users::create(&workspace.engine, tx, &new).await).await.expect("a user");
}

/// An installation that has not been set up.
pub(crate) struct Empty {
    pub(crate) engine: Engine,
    pub(crate) router: Router,
    _files: Files,
}

impl Empty {
    /// Reached at this address.
    pub(crate) async fn new(public_url: &str) -> Self {
        let (database, files) = (TestDb::new().await, Files::new());
        let engine = engine_on(database.pools());
        Self { router: router(engine.clone(), public_url, &files), engine, _files: files }
    }

    /// A browser on the same machine.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }
}

/// An engine on these pools.
pub(crate) fn engine_on(pools: engine::db::Db) -> Engine {
    let keys = Keys::from_secret("a secret for tests that is long enough").expect("keys");
    Engine::new(pools, Arc::new(TestClock::default()), keys, "https://carillon.example")
}

/// The server's router.
pub(crate) fn router(engine: Engine, public_url: &str, files: &Files) -> Router {
    let site = files.0.to_string_lossy();
    let config = Config::read(|name| match name {
        "CARILLON_PUBLIC_URL" => Some(public_url.to_owned()),
        "LEPTOS_SITE_ROOT" => Some(site.to_string()),
        _ => None,
    });
    serve::router(engine, &config.expect("settings"), TOKEN.into())
}

/// A folder of files for the browser, removed with the test.
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("carillon-web-{}-{n}", std::process::id()));
        fs::create_dir_all(folder.join("pkg")).expect("a folder");
        fs::write(folder.join("pkg/carillon.css"), "main { color: black }").expect("a file");
        fs::write(folder.join("robots.txt"), "User-agent: *\nDisallow: /\n").expect("a file");
        Self(folder)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
