//! Users with their profiles, devices and aliases.

mod read;
mod row;
mod search;
mod write;

use async_trait::async_trait;
use usher_domain::{
    ClientAddress, DeviceFacts, DeviceId, Epoch, Keyword, PasswordHash, Profile, Status, Timestamp, User,
    UserId, UsernameKey, Version,
};
use usher_ports::outbound::{
    AddUser, AddVisitor, FoundUser, NewUser, NewVisitor, StatusChange, StoreError, Upgrade, Upgraded,
    UserFilter, UserRepository,
};
use uuid::Uuid;

use crate::database::{Database, retrying};

/// Users in the database.
#[derive(Clone, Debug)]
pub struct SqlUsers(Database);

impl SqlUsers {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// The port, method by method; what each does stands in `read`, `write` and `search`.
#[async_trait]
impl UserRepository for SqlUsers {
    async fn find(&self, id: UserId) -> Result<Option<User>> {
        Ok(read::by_id(&self.0, id).await?)
    }

    async fn find_by_uuid(&self, uuid: Uuid) -> Result<Option<User>> {
        Ok(read::by_uuid(&self.0, uuid).await?)
    }

    async fn find_by_username(&self, username: &UsernameKey) -> Result<Option<User>> {
        Ok(read::by_username(&self.0, username).await?)
    }

    async fn find_by_device(&self, device: &DeviceId) -> Result<Option<User>> {
        Ok(read::by_device(&self.0, device).await?)
    }

    async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>> {
        Ok(read::password_hash(&self.0, id).await?)
    }

    async fn profile(&self, id: UserId) -> Result<Option<Profile>> {
        Ok(read::profile(&self.0, id).await?)
    }

    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor> {
        Ok(retrying(|| write::add_visitor(&self.0, new)).await?)
    }

    async fn add_user(&self, new: &NewUser) -> Result<AddUser> {
        Ok(retrying(|| write::add_user(&self.0, new)).await?)
    }

    async fn upgrade(&self, upgrade: &Upgrade) -> Result<Upgraded> {
        Ok(retrying(|| write::upgrade(&self.0, upgrade)).await?)
    }

    async fn record_visit(
        &self,
        device: &DeviceId,
        facts: &DeviceFacts,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<()> {
        Ok(retrying(|| write::record_visit(&self.0, device, facts, from, at)).await?)
    }

    async fn record_login(
        &self,
        id: UserId,
        epoch: Epoch,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<bool> {
        Ok(retrying(|| write::record_login(&self.0, id, epoch, from, at)).await?)
    }

    async fn record_alias(&self, visitor: UserId, user: UserId, at: Timestamp) -> Result<()> {
        Ok(retrying(|| write::record_alias(&self.0, visitor, user, at)).await?)
    }

    async fn aliases(&self, visitor: UserId) -> Result<Vec<UserId>> {
        Ok(read::aliases(&self.0, visitor).await?)
    }

    async fn set_status(
        &self,
        id: UserId,
        status: Status,
        expected: Option<Version>,
        at: Timestamp,
    ) -> Result<StatusChange> {
        Ok(retrying(|| write::set_status(&self.0, id, status, expected, at)).await?)
    }

    async fn set_password(&self, id: UserId, password: &PasswordHash, at: Timestamp) -> Result<Option<User>> {
        Ok(retrying(|| write::set_password(&self.0, id, password, at)).await?)
    }

    async fn delete(&self, id: UserId, at: Timestamp) -> Result<Option<User>> {
        Ok(retrying(|| write::delete(&self.0, id, at)).await?)
    }

    async fn replace_hash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<()> {
        Ok(retrying(|| write::replace_hash(&self.0, id, old, new)).await?)
    }

    async fn search(&self, keyword: &Keyword, searcher: UserId, limit: u32) -> Result<Vec<FoundUser>> {
        Ok(search::search(&self.0, keyword, searcher, limit).await?)
    }

    async fn list(&self, filter: &UserFilter, before: Option<UserId>, limit: u32) -> Result<Vec<User>> {
        Ok(read::list(&self.0, filter, before, limit).await?)
    }
}
