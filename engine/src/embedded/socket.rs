//! The folder of the unix socket. A socket's path may have 107 bytes at most and a data folder's is often longer, so the
//! socket is in the user's runtime folder or in `/tmp`. Whoever can reach it is master of the database (it trusts all),
//! so the folder must be a real one, of the right user, and closed to others; one that somebody laid for us is refused.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, lchown},
    path::{Path, PathBuf},
};

use super::{
    error::{Doing, EmbeddedError},
    folder::make,
    privilege::{Identity, Owner, ourselves},
};

/// The port is only a part of the socket's name.
pub(super) const PORT: u16 = 5432;
const LONGEST: usize = 107;
const SOCKET: &str = ".s.PGSQL.5432";

/// The folder for the socket of the cluster with this mark. `runtime` is `XDG_RUNTIME_DIR`, which fits only ourselves.
pub(super) fn folder(mark: &str, identity: Identity, runtime: Option<&OsStr>) -> PathBuf {
    let owner = identity.owner();
    let name = format!("carillon-{}-{mark}", owner.uid);
    let own = runtime
        .map(Path::new)
        .filter(|folder| is_ours(folder) && matches!(identity, Identity::AsIs))
        .map(|folder| folder.join(&name))
        .filter(|folder| folder.join(SOCKET).as_os_str().len() <= LONGEST);
    own.unwrap_or_else(|| Path::new("/tmp").join(name))
}

/// Makes the folder if it is missing, and checks it.
pub(super) fn prepare(folder: &Path, owner: Owner) -> Result<(), EmbeddedError> {
    make(folder)?;
    if is_private(folder, ourselves()) && owner != ourselves() {
        lchown(folder, Some(owner.uid), Some(owner.gid)).doing("change the owner of", folder.display())?;
    }
    check(folder, owner)
}

/// Refuses a folder that is not the owner's alone.
pub(super) fn check(folder: &Path, owner: Owner) -> Result<(), EmbeddedError> {
    if is_private(folder, owner) {
        return Ok(());
    }
    Err(EmbeddedError::SocketFolder { folder: folder.to_owned(), uid: owner.uid })
}

/// Removes what a killed postmaster left; its lock file would hold up the next one if its number were in use again.
pub(super) fn clear(folder: &Path) {
    for name in [SOCKET.to_owned(), format!("{SOCKET}.lock")] {
        // Mostly it is not there; if it cannot be removed, PostgreSQL will say so.
        let _ = fs::remove_file(folder.join(name));
    }
}

/// Removes the folder when the server has ended.
pub(super) fn remove(folder: &Path) {
    // If there is something in it, a server after all, it stays.
    let _ = fs::remove_dir(folder);
}

fn is_private(folder: &Path, owner: Owner) -> bool {
    folder
        .symlink_metadata()
        .is_ok_and(|found| found.is_dir() && found.uid() == owner.uid && found.permissions().mode() & 0o777 == 0o700)
}

fn is_ours(folder: &Path) -> bool {
    is_private(folder, ourselves())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let unique = format!("carillon-socket-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(unique);
        make(&folder).expect("a scratch folder");
        folder
    }

    #[test]
    fn the_runtime_folder_is_used_while_it_is_short_enough() {
        let runtime = scratch("runtime");
        let long = runtime.join("x".repeat(80));
        make(&long).expect("a long folder");
        let short = folder("mark", Identity::AsIs, Some(runtime.as_os_str()));
        let fallback = folder("mark", Identity::AsIs, Some(long.as_os_str()));
        let absent = folder("mark", Identity::AsIs, Some(OsStr::new("/nowhere")));
        fs::remove_dir_all(&runtime).expect("removal");
        assert!(short.starts_with(&runtime), "{short:?}");
        assert_eq!(fallback, absent);
        assert!(fallback.starts_with("/tmp"), "{fallback:?}");
        assert!(fallback.join(SOCKET).as_os_str().len() <= LONGEST);
    }

    #[test]
    fn a_folder_that_is_open_or_a_link_is_refused() {
        let parent = scratch("refused");
        let (open, link) = (parent.join("open"), parent.join("link"));
        make(&open).expect("a folder");
        symlink(&open, &link).expect("a link");
        assert!(prepare(&open, ourselves()).is_ok());
        assert!(prepare(&link, ourselves()).is_err());
        fs::set_permissions(&open, fs::Permissions::from_mode(0o750)).expect("a mode");
        assert!(prepare(&open, ourselves()).is_err());
        fs::remove_dir_all(&parent).expect("removal");
    }
}
