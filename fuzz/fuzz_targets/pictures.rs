#![no_main]
//! Any file as a picture.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use usher_domain::AvatarSize;
use usher_files::FileAvatars;
use usher_ports::outbound::{AvatarStore, StoreAvatar};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).build().expect("a runtime"));
static AVATARS: LazyLock<FileAvatars> = LazyLock::new(FileAvatars::in_memory);

fuzz_target!(|file: &[u8]| {
    RUNTIME.block_on(async {
        match AVATARS.store(file.to_vec(), [7; 16]).await.expect("no failure of the store") {
            StoreAvatar::Stored(name) => {
                for size in AvatarSize::ALL {
                    assert!(AVATARS.find(&name, size).await.expect("an answer").is_some());
                }
                AVATARS.delete(&name).await.expect("an answer");
            }
            StoreAvatar::NotAPicture | StoreAvatar::TooLarge => {}
            StoreAvatar::Busy => panic!("the picture before this one kept its place"),
        }
    });
});
