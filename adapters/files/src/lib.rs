//! Pictures as files: on a disk, in a store that speaks S3, or, for tests, in memory.

mod picture;

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use tokio::sync::Semaphore;
use usher_domain::{AvatarName, AvatarSize, Timestamp};
use usher_ports::outbound::{AvatarStore, StoreAvatar, StoreError};

pub use picture::MOST_BYTES;
use picture::{Drawn, Unusable};

/// A store that speaks S3.
#[derive(Clone, Debug)]
pub struct BucketOptions {
    /// The bucket.
    pub bucket: String,
    /// Its server; empty for Amazon's.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// Who we are there.
    pub access_key: String,
    /// What proves it.
    pub secret_key: String,
}

/// Why there is nowhere to keep pictures.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FilesError(#[from] object_store::Error);

/// Pictures as files.
#[derive(Clone, Debug)]
pub struct FileAvatars {
    files: Arc<dyn ObjectStore>,
    /// Decoding takes the memory of all pixels, so few are decoded at once.
    decoding: Arc<Semaphore>,
}

/// How many pictures are decoded at once.
const AT_ONCE: usize = 2;

impl FileAvatars {
    fn new(files: impl ObjectStore) -> Self {
        Self { files: Arc::new(files), decoding: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// In a directory, which is made when the first picture is stored.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn in_directory(directory: &std::path::Path) -> Result<Self, FilesError> {
        let absolute = std::path::absolute(directory)
            .map_err(|error| object_store::Error::Generic { store: "directory", source: Box::new(error) })?;
        let prefix = Path::from_absolute_path(absolute).map_err(object_store::Error::from)?;
        Ok(Self::new(PrefixStore::new(LocalFileSystem::new(), prefix)))
    }

    /// In a bucket. Whether it is there is seen when it is used.
    ///
    /// # Errors
    /// When the options cannot be those of one.
    pub fn in_bucket(options: &BucketOptions) -> Result<Self, FilesError> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&options.bucket)
            .with_region(&options.region)
            .with_access_key_id(&options.access_key)
            .with_secret_access_key(&options.secret_key);
        if !options.endpoint.is_empty() {
            let plain = options.endpoint.starts_with("http://");
            builder = builder.with_endpoint(&options.endpoint).with_allow_http(plain);
        }
        Ok(Self::new(builder.build()?))
    }

    /// In the process.
    pub fn in_memory() -> Self {
        Self::new(InMemory::new())
    }

    /// Off the async threads.
    async fn draw(&self, picture: Vec<u8>) -> Result<Result<Drawn, Unusable>, StoreError> {
        let permit = Arc::clone(&self.decoding).acquire_owned().await.map_err(StoreError::new)?;
        let drawing = tokio::task::spawn_blocking(move || {
            let drawn = picture::draw(&picture);
            drop(permit);
            drawn
        });
        drawing.await.map_err(StoreError::new)
    }
}

fn path(name: &AvatarName, size: AvatarSize) -> Path {
    Path::from(name.file(size))
}

#[async_trait]
impl AvatarStore for FileAvatars {
    async fn store(&self, picture: Vec<u8>, random: [u8; 16]) -> Result<StoreAvatar, StoreError> {
        let drawn = match self.draw(picture).await? {
            Ok(drawn) => drawn,
            Err(Unusable::NotAPicture) => return Ok(StoreAvatar::NotAPicture),
            Err(Unusable::TooLarge) => return Ok(StoreAvatar::TooLarge),
        };
        let name = AvatarName::new(random, drawn.kind);
        for (size, bytes) in drawn.sizes {
            self.files.put(&path(&name, size), PutPayload::from(bytes)).await.map_err(StoreError::new)?;
        }
        Ok(StoreAvatar::Stored(name))
    }

    async fn find(&self, name: &AvatarName, size: AvatarSize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.files.get(&path(name, size)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(StoreError::new)?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(StoreError::new(error)),
        }
    }

    async fn delete(&self, name: &AvatarName) -> Result<(), StoreError> {
        for size in AvatarSize::ALL {
            match self.files.delete(&path(name, size)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(StoreError::new(error)),
            }
        }
        Ok(())
    }

    async fn stored_before(&self, moment: Timestamp) -> Result<Vec<AvatarName>, StoreError> {
        let files: Vec<_> = self.files.list(None).try_collect().await.map_err(StoreError::new)?;
        let old = files.iter().filter(|file| file.last_modified.timestamp_millis() < moment.as_millis());
        let names = old.filter_map(|file| AvatarName::parse(file.location.filename()?));
        Ok(names.filter(|(_, size)| *size == AvatarSize::Large).map(|(name, _)| name).collect())
    }
}
