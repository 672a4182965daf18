//! Users with their profiles, devices and aliases, in the process.

mod account;
mod accounts;

use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{
    ClientAddress, DeviceFacts, DeviceId, Epoch, Keyword, PasswordHash, Profile, Status, Timestamp, User,
    UserId, UsernameKey, Version,
};
use usher_ports::outbound::{
    AddUser, AddVisitor, FoundUser, NewUser, NewVisitor, Revocation, RevocationOutbox, StatusChange,
    StoreError, Upgrade, Upgraded, UserFilter, UserRepository,
};
use uuid::Uuid;

use crate::lock;
use account::{Account, NewAccount, visit};
use accounts::{Accounts, Taken};

/// Users in the process.
#[derive(Debug, Default)]
pub struct MemoryUsers(Mutex<Accounts>);

impl MemoryUsers {
    fn one<T>(&self, id: UserId, read: impl FnOnce(&mut Account) -> T) -> Option<T> {
        lock(&self.0).account(id).map(read)
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// The port, method by method; what each does stands in `account` and `accounts`.
#[async_trait]
impl UserRepository for MemoryUsers {
    async fn find(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.one(id, |account| account.user.clone()))
    }

    async fn find_by_uuid(&self, uuid: Uuid) -> Result<Option<User>> {
        Ok(lock(&self.0).by_uuid(uuid))
    }

    async fn find_by_username(&self, username: &UsernameKey) -> Result<Option<User>> {
        Ok(lock(&self.0).by_username(username).map(|account| account.user.clone()))
    }

    async fn find_by_device(&self, device: &DeviceId) -> Result<Option<User>> {
        Ok(lock(&self.0).by_device(device).map(|account| account.user.clone()))
    }

    async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>> {
        Ok(self.one(id, |account| account.password.clone()).flatten())
    }

    async fn profile(&self, id: UserId) -> Result<Option<Profile>> {
        Ok(self.one(id, |account| account.profile.clone()))
    }

    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor> {
        Ok(match lock(&self.0).add(NewAccount::visitor(new)) {
            Ok(user) => AddVisitor::Added(Box::new(user)),
            Err(Taken::Username) => AddVisitor::UsernameTaken,
            Err(Taken::Device) => AddVisitor::DeviceTaken,
        })
    }

    async fn add_user(&self, new: &NewUser) -> Result<AddUser> {
        Ok(match lock(&self.0).add(NewAccount::user(new)) {
            Ok(user) => AddUser::Added(Box::new(user)),
            Err(Taken::Username) => AddUser::UsernameTaken,
            Err(Taken::Device) => AddUser::DeviceTaken,
        })
    }

    async fn upgrade(&self, upgrade: &Upgrade) -> Result<Upgraded> {
        Ok(lock(&self.0).upgrade(upgrade))
    }

    async fn record_visit(
        &self,
        device: &DeviceId,
        facts: &DeviceFacts,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<()> {
        if let Some(account) = lock(&self.0).by_device(device) {
            account.record_visit(facts, visit(from, at));
        }
        Ok(())
    }

    async fn record_login(
        &self,
        id: UserId,
        epoch: Epoch,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<bool> {
        let recorded = self.one(id, |account| account.record_login(epoch, visit(from, at)));
        Ok(recorded.unwrap_or(false))
    }

    async fn record_alias(&self, visitor: UserId, user: UserId, at: Timestamp) -> Result<()> {
        lock(&self.0).record_alias(visitor, user, at);
        Ok(())
    }

    async fn aliases(&self, visitor: UserId) -> Result<Vec<UserId>> {
        Ok(lock(&self.0).aliases(visitor))
    }

    async fn set_status(
        &self,
        id: UserId,
        status: Status,
        expected: Option<Version>,
        at: Timestamp,
    ) -> Result<StatusChange> {
        let change = lock(&self.0).change(id, at, |account| account.set_status(status, expected, at));
        Ok(change.unwrap_or(StatusChange::NotFound))
    }

    async fn set_password(&self, id: UserId, password: &PasswordHash, at: Timestamp) -> Result<Option<User>> {
        Ok(lock(&self.0).change(id, at, |account| account.set_password(password, at)).flatten())
    }

    async fn delete(&self, id: UserId, at: Timestamp) -> Result<Option<User>> {
        Ok(lock(&self.0).change(id, at, |account| account.delete(at)).flatten())
    }

    async fn replace_hash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<()> {
        self.one(id, |account| account.replace_hash(old, new));
        Ok(())
    }

    async fn search(&self, keyword: &Keyword, searcher: UserId, limit: u32) -> Result<Vec<FoundUser>> {
        Ok(lock(&self.0).search(keyword, searcher, limit as usize))
    }

    async fn list(&self, filter: &UserFilter, before: Option<UserId>, limit: u32) -> Result<Vec<User>> {
        Ok(lock(&self.0).list(filter, before, limit as usize))
    }
}

#[async_trait]
impl RevocationOutbox for MemoryUsers {
    async fn since(&self, from: Timestamp, after: UserId, limit: u32) -> Result<Vec<Revocation>> {
        Ok(lock(&self.0).since(from, after, limit as usize))
    }

    async fn forget(&self, before: Timestamp) -> Result<u64> {
        Ok(lock(&self.0).forget(before))
    }
}
