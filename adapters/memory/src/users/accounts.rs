use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use usher_domain::{
    AuditContext, Decision, DeviceId, Epoch, Event, FoundUser, Keyword, LoggedEvent, Role, Timestamp,
    Upgrade, User, UserChange, UserCursor, UserFilter, UserId, UsernameKey, Version,
};
use usher_ports::outbound::{Changed, Pending, Revocation, SyncToken, Unlinked, Upgraded};
use uuid::Uuid;

use super::account::Account;
use super::listing::{fits, sort_key, start};
use crate::MemoryAudit;

/// All accounts, and what must be unique.
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
    events: Vec<LoggedEvent>,
    last_event: i64,
    last_note: i64,
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

    pub(super) fn next_note(&mut self) -> i64 {
        self.last_note += 1;
        self.last_note
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

    pub(super) fn add(&mut self, decision: Decision, audit: &MemoryAudit) -> Result<User, TakenKey> {
        let name = decision.after.username.key();
        if self.names.contains_key(&name) {
            return Err(TakenKey::Username);
        }
        let device = decision.after.device.as_ref().map(|device| device.id.clone());
        if device.as_ref().is_some_and(|device| self.devices.contains_key(device)) {
            return Err(TakenKey::Device);
        }
        self.last += 1;
        let id = UserId(self.last);
        self.names.insert(name, id);
        self.devices.extend(device.map(|device| (device, id)));
        let decision = decision.numbered(id);
        let user = decision.after.clone();
        self.rows.insert(id, Account::new(user.clone(), decision.password.clone()));
        self.record(decision, audit);
        Ok(user)
    }

    pub(super) fn upgrade(&mut self, upgrade: &Upgrade, audit: &MemoryAudit) -> Upgraded {
        let decision = self.rows.get(&upgrade.user).and_then(|account| upgrade.decide(&account.user).ok());
        let Some(decision) = decision else { return Upgraded::NotAVisitor };
        match self.write(decision, audit) {
            Some(user) => Upgraded::Done(Box::new(user)),
            None => Upgraded::UsernameTaken,
        }
    }

    /// Writes what was decided about an account; `None` where its name is taken.
    pub(super) fn write(&mut self, decision: Decision, audit: &MemoryAudit) -> Option<User> {
        let after = decision.after.clone();
        let name = after.username.key();
        if self.names.get(&name).is_some_and(|owner| *owner != after.id) {
            return None;
        }
        let account = self.rows.get_mut(&after.id)?;
        self.names.remove(&account.user.username.key());
        self.names.insert(name, after.id);
        account.user = after.clone();
        account.password = decision.password.clone().or(account.password.take());
        self.record(decision, audit);
        Some(after)
    }

    /// What a decision leaves beside the account.
    fn record(&mut self, decision: Decision, audit: &MemoryAudit) {
        let Decision { after, audit: entry, events, ends_sessions, .. } = decision;
        if ends_sessions {
            let at = after.updated_at;
            let new = Kept { epoch: after.epoch, since: at, delivered: None };
            let kept = self.revocations.entry(after.id).or_insert(new);
            (kept.epoch, kept.since) = (after.epoch, at);
        }
        for event in events {
            self.append(after.id, event);
        }
        if let Some(entry) = entry {
            audit.write(entry);
        }
    }

    fn append(&mut self, user: UserId, event: Event) {
        self.last_event += 1;
        self.events.push(LoggedEvent { id: self.last_event, user, event });
    }

    pub(super) fn events(&self, after: i64, limit: usize) -> Vec<LoggedEvent> {
        self.events.iter().filter(|event| event.id > after).take(limit).cloned().collect()
    }

    pub(super) fn forget_events(&mut self, before: Timestamp, limit: usize) -> u64 {
        let (all, mut oldest) = (self.events.len(), 0..limit);
        self.events.retain(|logged| oldest.next().is_none() || logged.event.at >= before);
        (all - self.events.len()) as u64
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
        match change.decide(&account.user, expected, context) {
            Err(why) => Changed::declined(why, account.user.clone()),
            Ok(decision) => match self.write(decision, audit) {
                Some(user) => Changed::Done(Box::new(user)),
                None => Changed::UsernameTaken,
            },
        }
    }

    pub(super) fn unlink(
        &mut self,
        id: UserId,
        device: &DeviceId,
        context: &AuditContext,
        audit: &MemoryAudit,
    ) -> Unlinked {
        let Some(account) = self.rows.get_mut(&id) else { return Unlinked::NotLinked };
        if account.user.role == Role::Visitor {
            return Unlinked::OfVisitor;
        }
        if self.devices.get(device) != Some(&id) {
            return Unlinked::NotLinked;
        }
        self.devices.remove(device);
        account.user.device = None;
        audit.write(context.device_unlinked(&account.user, device));
        Unlinked::Done
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
        for (id, removal) in gone {
            self.rows.remove(&id);
            self.names.retain(|_, owner| *owner != id);
            self.devices.retain(|_, owner| *owner != id);
            self.aliases.retain(|(visitor, known), _| *visitor != id && *known != id);
            self.append(id, removal.event);
            audit.write(removal.audit);
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
