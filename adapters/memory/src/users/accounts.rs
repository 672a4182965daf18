use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use usher_domain::{DeviceId, Keyword, Role, Timestamp, User, UserId, UsernameKey};
use usher_ports::outbound::{FoundUser, Revocation, Upgrade, Upgraded, UserFilter};
use uuid::Uuid;

use super::account::{Account, NewAccount};

/// Everybody, and what must be unique. Nobody is ever taken out, so a number is never given out twice.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    rows: BTreeMap<UserId, Account>,
    names: HashMap<UsernameKey, UserId>,
    devices: HashMap<DeviceId, UserId>,
    aliases: HashMap<(UserId, UserId), Timestamp>,
    revocations: BTreeMap<UserId, Revocation>,
}

/// What a new account may not have, because somebody else has it.
pub(super) enum Taken {
    Username,
    Device,
}

impl Accounts {
    pub(super) fn account(&mut self, id: UserId) -> Option<&mut Account> {
        self.rows.get_mut(&id)
    }

    /// Changes an account, and remembers to end the sessions of the epochs that this ended.
    pub(super) fn change<T>(
        &mut self,
        id: UserId,
        at: Timestamp,
        change: impl FnOnce(&mut Account) -> T,
    ) -> Option<T> {
        let account = self.rows.get_mut(&id)?;
        let before = account.user.epoch;
        let outcome = change(account);
        if account.user.epoch > before {
            let revocation = Revocation { user: id, epoch: account.user.epoch, since: at };
            self.revocations.insert(id, revocation);
        }
        Some(outcome)
    }

    pub(super) fn since(&self, from: Timestamp, after: UserId, limit: usize) -> Vec<Revocation> {
        let place = |revocation: &Revocation| (revocation.since, revocation.user);
        let mut page: Vec<_> =
            self.revocations.values().filter(|it| place(it) > (from, after)).copied().collect();
        page.sort_by_key(place);
        page.truncate(limit);
        page
    }

    pub(super) fn forget(&mut self, before: Timestamp) -> u64 {
        let all = self.revocations.len();
        self.revocations.retain(|_, revocation| revocation.since >= before);
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

    pub(super) fn add(&mut self, new: NewAccount) -> Result<User, Taken> {
        let name = new.username.key();
        if self.names.contains_key(&name) {
            return Err(Taken::Username);
        }
        let device = new.device.as_ref().map(|device| device.id.clone());
        if device.as_ref().is_some_and(|device| self.devices.contains_key(device)) {
            return Err(Taken::Device);
        }
        let id = UserId(self.rows.last_key_value().map_or(1, |(last, _)| last.0 + 1));
        self.names.insert(name, id);
        self.devices.extend(device.map(|device| (device, id)));
        Ok(self.rows.entry(id).or_insert(Account::new(id, new)).user.clone())
    }

    pub(super) fn upgrade(&mut self, upgrade: &Upgrade) -> Upgraded {
        let may = |account: &&mut Account| account.user.role == Role::Visitor && account.user.may_enter();
        let Some(account) = self.rows.get_mut(&upgrade.user).filter(may) else {
            return Upgraded::NotAVisitor;
        };
        let name = upgrade.username.key();
        if self.names.get(&name).is_some_and(|owner| *owner != upgrade.user) {
            return Upgraded::UsernameTaken;
        }
        self.names.remove(&account.user.username.key());
        self.names.insert(name, upgrade.user);
        let upgraded = self.change(upgrade.user, upgrade.at, |account| {
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
        let seen = |user: &User| user.role == Role::User && user.may_enter() && user.id != searcher;
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

    pub(super) fn list(&self, filter: &UserFilter, before: Option<UserId>, limit: usize) -> Vec<User> {
        let fits = |user: &&User| {
            filter.role.is_none_or(|role| user.role == role)
                && filter.status.is_none_or(|status| user.status == status)
                && before.is_none_or(|before| user.id < before)
                && filter.name.as_ref().is_none_or(|name| {
                    user.role == Role::User && user.username.key().as_str().contains(name.as_str())
                })
        };
        self.rows.values().rev().map(|account| &account.user).filter(fits).take(limit).cloned().collect()
    }
}
