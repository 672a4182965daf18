//! Users with their profiles, devices and aliases, in the process. What each port does stands in `account` and
//! `accounts`.

mod account;
mod accounts;
mod bulk_jobs;
mod listing;
mod user_import;
mod user_notes;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use usher_domain::{
    AccountTotals, AuditContext, ClientAddress, DeviceAttributes, DeviceId, Epoch, FoundUser, Keyword,
    LoggedEvent, NewUser, NewVisitor, PasswordHash, Profile, SeenDevice, Status, Timestamp, Upgrade, User,
    UserChange, UserCursor, UserFilter, UserId, UserOrder, UsernameKey, Version,
};
use usher_ports::outbound::{
    AddUser, AddVisitor, Changed, EventLog, NameSearch, Pending, Revocation, RevocationOutbox, StoreError,
    SyncToken, Unlinked, Upgraded, UserChanges, UserDirectory, UserLookup, UserMaintenance, UserPasswords,
    UserRegistry, UserVisits,
};
use uuid::Uuid;

use crate::{MemoryAudit, lock};
use account::{Account, visit};
use accounts::{Accounts, TakenKey};
use bulk_jobs::Jobs;

/// Users in the process.
#[derive(Debug, Default)]
pub struct MemoryUsers {
    accounts: Mutex<Accounts>,
    jobs: Mutex<Jobs>,
    audit: Arc<MemoryAudit>,
}

impl MemoryUsers {
    /// That write down there what administrators do.
    pub fn new(audit: Arc<MemoryAudit>) -> Self {
        Self { accounts: Mutex::default(), jobs: Mutex::default(), audit }
    }

    fn one<T>(&self, id: UserId, read: impl FnOnce(&mut Account) -> T) -> Option<T> {
        lock(&self.accounts).account(id).map(read)
    }
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl UserLookup for MemoryUsers {
    async fn find(&self, id: UserId) -> Result<Option<User>> {
        Ok(self.one(id, |account| account.user.clone()))
    }

    async fn find_by_uuid(&self, uuid: Uuid) -> Result<Option<User>> {
        Ok(lock(&self.accounts).by_uuid(uuid))
    }

    async fn find_by_username(&self, username: &UsernameKey) -> Result<Option<User>> {
        Ok(lock(&self.accounts).by_username(username).map(|account| account.user.clone()))
    }

    async fn find_by_device(&self, device: &DeviceId) -> Result<Option<User>> {
        Ok(lock(&self.accounts).by_device(device).map(|account| account.user.clone()))
    }

    async fn profile(&self, id: UserId) -> Result<Option<Profile>> {
        Ok(self.one(id, |account| account.profile.clone()))
    }

    async fn devices(&self, id: UserId) -> Result<Vec<SeenDevice>> {
        Ok(self.one(id, |account| account.devices()).unwrap_or_default())
    }

    async fn aliases(&self, visitor: UserId) -> Result<Vec<UserId>> {
        Ok(lock(&self.accounts).aliases(visitor))
    }
}

#[async_trait]
impl UserRegistry for MemoryUsers {
    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor> {
        Ok(match lock(&self.accounts).add(new.decide(), &self.audit) {
            Ok(user) => AddVisitor::Added(Box::new(user)),
            Err(TakenKey::Username) => AddVisitor::UsernameTaken,
            Err(TakenKey::Device) => AddVisitor::DeviceTaken,
        })
    }

    async fn add_user(&self, new: &NewUser) -> Result<AddUser> {
        Ok(match lock(&self.accounts).add(new.decide(), &self.audit) {
            Ok(user) => AddUser::Added(Box::new(user)),
            Err(TakenKey::Username) => AddUser::UsernameTaken,
            Err(TakenKey::Device) => AddUser::DeviceTaken,
        })
    }

    async fn upgrade(&self, upgrade: &Upgrade) -> Result<Upgraded> {
        Ok(lock(&self.accounts).upgrade(upgrade, &self.audit))
    }
}

#[async_trait]
impl UserPasswords for MemoryUsers {
    async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>> {
        Ok(self.one(id, |account| account.password.clone()).flatten())
    }

