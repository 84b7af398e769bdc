//! Which database: the one of `DATABASE_URL`, or the embedded PostgreSQL of the data folder (DESIGN 3).

use std::{error::Error, fs, os::unix::fs::DirBuilderExt};

use engine::{
    Engine,
    clock::SystemClock,
    db::Db,
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
        make_data_folder(config)?;
        let cluster = match config.database {
            Some(_) => None,
            None => Some(Cluster::serve(settings(config)).await?),
        };
        Self::open(config, cluster).await
    }

    /// For other commands: the cluster that a server keeps running, or one for the time of the command.
    pub async fn join(config: &Config) -> Result<Self, Failure> {
        make_data_folder(config)?;
        let cluster = match config.database {
            Some(_) => None,
            None => Some(Cluster::join(settings(config)).await?),
        };
        Self::open(config, cluster).await
    }

    async fn open(config: &Config, cluster: Option<Cluster>) -> Result<Self, Failure> {
        let options = match (&cluster, &config.database) {
            (Some(cluster), _) => cluster.options(),
            (None, Some(options)) => options.clone(),
            (None, None) => return Err("no database is configured".into()),
        };
        let keys = match &config.secret {
            Some(secret) => Keys::from_secret(secret)?,
            None => Keys::from_file(&config.data.join("secret.key"))?,
        };
        let engine = Engine::new(Db::new(options), std::sync::Arc::new(SystemClock), keys, &config.public_url);
        let database = Self { engine, cluster };
        match database.engine.db.migrate().await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await?;
                Err(error.into())
            }
        }
    }

    /// Closes connections, and stops the cluster if it is ours.
    pub async fn close(self) -> Result<(), Failure> {
        self.engine.db.close().await;
        match self.cluster {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }
}

fn settings(config: &Config) -> Settings {
    Settings { data: config.data.clone(), bin: config.pg_bin.clone(), privilege: None, durability: Durability::Durable }
}

/// The data folder, readable by its owner only: it holds the key.
fn make_data_folder(config: &Config) -> Result<(), Failure> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data);
    made.map_err(|error| format!("cannot make the data folder {}: {error}", config.data.display()).into())
}
