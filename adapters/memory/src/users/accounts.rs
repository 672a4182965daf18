use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use usher_domain::{
    AuditContext, Decision, DeviceId, Epoch, FoundUser, Keyword, Role, Timestamp, User, UserChange,
    UserCursor, UserFilter, UserId, UsernameKey, Version,
};
use usher_ports::outbound::{Changed, Pending, Revocation, SyncToken, Upgrade, Upgraded};
use uuid::Uuid;

use super::account::{Account, NewAccount};
use super::listing::{fits, sort_key, start};
use crate::MemoryAudit;

/// Everybody, and what must be unique.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    rows: BTreeMap<UserId, Account>,
    names: HashMap<UsernameKey, UserId>,
    devices: HashMap<DeviceId, UserId>,
    aliases: HashMap<(UserId, UserId), Timestamp>,
    revocations: BTreeMap<UserId, Kept>,
    /// The state of the session store that holds all that was confirmed.
    token: SyncToken,
    /// The highest number that was given out: none is given out twice.
    last: i64,
}

/// A revocation, and whether the session store was told.
#[derive(Debug)]
struct Kept {
    epoch: Epoch,
    since: Timestamp,
    delivered: Option<Epoch>,
}

impl Kept {
    fn is_pending(&self) -> bool {
        self.delivered < Some(self.epoch)
    }
}

/// The unique key of a new account that another account has.
pub(super) enum TakenKey {
    Username,
    Device,
}

impl Accounts {
    pub(super) fn account(&mut self, id: UserId) -> Option<&mut Account> {
        self.rows.get_mut(&id)
    }

    /// Changes an account, and remembers to end the sessions of the epochs that this ended.
    pub(super) fn update<T>(
        &mut self,
        id: UserId,
        at: Timestamp,
        change: impl FnOnce(&mut Account) -> T,
    ) -> Option<T> {
        let account = self.rows.get_mut(&id)?;
        let before = account.user.epoch;
        let outcome = change(account);
        if account.user.epoch > before {
            let new = Kept { epoch: account.user.epoch, since: at, delivered: None };
            let kept = self.revocations.entry(id).or_insert(new);
            (kept.epoch, kept.since) = (account.user.epoch, at);
        }
        Some(outcome)
    }

    pub(super) fn pending(&self, after: UserId, limit: usize) -> Pending {
        Pending { token: self.token, revocations: self.revocations(after, limit, Kept::is_pending) }
    }

    pub(super) fn kept(&self, after: UserId, limit: usize) -> Vec<Revocation> {
        self.revocations(after, limit, |_| true)
    }

    fn revocations(&self, after: UserId, limit: usize, which: impl Fn(&Kept) -> bool) -> Vec<Revocation> {
        let rest = self.revocations.range((Bound::Excluded(after), Bound::Unbounded));
        let found = rest.filter(|(_, kept)| which(kept)).take(limit);
        found.map(|(user, kept)| Revocation { user: *user, epoch: kept.epoch }).collect()
    }

    pub(super) fn confirm(
        &mut self,
        seen: SyncToken,
        next: SyncToken,
        delivered: &[Revocation],
        at: Timestamp,
    ) -> bool {
        if self.token != seen {
            return false;
        }
        self.token = next;
        for told in delivered {
            let kept = self.revocations.get_mut(&told.user);
            if let Some(kept) = kept.filter(|kept| kept.epoch == told.epoch && kept.is_pending()) {
                (kept.delivered, kept.since) = (Some(told.epoch), at);
            }
        }
        true
    }

    pub(super) fn forget(&mut self, before: Timestamp, pending_too: bool) -> u64 {
        let all = self.revocations.len();
        self.revocations.retain(|_, kept| kept.since >= before || kept.is_pending() && !pending_too);
        (all - self.revocations.len()) as u64
    }

    pub(super) fn by_uuid(&self, uuid: Uuid) -> Option<User> {
        self.rows.values().map(|account| &account.user).find(|user| user.uuid == uuid).cloned()
    }

    pub(super) fn by_username(&mut self, username: &UsernameKey) -> Option<&mut Account> {
        self.rows.get_mut(self.names.get(username)?)
    }

    pub(super) fn by_device(&mut self, device: &DeviceId) -> Option<&mut Account> {
        self.rows.get_mut(self.devices.get(device)?)
    }

    pub(super) fn add(&mut self, new: NewAccount) -> Result<User, TakenKey> {
        let name = new.username.key();
        if self.names.contains_key(&name) {
            return Err(TakenKey::Username);
        }
        let device = new.device.as_ref().map(|device| device.id.clone());
        if device.as_ref().is_some_and(|device| self.devices.contains_key(device)) {
            return Err(TakenKey::Device);
        }
        self.last += 1;
        let id = UserId(self.last);
        self.names.insert(name, id);
        self.devices.extend(device.map(|device| (device, id)));
        Ok(self.rows.entry(id).or_insert(Account::new(id, new)).user.clone())
    }

