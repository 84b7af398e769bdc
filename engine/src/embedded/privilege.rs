//! As whom PostgreSQL runs, for it refuses root: as ourselves, in a user namespace where root is nobody, or as another
//! user. A cluster that exists is run by its owner, so that a command started by root fits a server started by a user.

use std::{
    ffi::OsStr,
    os::unix::fs::{MetadataExt, lchown},
    path::Path,
    process::Stdio,
};

use nix::unistd::{User, getegid, geteuid};
use tokio::process::Command;

use super::{
    Privilege,
    error::{Doing, EmbeddedError},
};

/// The owner of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// User number.
    pub(super) uid: u32,
    /// Group number.
    pub(super) gid: u32,
}

/// How programs of PostgreSQL are started.
#[derive(Clone, Copy, Debug)]
pub(super) enum Identity {
    /// As ourselves.
    AsIs,
    /// Root, through `unshare -U`.
    Namespace,
    /// Root, as that user.
    User(Owner),
}

impl Identity {
    /// What was asked for, else what the owner of the existing cluster and this machine allow.
    pub(super) async fn decide(asked: Option<Privilege>, cluster: Option<Owner>) -> Result<Self, EmbeddedError> {
        match (asked, cluster) {
            (Some(Privilege::AsIs), _) => Ok(Self::AsIs),
            (Some(Privilege::UserNamespace), _) => Ok(Self::Namespace),
            (Some(Privilege::PostgresUser), _) => postgres_user(),
            (None, _) if !geteuid().is_root() => Ok(Self::AsIs),
            (None, Some(owner)) if owner.uid != 0 => Ok(Self::User(owner)),
            (None, _) if is_unshare_allowed().await => Ok(Self::Namespace),
            (None, _) => postgres_user(),
        }
    }

    /// Whose the files are.
    pub(super) fn owner(self) -> Owner {
        match self {
            Self::AsIs | Self::Namespace => ourselves(),
            Self::User(owner) => owner,
        }
    }

    /// A command run by this identity, apart from our terminal and our environment's language.
    pub(super) fn command(self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self {
            Self::AsIs => Command::new(program),
            Self::User(owner) => {
                let mut command = Command::new(program);
                command.uid(owner.uid).gid(owner.gid);
                command
            }
            Self::Namespace => {
                let mut command = Command::new("unshare");
                command.args(["-U", "--"]).arg(program);
                command
            }
        };
        // Its own process group: Ctrl-C in a terminal is for us, who then stop it in order.
        command.process_group(0).stdin(Stdio::null());
        command.current_dir("/").env("LC_ALL", "C.UTF-8");
        command
    }

    /// Whether this identity can go into `folder`; asked of the system, which knows more than modes.
    pub(super) async fn reaches(self, folder: &Path) -> bool {
        let mut test = self.command("test");
        test.arg("-x").arg(folder);
        test.status().await.is_ok_and(|status| status.success())
    }

    /// Makes it the owner of the folder and all in it, if it is not.
    pub(super) fn take_over(self, folder: &Path) -> Result<(), EmbeddedError> {
        let owner = self.owner();
        if owner_of(folder).is_some_and(|found| found.uid == owner.uid) {
            return Ok(());
        }
        give(folder, owner).doing("change the owner of", folder.display())
    }
}

/// Who owns the file, if it is there.
pub(super) fn owner_of(path: &Path) -> Option<Owner> {
    let metadata = path.symlink_metadata().ok()?;
    Some(Owner { uid: metadata.uid(), gid: metadata.gid() })
}

/// This process's user.
pub(super) fn ourselves() -> Owner {
    Owner { uid: geteuid().as_raw(), gid: getegid().as_raw() }
}

async fn is_unshare_allowed() -> bool {
    let mut probe = Identity::Namespace.command("true");
    probe.stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().await.is_ok_and(|status| status.success())
}

fn postgres_user() -> Result<Identity, EmbeddedError> {
    let user = User::from_name("postgres").doing("look up", "user postgres")?;
    let user = user.ok_or(EmbeddedError::NoOrdinaryUser)?;
    Ok(Identity::User(Owner { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
}

/// Gives a tree away, its top last, so that an interrupted gift is seen and done again.
fn give(path: &Path, owner: Owner) -> std::io::Result<()> {
    if path.symlink_metadata()?.is_dir() {
        for entry in path.read_dir()? {
            give(&entry?.path(), owner)?;
        }
    }
    lchown(path, Some(owner.uid), Some(owner.gid))
}
