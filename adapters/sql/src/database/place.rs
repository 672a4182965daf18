//! Where the embedded engine's files are, and whether they are still there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{DatabaseError, Result};

/// The database file and its write-ahead log. `SQLite` goes on writing into files that nobody finds any more, and does
/// not say so: what it acknowledges then is lost when the process ends.
#[derive(Debug)]
pub(super) struct Place {
    file: PathBuf,
    log: PathBuf,
    opened: Mutex<Opened>,
}

/// Device and inode of each file, once it was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Opened {
    file: Option<(u64, u64)>,
    log: Option<(u64, u64)>,
}

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::metadata(path).map(|_| (0, 0))
}

impl Place {
    pub(super) fn new(file: &Path) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self { file: file.to_owned(), log: log.into(), opened: Mutex::default() }
    }

    /// Notes which files a new connection has opened. The database file stays the same for as long as the process runs;
    /// the log is made anew when no connection was left.
    pub(super) fn note(&self) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.file = opened.file.or_else(|| identity(&self.file).ok());
        opened.log = identity(&self.log).ok();
    }

    fn opened(&self) -> Opened {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses where other files, or none, have these names now. Two looks into the kernel's cache of names, some
    /// microseconds: a commit takes a thousand times as long.
    pub(super) fn check(&self) -> Result<()> {
        let mut opened = self.opened();
        if opened.log.is_none() {
            // A new database has its log from its first write on.
            self.note();
            opened = self.opened();
        }
        for (path, before) in [(&self.file, opened.file), (&self.log, opened.log)] {
            let Some(before) = before else { continue };
            if identity(path).ok() != Some(before) {
                return Err(DatabaseError::Moved(path.clone()));
            }
        }
        Ok(())
    }
}