    pub(super) fn upgrade(&mut self, upgrade: &Upgrade) -> Upgraded {
        let may = |account: &&mut Account| account.user.role == Role::Visitor && account.user.is_active();
        let Some(account) = self.rows.get_mut(&upgrade.user).filter(may) else {
            return Upgraded::NotAVisitor;
        };
        let name = upgrade.username.key();
        if self.names.get(&name).is_some_and(|owner| *owner != upgrade.user) {
            return Upgraded::UsernameTaken;
        }
        self.names.remove(&account.user.username.key());
        self.names.insert(name, upgrade.user);
        let upgraded = self.update(upgrade.user, upgrade.at, |account| {
            account.upgrade(upgrade);
            account.user.clone()
        });
        upgraded.map_or(Upgraded::NotAVisitor, |user| Upgraded::Done(Box::new(user)))
    }

    pub(super) fn record_alias(&mut self, visitor: UserId, user: UserId, at: Timestamp) {
        self.aliases.insert((visitor, user), at);
    }

    pub(super) fn aliases(&self, visitor: UserId) -> Vec<UserId> {
        let mut known: Vec<_> = self.aliases.iter().filter(|((who, _), _)| *who == visitor).collect();
        known.sort_unstable_by_key(|(_, at)| Reverse(**at));
        known.into_iter().map(|((_, user), _)| *user).collect()
    }

    pub(super) fn search(&self, keyword: &Keyword, searcher: UserId, limit: usize) -> Vec<FoundUser> {
        let seen = |user: &User| user.role == Role::User && user.is_active() && user.id != searcher;
        let mut found: Vec<_> = self
            .names
            .iter()
            .filter(|(name, _)| name.as_str().contains(keyword.as_str()))
            .filter_map(|(name, id)| Some((name, self.rows.get(id)?)))
            .filter(|(_, account)| seen(&account.user))
            .collect();
        found.sort_unstable_by_key(|(name, account)| (name.as_str() != keyword.as_str(), account.user.id));
        found.into_iter().take(limit).map(|(_, account)| account.shown()).collect()
    }

    pub(super) fn change(
        &mut self,
        id: UserId,
        change: &UserChange,
        expected: Option<Version>,
        context: &AuditContext,
        audit: &MemoryAudit,
    ) -> Changed {
        let Some(account) = self.rows.get(&id) else { return Changed::NotFound };
        let before = account.user.clone();
        let Decision { after, password, record, .. } = match change.decide(&before, expected, context) {
            Ok(decision) => decision,
            Err(why) => return Changed::declined(why, before),
        };
        if self.names.get(&after.username.key()).is_some_and(|owner| *owner != id) {
            return Changed::UsernameTaken;
        }
        self.names.remove(&before.username.key());
        self.names.insert(after.username.key(), id);
        audit.write(record);
        self.update(id, context.at, |account| {
            account.user = after.clone();
            account.password = password.or(account.password.take());
        });
        Changed::Done(Box::new(after))
    }

    pub(super) fn avatars_in_use(&self, urls: &[String]) -> Vec<String> {
        let has = |url: &&String| self.rows.values().any(|account| account.user.avatar == **url);
        urls.iter().filter(has).cloned().collect()
    }

    pub(super) fn due(&self, now: Timestamp, limit: usize) -> Vec<User> {
        let due =
            |user: &&User| user.deleted_at.is_none() && user.disabled_until.is_some_and(|until| until <= now);
        self.rows.values().map(|account| &account.user).filter(due).take(limit).cloned().collect()
    }

    pub(super) fn purge(
        &mut self,
        before: Timestamp,
        limit: usize,
        context: &AuditContext,
        audit: &MemoryAudit,
    ) -> u64 {
        let users = self.rows.values().map(|account| &account.user);
        let due = users.filter_map(|user| Some((user.id, user.purge(before, context)?)));
        let gone: Vec<_> = due.take(limit).collect();
        let purged = gone.len() as u64;
        for (id, record) in gone {
            self.rows.remove(&id);
            self.names.retain(|_, owner| *owner != id);
            self.devices.retain(|_, owner| *owner != id);
            self.aliases.retain(|(visitor, known), _| *visitor != id && *known != id);
            audit.write(record);
        }
        purged
    }

    pub(super) fn list(&self, filter: &UserFilter, cursor: &UserCursor, limit: usize) -> Vec<User> {
        let users = self.rows.values().map(|account| &account.user);
        let mut found: Vec<&User> = users.filter(|user| fits(filter, user)).collect();
        found.sort_by_key(|user| sort_key(cursor, user));
        let from = start(cursor);
        let rest =
            found.into_iter().filter(|user| from.as_ref().is_none_or(|from| sort_key(cursor, user) > *from));
        rest.take(limit).cloned().collect()
    }
}
