//! Where things are. The cluster is `postgres` in the data folder. Only where PostgreSQL must run as another user who
//! cannot go there (say, below `/root`) it is `/var/lib/carillon/<mark>/postgres`; the mark is derived from the data
//! folder's path, so nothing need be remembered. It is logged, for backups and for whoever moves the data folder.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io::ErrorKind,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

use super::{
    error::{Doing, EmbeddedError},
    privilege::{Identity, Owner, owner_of},
};

const ELSEWHERE: &str = "/var/lib/carillon";

/// The folders of one instance.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    /// The data folder, absolute and without links.
    pub(super) data: PathBuf,
    /// What holds the cluster: the data folder, or one elsewhere.
    home: PathBuf,
    /// Whether we have just made the data folder.
    is_new: bool,
}

impl Folders {
    /// Opens the data folder, or makes it.
    pub(super) fn open(data: &Path) -> Result<Self, EmbeddedError> {
        let is_new = make(data)?;
        let data = data.canonicalize().doing("open", data.display())?;
        let mut folders = Self { home: data.clone(), data, is_new };
        folders.find_cluster();
        Ok(folders)
    }

    /// Looks where the cluster is, for somebody else may have made it since.
    pub(super) fn find_cluster(&mut self) {
        let elsewhere = self.elsewhere();
        if self.version().is_none() && elsewhere.join("postgres/PG_VERSION").exists() {
            self.home = elsewhere;
        }
    }

    /// A short word for this data folder, in names outside it.
    pub(super) fn mark(&self) -> String {
        let hash = digest(&SHA256, self.data.as_os_str().as_bytes());
        let hex = hash.as_ref()[..8].iter().map(|byte| format!("{byte:02x}"));
        hex.collect()
    }

    /// The cluster's folder, without links where it exists, as PostgreSQL itself will name it.
    pub(super) fn cluster(&self) -> PathBuf {
        let cluster = self.home.join("postgres");
        cluster.canonicalize().unwrap_or(cluster)
    }

    /// Where a cluster is made, to be renamed when it is whole.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.home.join("postgres.new")
    }

    /// PostgreSQL's log.
    pub(super) fn log(&self) -> PathBuf {
        self.data.join("postgres.log")
    }

    /// The major version that made the cluster; `None` if there is no cluster.
    pub(super) fn version(&self) -> Option<u32> {
        let text = fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?;
        text.trim().parse().ok()
    }

    /// The cluster's owner, if it is there.
    pub(super) fn owner(&self) -> Option<Owner> {
        owner_of(&self.cluster())
    }

    /// Sees to it that the identity can reach the cluster, for a new one by going elsewhere if it must.
    pub(super) async fn make_reachable(&mut self, identity: Identity) -> Result<(), EmbeddedError> {
        if self.is_new && matches!(identity, Identity::User(_)) {
            // Others may pass through a folder that we have made, without seeing what is in it.
            open_to_pass(&self.data)?;
        }
        if identity.reaches(&self.home).await {
            return Ok(());
        }
        if self.version().is_none() {
            self.home = self.elsewhere();
            fs::create_dir_all(&self.home).doing("make", self.home.display())?;
            open_to_pass(&self.home)?;
            tracing::info!(folder = %self.home.display(), "the database is kept outside the data folder");
            if identity.reaches(&self.home).await {
                return Ok(());
            }
        }
        Err(EmbeddedError::Unreachable { folder: self.home.clone(), uid: identity.owner().uid })
    }

    /// Makes the new names in the cluster's parent folder survive a power failure.
    pub(super) fn sync(&self) -> Result<(), EmbeddedError> {
        let sync = File::open(&self.home).and_then(|folder| folder.sync_all());
        sync.doing("flush", self.home.display())
    }

    fn elsewhere(&self) -> PathBuf {
        Path::new(ELSEWHERE).join(self.mark())
    }
}

/// Makes a folder for its owner only; says whether it was missing.
pub(super) fn make(folder: &Path) -> Result<bool, EmbeddedError> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).doing("make", parent.display())?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).doing("make", folder.display()),
    }
}

fn open_to_pass(folder: &Path) -> Result<(), EmbeddedError> {
    fs::set_permissions(folder, Permissions::from_mode(0o711)).doing("change the mode of", folder.display())
}
