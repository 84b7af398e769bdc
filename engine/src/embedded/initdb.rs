//! Makes a new cluster. It grows in `postgres.new` and gets its name when it is whole, so that a first start that was
//! killed leaves nothing that looks like a cluster.

use std::{fs, io::ErrorKind};

use super::{
    Durability,
    binaries::Programs,
    error::{Doing, EmbeddedError},
    folder::{self, Folders},
    privilege::Identity,
    process,
};

/// Makes the cluster of these folders.
pub(super) async fn make(
    programs: &Programs,
    identity: Identity,
    folders: &Folders,
    durability: Durability,
) -> Result<(), EmbeddedError> {
    let unfinished = folders.unfinished();
    // The killed server's initdb may still be writing.
    process::end_leftovers(|process| process.is_of(&unfinished)).await?;
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).doing("remove", unfinished.display());
        }
        _ => folder::make(&unfinished)?,
    };
    identity.take_over(&unfinished)?;
    run(programs, identity, folders, durability).await?;
    fs::rename(&unfinished, folders.cluster()).doing("give its name to", unfinished.display())?;
    folders.sync()
}

async fn run(
    programs: &Programs,
    identity: Identity,
    folders: &Folders,
    durability: Durability,
) -> Result<(), EmbeddedError> {
    let mut initdb = identity.command(programs.initdb());
    // Whoever can reach the socket's folder is trusted.
    initdb.args(["--username=carillon", "--auth=trust", "--no-instructions"]);
    initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
    initdb.arg("-D").arg(folders.unfinished());
    if durability == Durability::ForTests {
        initdb.arg("--no-sync");
    }
    let program = programs.initdb();
    let output = initdb.kill_on_drop(true).output().await;
    let output = output.doing("run", program.display())?;
    if output.status.success() {
        return Ok(());
    }
    let mut log = String::from_utf8_lossy(&output.stdout).into_owned();
    log.push_str(&String::from_utf8_lossy(&output.stderr));
    Err(EmbeddedError::InitFailed { log })
}