    async fn replace_hash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<()> {
        self.one(id, |account| account.replace_hash(old, new));
        Ok(())
    }
}

#[async_trait]
impl UserVisits for MemoryUsers {
    async fn record_visit(
        &self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<()> {
        if let Some(account) = lock(&self.accounts).by_device(device) {
            account.record_visit(attributes, visit(from, at));
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
        lock(&self.accounts).record_alias(visitor, user, at);
        Ok(())
    }
}

#[async_trait]
impl UserChanges for MemoryUsers {
    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        expected: Option<Version>,
        context: &AuditContext,
    ) -> Result<Changed> {
        Ok(lock(&self.accounts).change(id, change, expected, context, &self.audit))
    }

    async fn unlink(&self, id: UserId, device: &DeviceId, context: &AuditContext) -> Result<Unlinked> {
        Ok(lock(&self.accounts).unlink(id, device, context, &self.audit))
    }
}

#[async_trait]
impl UserMaintenance for MemoryUsers {
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<User>> {
        Ok(lock(&self.accounts).due(now, limit as usize))
    }

    async fn purge(&self, before: Timestamp, limit: u32, context: &AuditContext) -> Result<u64> {
        Ok(lock(&self.accounts).purge(before, limit as usize, context, &self.audit))
    }

    async fn avatars_in_use(&self, urls: &[String]) -> Result<Vec<String>> {
        Ok(lock(&self.accounts).avatars_in_use(urls))
    }
}

#[async_trait]
impl NameSearch for MemoryUsers {
    async fn search(&self, keyword: &Keyword, searcher: UserId, limit: u32) -> Result<Vec<FoundUser>> {
        Ok(lock(&self.accounts).search(keyword, searcher, limit as usize))
    }
}

#[async_trait]
impl UserDirectory for MemoryUsers {
    async fn list(&self, filter: &UserFilter, cursor: &UserCursor, limit: u32) -> Result<Vec<User>> {
        Ok(lock(&self.accounts).list(filter, cursor, limit as usize))
    }

    async fn count(&self, filter: &UserFilter, most: u32) -> Result<u32> {
        let found = lock(&self.accounts).list(filter, &UserOrder::Newest.start(), most as usize);
        Ok(u32::try_from(found.len()).unwrap_or(most))
    }

    async fn account_totals(&self) -> Result<AccountTotals> {
        let users = lock(&self.accounts).list(&UserFilter::default(), &UserOrder::Newest.start(), usize::MAX);
        let (deleted, there): (Vec<_>, Vec<_>) = users.iter().partition(|user| user.deleted_at.is_some());
        let disabled = there.iter().filter(|user| user.status != Status::Enabled).count();
        Ok(AccountTotals {
            accounts: there.len() as u64,
            disabled: disabled as u64,
            deleted: deleted.len() as u64,
        })
    }
}

#[async_trait]
impl RevocationOutbox for MemoryUsers {
    async fn pending(&self, after: UserId, limit: u32) -> Result<Pending> {
        Ok(lock(&self.accounts).pending(after, limit as usize))
    }

    async fn kept(&self, after: UserId, limit: u32) -> Result<Vec<Revocation>> {
        Ok(lock(&self.accounts).kept(after, limit as usize))
    }

    async fn confirm(
        &self,
        seen: SyncToken,
        next: SyncToken,
        delivered: &[Revocation],
        at: Timestamp,
    ) -> Result<bool> {
        Ok(lock(&self.accounts).confirm(seen, next, delivered, at))
    }

    async fn forget_confirmed(&self, before: Timestamp) -> Result<u64> {
        Ok(lock(&self.accounts).forget(before, false))
    }

    async fn forget_all(&self, before: Timestamp) -> Result<u64> {
        Ok(lock(&self.accounts).forget(before, true))
    }
}

#[async_trait]
impl EventLog for MemoryUsers {
    async fn list(&self, after: i64, limit: u32) -> Result<Vec<LoggedEvent>> {
        Ok(lock(&self.accounts).events(after, limit as usize))
    }

    async fn forget(&self, before: Timestamp, limit: u32) -> Result<u64> {
        Ok(lock(&self.accounts).forget_events(before, limit as usize))
    }
}
