//! The data directory: what is in it is for Usher's user alone, and one process at a time brings it up to date.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be read or written.
    #[error("the data directory, {path}: {cause}")]
    Unusable {
        /// What in it.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Others on this machine can read it, and that cannot be mended.
    #[error("{0} is open to others, and Usher's user may not change that; `chmod go= {0}` as its owner")]
    Exposed(PathBuf),
    /// It is another user's.
    #[error(
        "{path} belongs to user {owner}, and Usher runs as user {user}: run it as its owner, or name a directory of its \
         own as data_dir"
    )]
    Foreign {
        /// What in it.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who runs Usher.
        user: u32,
    },
    /// Another process does not come to an end with it.
    #[error("another process has been starting or migrating in {0} for a minute; see `fuser {0}`")]
    Taken(PathBuf),
}

/// The database, and what else is Usher's own.
const OWN: [&str; 6] = ["usher.db", "usher.db-wal", "usher.db-shm", "avatars", "secrets.toml", "usher.lock"];

/// What a file system or a killed first start may leave beside it.
const HARMLESS: [&str; 2] = ["lost+found", ".tmp"];

/// Creates the directory if it is missing, and removes other users' permissions.
pub(crate) fn make_private(dir: &Path) -> Result<(), DataDirError> {
    if !dir.is_dir() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        return builder.create(dir).map_err(|cause| unusable(dir, cause));
    }
    // A directory that holds other things, too, is not Usher's to close; what is Usher's in it is.
    if is_own(dir).map_err(|cause| unusable(dir, cause))? {
        close(dir)?;
    }
    // Secrets that others can read are refused where they are read: they may be known by now.
    for name in OWN.into_iter().filter(|name| *name != "secrets.toml") {
        let path = dir.join(name);
        if path.exists() {
            close(&path)?;
        }
    }
    Ok(())
}

fn unusable(path: &Path, cause: io::Error) -> DataDirError {
    DataDirError::Unusable { path: path.to_owned(), cause }
}

fn is_own(dir: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if !OWN.contains(&name.as_ref()) && !HARMLESS.iter().any(|harmless| name.starts_with(harmless)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes the rights of others away.
#[cfg(unix)]
fn close(path: &Path) -> Result<(), DataDirError> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    const OTHERS: u32 = 0o077;
    const STICKY: u32 = 0o1000;
    let found = fs::metadata(path).map_err(|cause| unusable(path, cause))?;
    let (owner, user) = (found.uid(), rustix::process::geteuid().as_raw());
    // The superuser looks after the directories of others.
    if owner != user && user != 0 {
        return Err(DataDirError::Foreign { path: path.to_owned(), owner, user });
    }
    let mode = found.mode() & 0o7777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    let closed = fs::Permissions::from_mode(mode & !OTHERS);
    // The sticky bit says that a directory is shared by all users, as /tmp is.
    if mode & STICKY != 0 || fs::set_permissions(path, closed).is_err() {
        return Err(DataDirError::Exposed(path.to_owned()));
    }
    tracing::warn!(path = %path.display(), "removed the permissions of other users: this is for Usher alone");
    Ok(())
}

#[cfg(not(unix))]
fn close(_: &Path) -> Result<(), DataDirError> {
    Ok(())
}

/// How long a process waits for another one that starts or migrates.
const LONGEST: Duration = Duration::from_mins(1);

/// The right to make and to migrate the database, until it is dropped or the process ends. A server does not keep it
/// while it serves.
pub(crate) async fn alone(dir: &Path) -> Result<File, DataDirError> {
    let path = dir.join("usher.lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(|cause| unusable(&path, cause))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(cause)) => return Err(unusable(&path, cause)),
            Err(TryLockError::WouldBlock) if begun.elapsed() > LONGEST => {
                return Err(DataDirError::Taken(path));
            }
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// What is made from now on is for this user alone, whatever the shell or the service manager said.
pub(crate) fn keep_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_open_to_others_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("usher.db");
        fs::write(&database, "").unwrap();
        set(&database, 0o644);
        set(dir.path(), 0o2775);
        make_private(dir.path()).unwrap();
        assert_eq!((mode(dir.path()), mode(&database)), (0o2700, 0o600));
    }

    #[test]
    fn of_a_directory_with_others_things_only_usher_s_are_closed() {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("usher.db");
        for file in [&database, &dir.path().join("index.html")] {
            fs::write(file, "").unwrap();
            set(file, 0o644);
        }
        set(dir.path(), 0o755);
        make_private(dir.path()).unwrap();
        assert_eq!((mode(dir.path()), mode(&database)), (0o755, 0o600));
        assert_eq!(mode(&dir.path().join("index.html")), 0o644);
    }

    #[test]
    fn a_directory_shared_by_all_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        set(dir.path(), 0o1777);
        assert!(matches!(make_private(dir.path()), Err(DataDirError::Exposed(_))));
    }

    #[tokio::test]
    async fn one_is_alone_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = alone(dir.path()).await.unwrap();
        let second = tokio::time::timeout(Duration::from_millis(200), alone(dir.path())).await;
        assert!(second.is_err(), "it did not wait");
        drop(first);
        alone(dir.path()).await.unwrap();
    }
}
