//! Finds PostgreSQL's server programs: the folder of the settings, else the one `pg_config` names, else the newest that
//! Debian's packages installed. Version 15 or later, and the major version that made the cluster.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::error::EmbeddedError;

const OLDEST: u32 = 15;
const INSTALLED: &str = "/usr/lib/postgresql";

/// The programs in one folder.
#[derive(Debug)]
pub(super) struct Programs {
    bin: PathBuf,
    major: u32,
}

impl Programs {
    /// Finds the programs fit for a cluster of version `cluster` (`None`: it is still to be made).
    pub(super) async fn find(bin: Option<&Path>, folder: &Path, cluster: Option<u32>) -> Result<Self, EmbeddedError> {
        let found = match bin {
            Some(bin) => vec![named(bin).await?],
            None => installed().await,
        };
        let fits = |programs: &Self| cluster.is_none_or(|version| version == programs.major);
        let (mut fit, mut unfit): (Vec<Self>, Vec<Self>) = found.into_iter().partition(fits);
        if fit.is_empty() {
            return Err(match (unfit.pop(), cluster) {
                (Some(programs), Some(cluster)) => programs.of_another_version(folder, cluster),
                _ => EmbeddedError::NoPrograms,
            });
        }
        let programs = fit.swap_remove(0);
        if programs.major < OLDEST {
            return Err(EmbeddedError::TooOld { major: programs.major, bin: programs.bin });
        }
        Ok(programs)
    }

    /// The server.
    pub(super) fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }

    /// The maker of clusters.
    pub(super) fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    fn of_another_version(self, folder: &Path, cluster: u32) -> EmbeddedError {
        EmbeddedError::OtherVersion { folder: folder.to_owned(), cluster, bin: self.bin, programs: self.major }
    }

    /// The programs in `bin`, if they are there and say their version.
    async fn of(bin: &Path) -> Option<Self> {
        let bin = bin.canonicalize().ok()?;
        if !bin.join("initdb").is_file() {
            return None;
        }
        let said = output(&bin.join("postgres"), "--version").await?;
        let major = major_of(&said)?;
        Some(Self { bin, major })
    }
}

async fn named(bin: &Path) -> Result<Programs, EmbeddedError> {
    Programs::of(bin).await.ok_or_else(|| EmbeddedError::NotPrograms(bin.to_owned()))
}

/// All installed programs, the preferred first.
async fn installed() -> Vec<Programs> {
    let mut found = Vec::new();
    if let Some(bin) = output(Path::new("pg_config"), "--bindir").await {
        found.extend(Programs::of(Path::new(bin.trim())).await);
    }
    let mut packaged = Vec::new();
    let versions = Path::new(INSTALLED).read_dir().into_iter().flatten();
    for version in versions.flatten() {
        packaged.extend(Programs::of(&version.path().join("bin")).await);
    }
    packaged.sort_by_key(|programs| std::cmp::Reverse(programs.major));
    found.extend(packaged);
    found
}

async fn output(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// The major version in a text like `postgres (PostgreSQL) 15.14 (Debian 15.14-0)`, also of `17beta1`.
fn major_of(said: &str) -> Option<u32> {
    let version = said.split_whitespace().nth(2)?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_of;

    #[test]
    fn the_major_version_is_read_from_what_the_server_says() {
        for (said, major) in [
            ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", 15),
            ("postgres (PostgreSQL) 18beta2\n", 18),
            ("postgres (PostgreSQL) 9.6.24", 9),
        ] {
            assert_eq!(major_of(said), Some(major));
        }
        assert_eq!(major_of("something else"), None);
    }
}
