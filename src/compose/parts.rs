//! Adapters that take more than a line to make from their section of the configuration.

use usher_crypto::{ArgonHasher, HashCost, InvalidCost};
use usher_files::{BucketOptions, FileAvatars, FilesError};

use crate::config::{Config, PasswordsSection};

pub(super) fn avatars(config: &Config) -> Result<FileAvatars, FilesError> {
    let section = &config.avatars;
    if !section.bucket.is_empty() {
        return FileAvatars::in_bucket(&BucketOptions {
            bucket: section.bucket.clone(),
            endpoint: section.endpoint.clone(),
            region: section.region.clone(),
            access_key: section.access_key.clone(),
            secret_key: section.secret_key.expose().to_owned(),
        });
    }
    let own = config.data_dir.join("avatars");
    let directory = if section.directory.as_os_str().is_empty() { &own } else { &section.directory };
    FileAvatars::in_directory(directory)
}

pub(super) fn hasher(section: &PasswordsSection) -> Result<ArgonHasher, InvalidCost> {
    let cost = HashCost { memory_kib: section.memory_kib, passes: section.passes, lanes: section.lanes };
    ArgonHasher::new(cost, section.at_once, section.waiting)
}
