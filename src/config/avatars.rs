use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Secret;

/// Where pictures are kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AvatarsSection {
    /// A directory; empty for `avatars` in the data directory.
    pub directory: PathBuf,
    /// A bucket of a store that speaks S3; empty for none.
    pub bucket: String,
    /// Its server; empty for Amazon's.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// Who we are there.
    pub access_key: String,
    /// What proves it.
    pub secret_key: Secret,
}

impl AvatarsSection {
    pub(super) fn validate(&self) -> Result<(), String> {
        if self.bucket.is_empty() {
            return Ok(());
        }
        if self.access_key.is_empty() || self.secret_key.is_empty() {
            return Err("avatars.bucket needs avatars.access_key and avatars.secret_key".to_owned());
        }
        let readable = ["http://", "https://"].iter().any(|scheme| self.endpoint.starts_with(scheme));
        if !self.endpoint.is_empty() && !readable {
            return Err("avatars.endpoint begins with https:// or http://".to_owned());
        }
        Ok(())
    }
}
