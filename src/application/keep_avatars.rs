use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{AuditAction, AvatarName, AvatarSize, Operator};
use usher_ports::inbound::{AdminRefusal, KeepAvatars, Refusal};
use usher_ports::outbound::{
    AuditLog, AvatarStore, Clock, IdSource, StoreAvatar, StoreError, UserRepository,
};

/// Keeps pictures, and knows who has them.
pub struct AvatarKeeping {
    /// Keeps them.
    pub avatars: Arc<dyn AvatarStore>,
    /// Knows who has them.
    pub users: Arc<dyn UserRepository>,
    /// Keeps what is done.
    pub audit: Arc<dyn AuditLog>,
    /// Draws their names.
    pub ids: Arc<dyn IdSource>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// How long a picture is kept that nobody has: it is stored before it is given to somebody.
const KEEP: Duration = Duration::from_hours(24);

/// How many are looked for at once.
const PAGE: usize = 500;

#[async_trait]
impl KeepAvatars for AvatarKeeping {
    async fn store(&self, by: Operator<'_>, picture: Vec<u8>) -> Result<AvatarName, AdminRefusal> {
        let mut random = [0; 16];
        random.copy_from_slice(&self.ids.session_secret().expose()[..16]);
        let name = match self.avatars.store(picture, random).await? {
            StoreAvatar::Stored(name) => name,
            StoreAvatar::NotAPicture => return Err(AdminRefusal::NotAPicture),
            StoreAvatar::TooLarge => return Err(AdminRefusal::TooLarge),
        };
        let deed = by.administrator().deed(self.clock.now());
        self.audit.append(&deed.record(AuditAction::PictureStored, &name.to_string())).await?;
        Ok(name)
    }

    async fn show(&self, name: &AvatarName, size: AvatarSize) -> Result<Vec<u8>, Refusal> {
        self.avatars.find(name, size).await?.ok_or(Refusal::NotFound)
    }

    async fn sweep(&self) -> Result<u64, StoreError> {
        let old = self.avatars.stored_before(self.clock.now().minus(KEEP)).await?;
        let mut swept = 0;
        for page in old.chunks(PAGE) {
            let urls: Vec<String> = page.iter().map(|name| name.url(AvatarSize::Large)).collect();
            let in_use: HashSet<String> = self.users.avatars_in_use(&urls).await?.into_iter().collect();
            for name in page.iter().filter(|name| !in_use.contains(&name.url(AvatarSize::Large))) {
                self.avatars.delete(name).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}
