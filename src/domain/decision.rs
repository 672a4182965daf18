//! How a change of an account is decided: a pure function from the account as it is, and a command, to what is written. A
//! store locks the account, asks, and writes what the decision says.

use crate::{
    AuditAction, AuditContext, AuditRecord, Change, Event, EventType, NotApplicable, PasswordHash, Timestamp,
    User, UserChange, UserId, Version,
};

/// What a change writes, all of it in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The account afterwards.
    pub after: User,
    /// Its new password, if it gets one.
    pub password: Option<PasswordHash>,
    /// The entry in the audit log, if an administrator asked for it.
    pub audit: Option<AuditRecord>,
    /// What chat servers are told.
    pub events: Vec<Event>,
    /// Whether the sessions of the account as it was have to be ended.
    pub ends_sessions: bool,
}

/// Why a change is declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declined {
    /// The account is already as requested.
    Unchanged,
    /// The account has another version than expected.
    Conflict,
    /// The change does not apply to this account.
    NotApplicable,
}

impl UserChange {
    /// Decides what the change makes of an account, from the expected version if one is given.
    ///
    /// # Errors
    /// Why nothing is to be written.
    pub fn decide(
        &self,
        user: &User,
        expected: Option<Version>,
        context: &AuditContext,
    ) -> Result<Decision, Declined> {
        if expected.is_some_and(|version| version != user.version) {
            return Err(Declined::Conflict);
        }
        let after = match self.apply(user, context) {
            Ok(Some(after)) => after,
            Ok(None) => return Err(Declined::Unchanged),
            Err(NotApplicable) => return Err(Declined::NotApplicable),
        };
        let mut audit = context.on(self.action(), Some(user), &after);
        audit.changes.extend(self.password().and_then(|_| Change::of("password", "", "*")));
        Ok(Decision {
            audit: Some(audit),
            events: vec![Event::of(self.event_type(), &after, context.at)],
            password: self.password().cloned(),
            ends_sessions: after.epoch > user.epoch,
            after,
        })
    }
}

impl Decision {
    /// The decision about an account that is added, with the number that the store gave it.
    #[must_use]
    pub fn numbered(mut self, id: UserId) -> Self {
        self.after.id = id;
        if let Some(audit) = &mut self.audit {
            audit.user = Some(id);
        }
        self
    }
}

/// What removing an account for good writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The entry in the audit log.
    pub audit: AuditRecord,
    /// What chat servers are told.
    pub event: Event,
}

impl User {
    /// Decides whether an account is removed for good: only if it was deleted before that time.
    pub fn purge(&self, before: Timestamp, context: &AuditContext) -> Option<Removal> {
        self.deleted_at.is_some_and(|at| at < before).then(|| Removal {
            audit: context.on(AuditAction::UserPurged, Some(self), self),
            event: Event::of(EventType::UserPurged, self, context.at),
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Role, Status, UserId, Username, Visit};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn user() -> User {
        let registered = Visit { at: at(1), from: None };
        User::new(UserId(1), Uuid::nil(), Username::from_store("alice".to_owned()), Role::User, registered)
    }

    fn decide(change: &UserChange, expected: i64) -> Result<Decision, Declined> {
        change.decide(&user(), Some(Version(expected)), &AuditContext::due(at(5)))
    }

    #[test]
    fn a_change_from_another_version_is_declined_whatever_it_is() {
        let enabled = UserChange::status(Status::Enabled);
        for change in [&enabled, &UserChange::Delete] {
            assert_eq!(decide(change, 1), Err(Declined::Conflict));
        }
        assert_eq!(decide(&enabled, 0), Err(Declined::Unchanged));
    }

    #[test]
    fn a_decision_names_all_that_is_written() {
        let decision = decide(&UserChange::Password(PasswordHash::new("$x$".to_owned())), 0).unwrap();
        assert!(decision.ends_sessions && decision.password.is_some());
        assert_eq!(decision.events, [Event::of(EventType::UserUpdated, &decision.after, at(5))]);
        let audit = decision.audit.unwrap();
        assert_eq!(audit.action, AuditAction::UserPassword);
        assert_eq!(audit.changes, Change::of("password", "", "*").into_iter().collect::<Vec<_>>());
        let deleted = decide(&UserChange::Delete, 0).unwrap().after;
        let restored = UserChange::Restore.decide(&deleted, None, &AuditContext::due(at(6))).unwrap();
        assert!(!restored.ends_sessions && restored.password.is_none());
    }

    #[test]
    fn only_what_was_deleted_before_is_removed() {
        let context = AuditContext::due(at(9));
        let gone = User { deleted_at: Some(at(5)), ..user() };
        assert_eq!(user().purge(at(9), &context), None);
        assert_eq!(gone.purge(at(5), &context), None);
        assert_eq!(gone.purge(at(6), &context).unwrap().audit.action, AuditAction::UserPurged);
    }
}
