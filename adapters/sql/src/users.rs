//! Users with their profiles, devices and aliases.

mod account;
mod amend;
mod import;
mod list;
mod read;
mod row;
mod search;
mod write;

use async_trait::async_trait;
use usher_domain::{
    Amendment, ClientAddress, Deed, DeviceFacts, DeviceId, Epoch, Keyword, PasswordHash, Profile, Timestamp,
    User, UserId, UsernameKey, Version,
};
use usher_ports::outbound::{
    AddUser, AddVisitor, Amended, FoundUser, Imported, ImportedUser, NewUser, NewVisitor, SeenDevice,
    StoreError, Upgrade, Upgraded, UserFilter, UserImport, UserOrder, UserPlace, UserRepository,
};
use uuid::Uuid;

use crate::database::Database;

/// Users in the database.
#[derive(Clone, Debug)]
pub struct SqlUsers {
    database: Database,
    common: u64,
}

impl SqlUsers {
    /// From how many names on a part of a name is common, unless told otherwise. The index yields as many within some
    /// milliseconds.
    pub const COMMON: u64 = 5_000;

    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self { database, common: Self::COMMON }
    }

    /// With another idea of what is common; see [`SqlUsers::COMMON`].
    #[must_use]
    pub fn calling_common(self, names: u64) -> Self {
        Self { common: names, ..self }
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// The port, method by method; what each does stands in the modules of this one.
#[async_trait]
impl UserRepository for SqlUsers {
    async fn find(&self, id: UserId) -> Result<Option<User>> {
        Ok(read::by_id(&self.database, id).await?)
    }

    async fn find_by_uuid(&self, uuid: Uuid) -> Result<Option<User>> {
        Ok(read::by_uuid(&self.database, uuid).await?)
    }

    async fn find_by_username(&self, username: &UsernameKey) -> Result<Option<User>> {
        Ok(read::by_username(&self.database, username).await?)
    }

    async fn find_by_device(&self, device: &DeviceId) -> Result<Option<User>> {
        Ok(read::by_device(&self.database, device).await?)
    }

    async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>> {
        Ok(read::password_hash(&self.database, id).await?)
    }

    async fn profile(&self, id: UserId) -> Result<Option<Profile>> {
        Ok(read::profile(&self.database, id).await?)
    }

    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor> {
        Ok(write::add_visitor(&self.database, new).await?)
    }

    async fn add_user(&self, new: &NewUser) -> Result<AddUser> {
        Ok(self.database.write(new.clone(), |tx, new| Box::pin(write::add_user(tx, new))).await?)
    }

    async fn upgrade(&self, upgrade: &Upgrade) -> Result<Upgraded> {
        Ok(self.database.write(upgrade.clone(), |tx, upgrade| Box::pin(write::upgrade(tx, upgrade))).await?)
    }

    async fn record_visit(
        &self,
        device: &DeviceId,
        facts: &DeviceFacts,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<()> {
        Ok(write::record_visit(&self.database, device, facts, from, at).await?)
    }

    async fn record_login(
        &self,
        id: UserId,
        epoch: Epoch,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<bool> {
        Ok(write::record_login(&self.database, id, epoch, from, at).await?)
    }

    async fn record_alias(&self, visitor: UserId, user: UserId, at: Timestamp) -> Result<()> {
        Ok(write::record_alias(&self.database, visitor, user, at).await?)
    }

    async fn aliases(&self, visitor: UserId) -> Result<Vec<UserId>> {
        Ok(read::aliases(&self.database, visitor).await?)
    }

    async fn amend(
        &self,
        id: UserId,
        amendment: &Amendment,
        expected: Option<Version>,
        deed: &Deed,
    ) -> Result<Amended> {
        let given = (id, amendment.clone(), expected, deed.clone());
        Ok(self
            .database
            .write(given, |tx, (id, amendment, expected, deed)| {
                Box::pin(amend::amend(tx, *id, amendment, *expected, deed))
            })
            .await?)
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<User>> {
        Ok(amend::due(&self.database, now, limit).await?)
    }

    async fn purge(&self, before: Timestamp, limit: u32, deed: &Deed) -> Result<u64> {
        Ok(amend::purge(&self.database, before, limit, deed).await?)
    }

    async fn avatars_in_use(&self, urls: &[String]) -> Result<Vec<String>> {
        Ok(read::avatars_in_use(&self.database, urls).await?)
    }

    async fn devices(&self, id: UserId) -> Result<Vec<SeenDevice>> {
        Ok(read::devices(&self.database, id).await?)
    }

    async fn replace_hash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<()> {
        Ok(write::replace_hash(&self.database, id, old, new).await?)
    }

    async fn search(&self, keyword: &Keyword, searcher: UserId, limit: u32) -> Result<Vec<FoundUser>> {
        Ok(search::search(&self.database, keyword, searcher, limit).await?)
    }

    async fn list(
        &self,
        filter: &UserFilter,
        order: UserOrder,
        behind: Option<&UserPlace>,
        limit: u32,
    ) -> Result<Vec<User>> {
        Ok(list::list(&self.database, self.common, filter, order, behind, limit).await?)
    }

    async fn count(&self, filter: &UserFilter, most: u32) -> Result<u32> {
        Ok(list::count(&self.database, self.common, filter, most).await?)
    }
}

#[async_trait]
impl UserImport for SqlUsers {
    async fn import(&self, users: &[ImportedUser]) -> Result<Imported> {
        Ok(self.database.write(users.to_vec(), |tx, users| Box::pin(import::import(tx, users))).await?)
    }
}
