use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{
    AuditAction, AvatarName, AvatarSize, InstallationId, Operator, Owner, Timestamp, sweeps_too_much,
};
use usher_ports::inbound::{AdminRefusal, AvatarSurvey, AvatarSweep, ManageAvatars, Refusal};
use usher_ports::outbound::{
    AuditLog, AvatarStore, Clock, IdSource, InstallationStore, StoreAvatar, StoreError, UserMaintenance,
};

/// Keeps pictures, and knows who has them.
pub struct ManageAvatarsService {
    /// Keeps them.
    pub avatars: Arc<dyn AvatarStore>,
    /// Knows which users have them.
    pub users: Arc<dyn UserMaintenance>,
    /// Knows which installation this is.
    pub installations: Arc<dyn InstallationStore>,
    /// Keeps what is done.
    pub audit: Arc<dyn AuditLog>,
    /// Draws their names.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
}

/// How long an unused picture is kept: it is stored before it is assigned to a user.
const KEEP: Duration = Duration::from_hours(24);

/// How many are looked for at once.
const PAGE: usize = 500;

#[async_trait]
impl ManageAvatars for ManageAvatarsService {
    async fn store(&self, by: Operator<'_>, picture: Vec<u8>) -> Result<AvatarName, AdminRefusal> {
        let mut random = [0; 16];
        random.copy_from_slice(&self.ids.session_secret().expose()[..16]);
        let name = match self.avatars.store(picture, random).await? {
            StoreAvatar::Stored(name) => name,
            StoreAvatar::NotAPicture => return Err(AdminRefusal::NotAPicture),
            StoreAvatar::TooLarge => return Err(AdminRefusal::PictureTooLarge),
            StoreAvatar::Busy => return Err(AdminRefusal::Busy),
        };
        let context = by.administrator().context(self.clock.now());
        self.audit.append(&context.record(AuditAction::PictureStored, &name.to_string())).await?;
        Ok(name)
    }

    async fn show(&self, name: &AvatarName, size: AvatarSize) -> Result<Vec<u8>, Refusal> {
        self.avatars.find(name, size).await?.ok_or(Refusal::NotFound)
    }

    async fn claim(&self) -> Result<(), StoreError> {
        if self.avatars.owner().await?.is_none() {
            self.claim_unowned(&self.take_stock(self.clock.now()).await?).await?;
        }
        Ok(())
    }

    async fn sweep(&self) -> Result<AvatarSweep, StoreError> {
        let stock = self.take_stock(self.clock.now().minus(KEEP)).await?;
        let survey = self.describe(&stock).await?;
        let owner = match survey.owner {
            None => self.claim_unowned(&stock).await?,
            owner => owner,
        };
        if owner != Some(survey.installation) {
            return Ok(AvatarSweep::Foreign(owner));
        }
        if sweeps_too_much(survey.unused, survey.stored) {
            return Ok(AvatarSweep::TooMany(survey));
        }
        Ok(AvatarSweep::Swept(self.delete(&stock.unused).await?))
    }

    async fn survey(&self, _: Owner<'_>) -> Result<AvatarSurvey, AdminRefusal> {
        Ok(self.describe(&self.take_stock(self.clock.now().minus(KEEP)).await?).await?)
    }

    /// Written down before it is done: pictures are kept in another store than the log, and nothing is done that is not
    /// in it.
    async fn sweep_all(&self, by: Owner<'_>) -> Result<u64, AdminRefusal> {
        let now = self.clock.now();
        let unused = self.take_stock(now.minus(KEEP)).await?.unused;
        let record =
            by.administrator().context(now).record(AuditAction::PicturesSwept, &unused.len().to_string());
        self.audit.append(&record).await?;
        self.avatars.take_over(self.installation().await?).await?;
        Ok(self.delete(&unused).await?)
    }
}

/// The pictures of a store.
struct Stock {
    stored: usize,
    /// Those that no user has.
    unused: Vec<AvatarName>,
}

impl ManageAvatarsService {
    async fn installation(&self) -> Result<InstallationId, StoreError> {
        self.installations.identify(InstallationId::new(self.ids.uuid())).await
    }

    async fn take_stock(&self, before: Timestamp) -> Result<Stock, StoreError> {
        let stored = self.avatars.stored_before(before).await?;
        let mut unused = Vec::new();
        for page in stored.chunks(PAGE) {
            let urls: Vec<String> = page.iter().map(|name| name.url(AvatarSize::Large)).collect();
            let in_use: HashSet<String> = self.users.avatars_in_use(&urls).await?.into_iter().collect();
            unused.extend(page.iter().filter(|name| !in_use.contains(&name.url(AvatarSize::Large))).cloned());
        }
        Ok(Stock { stored: stored.len(), unused })
    }

    async fn describe(&self, stock: &Stock) -> Result<AvatarSurvey, StoreError> {
        Ok(AvatarSurvey {
            owner: self.avatars.owner().await?,
            installation: self.installation().await?,
            stored: stock.stored as u64,
            unused: stock.unused.len() as u64,
        })
    }

    /// Claims a store that is empty or holds pictures of users of ours; tells whose it is then.
    async fn claim_unowned(&self, stock: &Stock) -> Result<Option<InstallationId>, StoreError> {
        if stock.stored > 0 && stock.unused.len() == stock.stored {
            return Ok(None);
        }
        self.avatars.claim(self.installation().await?).await.map(Some)
    }

    async fn delete(&self, names: &[AvatarName]) -> Result<u64, StoreError> {
        for name in names {
            self.avatars.delete(name).await?;
        }
        Ok(names.len() as u64)
    }
}
