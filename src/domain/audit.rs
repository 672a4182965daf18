//! The audit log: records of what administrators did, in a hash chain that reveals missing or altered entries.

mod action;
mod reason;

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{AdministratorAccount, AdministratorRole, DeviceId, Timestamp, User, UserId};
pub use action::AuditAction;
pub use reason::{InvalidReason, Reason};

/// The actor, address, time and reason of an audited action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditContext {
    /// Who: an administrator's name, [`AuditContext::MACHINE`] or [`AuditContext::USHER`].
    pub by: String,
    /// From where, if it came over the network.
    pub from: Option<IpAddr>,
    /// When.
    pub at: Timestamp,
    /// Why, if they said so.
    pub reason: Reason,
}

impl AuditContext {
    /// The operator at the machine. Names of administrators have no parentheses.
    pub const MACHINE: &str = "(machine)";
    /// Usher itself, for its jobs.
    pub const USHER: &str = "(usher)";

    /// The context of a job.
    pub fn due(at: Timestamp) -> Self {
        Self { by: Self::USHER.to_owned(), from: None, at, reason: Reason::default() }
    }

    /// With a reason.
    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        Self { reason, ..self }
    }

    /// The record of an action on a subject.
    pub fn record(&self, action: AuditAction, subject: &str) -> AuditRecord {
        AuditRecord {
            at: self.at,
            by: self.by.clone(),
            from: self.from,
            action,
            user: None,
            subject: subject.to_owned(),
            changes: Vec::new(),
            reason: self.reason.clone(),
        }
    }

    /// The record of a new administrator.
    pub fn administrator_added(&self, account: &AdministratorAccount) -> AuditRecord {
        let role = Change::of("role", "", account.role.as_str());
        AuditRecord {
            changes: role.into_iter().collect(),
            ..self.record(AuditAction::AdministratorAdded, account.name.as_str())
        }
    }

    /// The record of an action about a user that changes nothing of the account.
    pub fn about(&self, action: AuditAction, user: &User) -> AuditRecord {
        AuditRecord { user: Some(user.id), ..self.record(action, user.username.as_str()) }
    }

    /// The record of a device that was unlinked from a user, without the id that would allow resuming a visitor.
    pub fn device_unlinked(&self, user: &User, device: &DeviceId) -> AuditRecord {
        AuditRecord {
            changes: Change::of("device", device.short().as_str(), "").into_iter().collect(),
            ..self.about(AuditAction::DeviceUnlinked, user)
        }
    }

    /// The record of another role of an administrator.
    pub fn role_changed(&self, account: &AdministratorAccount, role: AdministratorRole) -> AuditRecord {
        AuditRecord {
            changes: Change::of("role", account.role.as_str(), role.as_str()).into_iter().collect(),
            ..self.record(AuditAction::AdministratorRoleChanged, account.name.as_str())
        }
    }

    /// The record of a change of a user: what differs, and never a secret.
    pub fn on(&self, action: AuditAction, before: Option<&User>, after: &User) -> AuditRecord {
        AuditRecord {
            user: Some(after.id),
            changes: changes(before, after),
            ..self.record(action, after.username.as_str())
        }
    }
}

/// A changed field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What.
    pub field: String,
    /// The value before; empty if there was none.
    pub before: String,
    /// The value after.
    pub after: String,
}

impl Change {
    /// A change, if it is one.
    pub fn of(field: &str, before: impl Into<String>, after: impl Into<String>) -> Option<Self> {
        let (before, after) = (before.into(), after.into());
        (before != after).then(|| Self { field: field.to_owned(), before, after })
    }
}

/// The changed fields. A password does not appear, not even as a hash.
fn changes(before: Option<&User>, after: &User) -> Vec<Change> {
    let millis = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.as_millis().to_string());
    let fields = |user: &User| {
        [
            ("username", user.username.to_string()),
            ("nickname", user.nickname.to_string()),
            ("avatar", user.avatar.clone()),
            ("role", user.role.as_str().to_owned()),
            ("status", user.status.as_str().to_owned()),
            ("disabled-until", millis(user.disabled_until)),
            ("deleted", millis(user.deleted_at)),
        ]
    };
    let was = before.map_or_else(|| fields(after).map(|(field, _)| (field, String::new())), fields);
    let both = was.into_iter().zip(fields(after));
    both.filter_map(|((field, before), (_, after))| Change::of(field, before, after)).collect()
}

