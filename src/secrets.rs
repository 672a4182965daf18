//! The data directory, and the secrets that the first start puts into it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use usher_domain::SetUpCode;

use crate::config::{Config, Secret};
use crate::data_dir::{DataDirError, make_private};
use crate::system::random;

const FILE: &str = "secrets.toml";

/// Why there are no secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The file cannot be used.
    #[error("the data directory {path}: {cause}")]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The file is not what the first start wrote.
    #[error("{0} is not readable as what the first start wrote: {1}")]
    Unreadable(PathBuf, String),
    /// Others on this machine could read the file.
    #[error("{0} can be read by others; `chmod 600` it, and replace its secrets if that has happened")]
    Exposed(PathBuf),
    /// The installation had secrets, and they are gone.
    #[error(
        "{0} is missing, and there is a database beside it: with new secrets no client's signature and no token would be \
         good any more. Restore the file from your backup, or set signing.salts and tokens.key as they were. To go on \
         with new secrets, set them to new ones"
    )]
    Missing(PathBuf),
}

/// What must not be known: configured, or else made at the first start and kept in the data directory.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Salts shared with the clients, the current one first.
    pub salts: Vec<Secret>,
    /// Signs session tokens.
    pub token_key: Secret,
    /// Signed them before.
    pub previous_token_key: Option<Secret>,
    /// Encrypts second factors.
    pub factor_key: Secret,
    /// Encrypted them before, or may have.
    pub older_factor_keys: Vec<Secret>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    salt: String,
    token_key: String,
    /// Older releases made none.
    #[serde(default)]
    encryption_key: String,
}

impl Secrets {
    /// The configured secrets, and for those that are not configured the kept ones; made when there are none yet. Where
    /// all are configured the data directory is not touched: there may be none.
    ///
    /// # Errors
    /// When the data directory is needed and cannot be used.
    pub fn load(config: &Config) -> Result<Self, SecretsError> {
        let (mut salts, mut token_key) = (config.signing.salts.clone(), config.tokens.key.clone());
        let mut file_key = None;
        // A file that is there is read even so: what it encrypted must stay readable.
        if salts.is_empty() || token_key.is_empty() || config.data_dir.join(FILE).exists() {
            make_private(&config.data_dir)?;
            let kept = kept(&config.data_dir)?;
            if salts.is_empty() {
                salts.push(Secret::new(kept.salt));
            }
            if token_key.is_empty() {
                token_key = Secret::new(kept.token_key);
            }
            file_key = Some(Secret::new(kept.encryption_key));
        }
        let previous_token_key = Some(config.tokens.previous_key.clone()).filter(|key| !key.is_empty());
        // Those that may be the current one, in this order, and then those that were.
        let mut factor_keys = std::iter::once(config.admin.encryption_key.clone())
            .chain(file_key)
            .chain([token_key.clone(), config.admin.previous_encryption_key.clone()])
            .chain(previous_token_key.clone())
            .filter(|key| !key.is_empty());
        // The token key is not empty, so there is one.
        let factor_key = factor_keys.next().unwrap_or_default();
        let older_factor_keys = factor_keys.collect();
        Ok(Self { salts, token_key, previous_token_key, factor_key, older_factor_keys })
    }

    /// What the link holds by which the first administrator is made. Made of the token key, so that it is the same on
    /// all nodes and after a restart, and nothing of the key can be learnt from it.
    pub fn set_up_code(&self) -> SetUpCode {
        let digest = Sha256::new()
            .chain_update(b"the set-up of the first administrator")
            .chain_update(self.token_key.expose())
            .finalize();
        SetUpCode::new(hex::encode(&digest[..16]))
    }
}

fn kept(dir: &Path) -> Result<Kept, SecretsError> {
    let path = dir.join(FILE);
    let failed = |cause| SecretsError::Directory { path: path.clone(), cause };
    if !path.exists() {
        refuse_orphan(dir, &path)?;
        make(dir, &path).map_err(failed)?;
    }
    refuse_exposed(&path)?;
    let kept = read(&path)?;
    if kept.encryption_key.is_empty() { complete(dir, &path) } else { Ok(kept) }
}

fn read(path: &Path) -> Result<Kept, SecretsError> {
    let failed = |cause| SecretsError::Directory { path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map_err(failed)?;
    toml::from_str(&text)
        .map_err(|error| SecretsError::Unreadable(path.to_owned(), error.message().to_owned()))
}

/// Adds the secret that an older release did not make. Of several processes one does it, and the others read what it
/// wrote: who waited for the lock of a file that was replaced meanwhile finds the new one in its place.
fn complete(dir: &Path, path: &Path) -> Result<Kept, SecretsError> {
    let failed = |cause| SecretsError::Directory { path: path.to_owned(), cause };
    let lock = fs::File::open(path).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut kept = read(path)?;
    if kept.encryption_key.is_empty() {
        kept.encryption_key = hex::encode(random::<32>());
        let file = written(dir, &kept).map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        tracing::info!(file = %path.display(), "made a new secret: a key for administrators' second factors");
    }
    Ok(kept)
}

fn written(dir: &Path, kept: &Kept) -> io::Result<tempfile::NamedTempFile> {
    let text = toml::to_string(kept).map_err(io::Error::other)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A first start makes the secrets before the database, so a database without them has lost them.
fn refuse_orphan(dir: &Path, path: &Path) -> Result<(), SecretsError> {
    if dir.join("usher.db").exists() { Err(SecretsError::Missing(path.to_owned())) } else { Ok(()) }
}

/// Writes new secrets beside the file and then puts them in its place, unless another process was quicker: the file is
/// never seen half written, and no existing secrets are overwritten.
fn make(dir: &Path, path: &Path) -> io::Result<()> {
    let kept = Kept {
        salt: hex::encode(random::<16>()),
        token_key: hex::encode(random::<32>()),
        encryption_key: hex::encode(random::<32>()),
    };
    let file = written(dir, &kept)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            // The name, too, outlives a power cut.
            File::open(dir)?.sync_all()?;
            tracing::info!(file = %path.display(), "made new secrets: a client salt and two keys");
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.error),
    }
    Ok(())
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |cause| SecretsError::Directory { path: path.to_owned(), cause };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    let others = 0o077;
    if mode & others == 0 { Ok(()) } else { Err(SecretsError::Exposed(path.to_owned())) }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), SecretsError> {
    Ok(())
}

#[cfg(test)]
mod tests;
