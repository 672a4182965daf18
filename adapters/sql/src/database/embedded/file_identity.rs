//! Where the embedded engine's files are, and whether they are still there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::database::{DatabaseError, Result};

/// The database file and its write-ahead log. `SQLite` keeps writing into files that no longer have a name, and does
/// not say so: what it acknowledges then is lost when the process ends.
///
/// Both files stay the same for as long as the process runs, because one connection or another stays open.
#[derive(Debug)]
pub(super) struct FileIdentity([(PathBuf, Identity); 2]);

/// Device and inode.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|_| (0, 0))
}

impl FileIdentity {
    /// Of files that a connection has open.
    pub(super) fn of(file: &Path) -> Result<Self> {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let seen = |path: PathBuf| match identity(&path) {
            Ok(identity) => Ok((path, identity)),
            Err(_) => Err(DatabaseError::Moved(path)),
        };
        Ok(Self([seen(file.to_owned())?, seen(log.into())?]))
    }

    /// Refuses where other files, or none, have these names now. Two looks into the kernel's cache of names, some
    /// microseconds: a commit takes a thousand times as long.
    pub(super) fn check(&self) -> Result<()> {
        for (path, before) in &self.0 {
            if identity(path).ok().as_ref() != Some(before) {
                return Err(DatabaseError::Moved(path.clone()));
            }
        }
        Ok(())
    }
}
