//! Which database: the one of `DATABASE_URL`, or the embedded PostgreSQL of the data folder (DESIGN 3).

use std::{
    error::Error,
    fs::{self, File},
    os::unix::fs::DirBuilderExt,
    path::Path,
};

use engine::{
    Engine,
    clock::SystemClock,
    db::Db,
    dns::Dns,
    embedded::{Cluster, Durability, Settings},
    secrets::Keys,
};

use crate::config::Config;

/// What can go wrong while starting.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A database at hand, and the cluster under it if it is ours.
pub struct Database {
    /// The engine on it.
    pub engine: Engine,
    cluster: Option<Cluster>,
}

impl Database {
    /// For the server: the embedded cluster is started, kept running, and stopped with it. The schema is brought up to
    /// date.
    pub async fn serve(config: &Config) -> Result<Self, Failure> {
        let cluster = match config.database {
            Some(_) => no_cluster(config)?,
            None => Some(Cluster::serve(settings(config)).await?),
        };
        let is_alone = cluster.is_some();
        let database = Self::open(config, cluster).await?;
        if is_alone {
            // Nobody else works on a database of our own: what a killed server held need not be waited for.
            database.engine.db.forget_leases().await?;
        }
        Ok(database)
    }

    /// For other commands: the cluster that a server keeps running, or one for the time of the command.
    pub async fn join(config: &Config) -> Result<Self, Failure> {
        let cluster = match config.database {
            Some(_) => no_cluster(config)?,
            None => Some(Cluster::join(settings(config)).await?),
        };
        Self::open(config, cluster).await
    }

    async fn open(config: &Config, cluster: Option<Cluster>) -> Result<Self, Failure> {
        match engine_on(config, cluster.as_ref()).await {
            Ok(engine) => Ok(Self { engine, cluster }),
            Err(error) => {
                stop(cluster).await?;
                Err(error)
            }
        }
    }

    /// Closes connections, and stops the cluster if it is ours.
    pub async fn close(self) -> Result<(), Failure> {
        self.engine.db.close().await;
        stop(self.cluster).await
    }
}

/// An engine on the newest schema.
async fn engine_on(config: &Config, cluster: Option<&Cluster>) -> Result<Engine, Failure> {
    let options = match (cluster, &config.database) {
        (Some(cluster), _) => cluster.options(),
        (None, Some(options)) => options.clone(),
        (None, None) => return Err("no database is configured".into()),
    };
    let keys = match &config.secret {
        Some(secret) => Keys::from_secret(secret)?,
        None => keys_of(&config.data)?,
    };
    let mut engine = Engine::new(Db::new(options), std::sync::Arc::new(SystemClock), keys, &config.public_url);
    engine.dns = config.dns.map(Dns::at).unwrap_or_default();
    engine.fetch.allows_private = config.allows_private_targets;
    if let Err(error) = engine.db.migrate().await {
        engine.db.close().await;
        return Err(error.into());
    }
    Ok(engine)
}

/// The keys of the data folder. Several processes may start in a new folder at once: one makes the key file while the
/// others wait, for a key that another has overwritten would seal what nobody can open again.
fn keys_of(data: &Path) -> Result<Keys, Failure> {
    let folder = File::open(data)?;
    if let Err(error) = folder.lock() {
        tracing::warn!(%error, "the data folder cannot be locked: start one process first");
    }
    Ok(Keys::from_file(&data.join("secret.key"))?)
}

/// Stops the cluster if there is one of ours.
async fn stop(cluster: Option<Cluster>) -> Result<(), Failure> {
    match cluster {
        Some(cluster) => Ok(cluster.stop().await?),
        None => Ok(()),
    }
}

fn settings(config: &Config) -> Settings {
    Settings { data: config.data.clone(), bin: config.pg_bin.clone(), privilege: None, durability: Durability::Durable }
}

/// Makes the data folder, readable by its owner only, for it holds the key. (A cluster of ours makes it for itself, so
/// that it can let PostgreSQL's user in.)
fn no_cluster(config: &Config) -> Result<Option<Cluster>, Failure> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data);
    made.map_err(|error| format!("cannot make the data folder {}: {error}", config.data.display()))?;
    Ok(None)
}
