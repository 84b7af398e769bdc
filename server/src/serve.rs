//! `carillon serve`: the web server, the sending worker, or both, until told to stop.

use std::{future::IntoFuture, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use clap::ValueEnum;
use engine::{Engine, imports, live, secrets, sending, tracking};
use tokio::{net::TcpListener, signal};
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    api,
    config::Config,
    database::{Database, Failure},
    health, web, webhooks,
};

/// How long open requests may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Half a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Only {
    /// Pages, API, webhooks.
    Web,
    /// Background sending.
    Work,
}

/// Serves until a signal comes.
pub async fn run(config: &Config, only: Option<Only>) -> Result<(), Failure> {
    let socket = match only {
        Some(Only::Work) => None,
        _ => Some(listen(config.addr).await?),
    };
    // Heard from the beginning: a start that is told to stop ends in order, and leaves no PostgreSQL behind.
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    let database = Database::serve(config).await?;
    // A task of its own, whatever else this process does: pages are told by it, and workers woken.
    let listener = tokio::spawn(live::listen(database.engine.clone(), stop.clone()));
    let tracker = tokio::spawn(tracking::work(database.engine.clone(), stop.clone()));
    let works = only != Some(Only::Web);
    let worker = works.then(|| tokio::spawn(sending::work(database.engine.clone(), stop.clone())));
    let importer = works.then(|| tokio::spawn(imports::work(database.engine.clone(), stop.clone())));
    let served = match socket {
        Some(socket) => web(config, &database.engine, socket, stop.clone()).await,
        None => {
            tracing::info!("working");
            stop.cancelled().await;
            Ok(())
        }
    };
    // Also when the web server has failed: the rest ends in order.
    stop.cancel();
    for worker in [worker, importer].into_iter().flatten() {
        worker.await?;
    }
    listener.await?;
    tracker.await?;
    // Nobody is answered any more: this is the last that has come back.
    tracking::write_all(&database.engine).await?;
    database.close().await?;
    tracing::info!("stopped");
    served
}

async fn listen(addr: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(addr).await;
    bound.map_err(|error| {
        format!("cannot listen on {addr}: {error}. Is another Carillon running? Set CARILLON_ADDR.").into()
    })
}

async fn web(config: &Config, engine: &Engine, listener: TcpListener, stop: CancellationToken) -> Result<(), Failure> {
    let token = setup_token();
    let app = router(engine.clone(), config, token.clone());
    announce(config, engine, &token).await?;
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        served = server.into_future() => served?,
        // Requests that do not end by themselves are cut off.
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => {}
    }
    Ok(())
}

/// Everything that the server answers.
pub fn router(engine: Engine, config: &Config, setup_token: Arc<str>) -> Router {
    Router::new()
        .merge(health::router(engine.clone()))
        .nest("/api/v1", api::router(engine.clone()).with_state(engine.clone()))
        .merge(webhooks::router(engine.clone()))
        .merge(web::router(engine, config, setup_token))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
}

/// Sixteen random characters, new at each start.
fn setup_token() -> Arc<str> {
    let mut random = [0u8; 8];
    secrets::fill_random(&mut random);
    random.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

async fn announce(config: &Config, engine: &Engine, token: &str) -> Result<(), Failure> {
    tracing::info!("serving on {}", config.public_url);
    if !engine::accounts::is_set_up(engine).await? {
        tracing::info!("first start: open {}/setup (from another machine, with the token {token})", config.public_url);
    }
    Ok(())
}

async fn stop_on_signal(stop: CancellationToken) {
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "SIGTERM is not heard");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        () = terminate => {}
    }
    tracing::info!("stopping");
    stop.cancel();
}
