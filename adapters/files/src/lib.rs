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
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use tokio::sync::Semaphore;
use usher_domain::{AvatarName, AvatarSize, InstallationId, Timestamp};
use usher_ports::outbound::{AvatarStore, StoreAvatar, StoreError};

pub use picture::MOST_BYTES;
use picture::{Renditions, Unusable};

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
    /// Decoding takes the memory of all pixels, so one picture is decoded at a time.
    decoding: Arc<Semaphore>,
    /// Pictures that are decoded or wait for it. What comes on top is refused, so that their files do not pile up.
    places: Arc<Semaphore>,
}

/// How many pictures are decoded at once, and how many are taken in.
const AT_ONCE: usize = 1;
const PLACES: usize = 4;

impl FileAvatars {
    fn new(files: impl ObjectStore) -> Self {
        Self {
            files: Arc::new(files),
            decoding: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(PLACES)),
        }
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

    /// Off the async threads. A caller that gives up leaves its picture to be decoded, which keeps its place until then.
    async fn draw(&self, picture: Vec<u8>) -> Result<Result<Renditions, Unusable>, StoreError> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return Ok(Err(Unusable::Busy)) };
        let turn = Arc::clone(&self.decoding).acquire_owned().await.map_err(StoreError::new)?;
        let drawing = tokio::task::spawn_blocking(move || {
            let drawn = picture::draw(&picture);
            drop((turn, place));
            drawn
        });
        match drawing.await {
            // A file that the decoder cannot read cannot be read at all.
            Err(error) if error.is_panic() => Ok(Err(Unusable::NotAPicture)),
            drawn => drawn.map_err(StoreError::new),
        }
    }
}

/// The object that says which installation the pictures belong to.
const MARK: &str = "installation";

fn path(name: &AvatarName, size: AvatarSize) -> Path {
    Path::from(name.file(size))
}

#[async_trait]
impl AvatarStore for FileAvatars {
    #[tracing::instrument(name = "files.avatars.store", level = "debug", skip_all)]
    async fn store(&self, picture: Vec<u8>, random: [u8; 16]) -> Result<StoreAvatar, StoreError> {
        let drawn = match self.draw(picture).await? {
            Ok(drawn) => drawn,
            Err(Unusable::NotAPicture) => return Ok(StoreAvatar::NotAPicture),
            Err(Unusable::TooLarge) => return Ok(StoreAvatar::TooLarge),
            Err(Unusable::Busy) => return Ok(StoreAvatar::Busy),
        };
        let name = AvatarName::new(random, drawn.kind);
        for (size, bytes) in drawn.sizes {
            self.files.put(&path(&name, size), PutPayload::from(bytes)).await.map_err(StoreError::new)?;
        }
        Ok(StoreAvatar::Stored(name))
    }

    #[tracing::instrument(name = "files.avatars.find", level = "debug", skip_all)]
    async fn find(&self, name: &AvatarName, size: AvatarSize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.files.get(&path(name, size)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(StoreError::new)?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(StoreError::new(error)),
        }
    }

    #[tracing::instrument(name = "files.avatars.delete", level = "debug", skip_all)]
    async fn delete(&self, name: &AvatarName) -> Result<(), StoreError> {
        for size in AvatarSize::ALL {
            match self.files.delete(&path(name, size)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(StoreError::new(error)),
            }
        }
        Ok(())
    }

    #[tracing::instrument(name = "files.avatars.stored_before", level = "debug", skip_all)]
    async fn stored_before(&self, before: Timestamp) -> Result<Vec<AvatarName>, StoreError> {
        let files: Vec<_> = self.files.list(None).try_collect().await.map_err(StoreError::new)?;
        let old = files.iter().filter(|file| file.last_modified.timestamp_millis() < before.as_millis());
        let names = old.filter_map(|file| AvatarName::parse(file.location.filename()?));
        Ok(names.filter(|(_, size)| *size == AvatarSize::Large).map(|(name, _)| name).collect())
    }

    #[tracing::instrument(name = "files.avatars.owner", level = "debug", skip_all)]
    async fn owner(&self) -> Result<Option<InstallationId>, StoreError> {
        let mark = match self.files.get(&Path::from(MARK)).await {
            Ok(found) => found.bytes().await.map_err(StoreError::new)?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(StoreError::new(error)),
        };
        let owner = std::str::from_utf8(&mark).ok().and_then(InstallationId::parse);
        owner
            .map(Some)
            .ok_or_else(|| StoreError::new("the object `installation` beside the pictures holds no id"))
    }

    #[tracing::instrument(name = "files.avatars.claim", level = "debug", skip_all)]
    async fn claim(&self, installation: InstallationId) -> Result<InstallationId, StoreError> {
        if let Some(owner) = self.owner().await? {
            return Ok(owner);
        }
        let created =
            self.files.put_opts(&Path::from(MARK), mark(installation), PutMode::Create.into()).await;
        match created {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => {}
            // Not every store and file system can create only what is not there. The look below decides.
            Err(_) => self.take_over(installation).await?,
        }
        self.owner().await?.ok_or_else(|| StoreError::new("the object `installation` was not kept"))
    }

    #[tracing::instrument(name = "files.avatars.take_over", level = "debug", skip_all)]
    async fn take_over(&self, installation: InstallationId) -> Result<(), StoreError> {
        let put = self.files.put(&Path::from(MARK), mark(installation)).await;
        put.map(drop).map_err(StoreError::new)
    }
}

fn mark(installation: InstallationId) -> PutPayload {
    PutPayload::from(format!("{installation}\n"))
}
