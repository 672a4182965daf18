//! Backends for pictures.

use std::sync::Arc;

use tempfile::TempDir;
use usher_files::FileAvatars;
use usher_ports::outbound::AvatarStore;

use crate::support::bucket::Bucket;

pub(in crate::contracts) async fn avatars_in_memory() -> (Arc<dyn AvatarStore>, ()) {
    (Arc::new(FileAvatars::in_memory()), ())
}

pub(in crate::contracts) async fn avatars_in_a_directory() -> (Arc<dyn AvatarStore>, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let avatars = FileAvatars::in_directory(&directory.path().join("made later")).expect("a path");
    (Arc::new(avatars), directory)
}

pub(in crate::contracts) async fn avatars_in_a_bucket() -> (Arc<dyn AvatarStore>, Bucket) {
    let bucket = Bucket::open().await;
    (Arc::new(FileAvatars::in_bucket(&bucket.options).expect("a bucket")), bucket)
}