/// What an entry of the audit log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// The actor; of a failed login, the name that was given.
    pub by: String,
    /// From where.
    pub from: Option<IpAddr>,
    /// What.
    pub action: AuditAction,
    /// The user it concerns.
    pub user: Option<UserId>,
    /// The name of the subject at that time.
    pub subject: String,
    /// The changed fields.
    pub changes: Vec<Change>,
    /// Why.
    pub reason: Reason,
}

/// The digest of a record and of all records before it: a hash chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainDigest([u8; 32]);

impl ChainDigest {
    /// The digest before the first record.
    pub const START: Self = Self([0; 32]);

    /// A digest read back from a store.
    pub const fn from_store(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ChainDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ChainDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainDigest({self})")
    }
}

impl AuditRecord {
    /// The end of the chain once this is its record `number`. Each field goes in with its length, so that nothing can be
    /// moved from one into the next.
    pub fn chain_digest(&self, number: i64, previous: &ChainDigest) -> ChainDigest {
        let mut digest = Sha256::new().chain_update(previous.0).chain_update(number.to_be_bytes());
        let user = self.user.map(|user| user.to_string()).unwrap_or_default();
        let from = self.from.map(|from| from.to_string()).unwrap_or_default();
        let at = self.at.as_millis().to_string();
        let mut fields = vec![
            at.as_str(),
            &self.by,
            &from,
            self.action.as_str(),
            &user,
            &self.subject,
            self.reason.as_str(),
        ];
        for change in &self.changes {
            fields.extend([change.field.as_str(), &change.before, &change.after]);
        }
        for field in fields {
            digest.update((field.len() as u64).to_be_bytes());
            digest.update(field);
        }
        ChainDigest(digest.finalize().into())
    }
}

/// A record with its number and digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts from 1, without a gap.
    pub number: i64,
    /// The record.
    pub record: AuditRecord,
    /// The head of the chain after it.
    pub digest: ChainDigest,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> AuditRecord {
        let context = AuditContext::due(Timestamp::from_millis(1));
        AuditRecord {
            changes: Change::of("status", "enabled", "disabled").into_iter().collect(),
            ..context.record(AuditAction::UserDisabled, "alice")
        }
    }

    #[test]
    fn every_part_of_a_record_is_in_its_digest() {
        let first = record().chain_digest(1, &ChainDigest::START);
        let others = [
            record().chain_digest(2, &ChainDigest::START),
            record().chain_digest(1, &first),
            AuditRecord { at: Timestamp::from_millis(2), ..record() }.chain_digest(1, &ChainDigest::START),
            AuditRecord { by: "ann".to_owned(), ..record() }.chain_digest(1, &ChainDigest::START),
            AuditRecord { from: Some([192, 0, 2, 1].into()), ..record() }
                .chain_digest(1, &ChainDigest::START),
            AuditRecord { action: AuditAction::UserEnabled, ..record() }.chain_digest(1, &ChainDigest::START),
            AuditRecord { user: Some(UserId(1)), ..record() }.chain_digest(1, &ChainDigest::START),
            AuditRecord { subject: "alic".to_owned(), ..record() }.chain_digest(1, &ChainDigest::START),
            AuditRecord { changes: Vec::new(), ..record() }.chain_digest(1, &ChainDigest::START),
            AuditRecord { reason: Reason::from_store("x".to_owned()), ..record() }
                .chain_digest(1, &ChainDigest::START),
        ];
        for (place, other) in others.iter().enumerate() {
            assert_ne!(first, *other, "{place}");
        }
        let moved = AuditRecord {
            subject: "ali".to_owned(),
            reason: Reason::from_store("ce".to_owned()),
            ..record()
        };
        assert_ne!(moved.chain_digest(1, &ChainDigest::START), first);
        assert_eq!(record().chain_digest(1, &ChainDigest::START), first);
    }

    #[test]
    fn actions_are_read_as_they_are_written() {
        for action in AuditAction::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
    }

    #[test]
    fn a_reason_is_a_line() {
        assert_eq!(Reason::parse(" spam \u{20}").unwrap().as_str(), "spam");
        assert_eq!(Reason::parse("a\nb"), Err(InvalidReason));
        assert_eq!(Reason::parse(&"x".repeat(201)), Err(InvalidReason));
    }
}
