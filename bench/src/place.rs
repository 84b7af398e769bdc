//! Where a benchmark happens: a new durable cluster in a folder of its own, both gone at the end.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use engine::{
    Engine,
    db::Db,
    embedded::{Cluster, Durability, Settings},
    secrets::Keys,
};
use sqlx::PgPool;

use crate::{Result, clock::MovedClock, statements};

/// A running database with the newest schema, and an engine on it.
pub struct Place {
    /// The engine.
    pub engine: Engine,
    /// Its clock: the machine's, until it is moved.
    pub clock: Arc<MovedClock>,
    cluster: Cluster,
    _folders: Folders,
}

impl Place {
    /// Makes the cluster in a new folder below `parent`; one that counts statements if it is asked for that.
    pub async fn open(parent: PathBuf, counts_statements: bool) -> Result<Self> {
        let data = parent.join(format!("carillon-bench-{}", std::process::id()));
        if data.exists() {
            return Err(format!("{} is there already", data.display()).into());
        }
        let mut folders = Folders(vec![data.clone()]);
        println!("a durable cluster in {}", data.display());
        let mut cluster = Cluster::serve(settings(&data)).await?;
        if counts_statements {
            cluster = statements::count(cluster, settings(&data)).await?;
        }
        let keys = Keys::from_secret("a secret of no worth, for benchmarks")?;
        let clock = Arc::new(MovedClock::default());
        let engine = Engine::new(Db::new(cluster.options()), clock.clone(), keys, "https://carillon.example");
        let inside: String = sqlx::query_scalar("show data_directory").fetch_one(engine.db.owner()).await?;
        // Where PostgreSQL must run as another user, its files may be elsewhere: `<its own folder>/postgres`.
        folders.0.extend(Path::new(&inside).parent().map(Path::to_owned));
        engine.db.migrate().await?;
        Ok(Self { engine, clock, cluster, _folders: folders })
    }

    /// Connections as the owner, whom row-level security does not bind.
    pub fn owner(&self) -> &PgPool {
        self.engine.db.owner()
    }

    /// Writes all that waits to be written, so that what comes next does not pay for what was before.
    pub async fn settle(&self) -> Result {
        sqlx::query("checkpoint").execute(self.owner()).await?;
        Ok(())
    }

    /// Stops the cluster and removes its folder.
    pub async fn close(self) -> Result {
        self.engine.db.close().await;
        Ok(self.cluster.stop().await?)
    }
}

fn settings(data: &Path) -> Settings {
    Settings { data: data.to_owned(), bin: None, privilege: None, durability: Durability::Durable }
}

/// Folders that are removed when nobody needs them any more, also after a failure.
struct Folders(Vec<PathBuf>);

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in &self.0 {
            // The second is mostly the first; what cannot be removed is the operator's to look at.
            let _ = fs::remove_dir_all(folder);
        }
    }
}
