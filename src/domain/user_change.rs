use crate::{
    AccountState, AuditAction, AuditContext, BulkAction, EventType, Nickname, PasswordHash, Reason, Role,
    Status, Timestamp, User, Username,
};

/// A change that an administrator makes to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// Whether the account may be used.
    Status {
        /// What it is from now on.
        status: Status,
        /// When a disabled account is enabled again by itself, if ever.
        until: Option<Timestamp>,
        /// Whether an account with a ban of its own stays as it is: disabling changes no account that is disabled
        /// already, and enabling none that is disabled until a time or for a reason.
        spares_bans: bool,
    },
    /// A new password, which visitors do not have.
    Password(PasswordHash),
    /// What the account says about its owner.
    Edit(Box<UserEdit>),
    /// Makes a visitor a registered user with this name and password.
    Convert {
        /// The name.
        username: Username,
        /// The password.
        password: PasswordHash,
    },
    /// Marks the account as deleted.
    Delete,
    /// Undoes a deletion.
    Restore,
    /// Brings back what the account was before a job changed it, which is this action.
    Revert(BulkAction, Box<AccountState>),
}

/// What an administrator writes into a user's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEdit {
    /// The name; that of a visitor stays as it is.
    pub username: Option<Username>,
    /// What others see.
    pub nickname: Nickname,
    /// URL of a picture; `None` leaves it.
    pub avatar: Option<String>,
    /// A new password; `None` leaves it.
    pub password: Option<PasswordHash>,
}

/// The change does not apply to this account: a visitor has no password and keeps its name, and of a deleted account
/// nothing is changed but that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not for this account: a visitor keeps its name and has no password, and a deleted account stays as it is"
)]
pub struct NotApplicable;

impl UserChange {
    /// A status without an end, whatever it is now.
    pub const fn status(status: Status) -> Self {
        Self::Status { status, until: None, spares_bans: false }
    }

    /// The account after the change; `None` if nothing changes. Whatever must end the account's sessions starts an
    /// epoch. A disabled account keeps the reason and the actor of the context.
    ///
    /// # Errors
    /// When the change does not apply to this account.
    pub(crate) fn apply(&self, user: &User, context: &AuditContext) -> Result<Option<User>, NotApplicable> {
        let mut after = user.clone();
        let ends_sessions = match self {
            Self::Status { status, spares_bans: true, .. } if user.has_ban(*status) => return Ok(None),
            Self::Status { status, until, .. } => {
                let disables = *status == Status::Disabled;
                let until = until.filter(|_| disables);
                let reason = if disables { context.reason.clone() } else { Reason::default() };
                let so_already = (user.status, user.disabled_until, &user.disabled_reason);
                if so_already == (*status, until, &reason) {
                    return Ok(None);
                }
                (after.status, after.disabled_until, after.disabled_reason) = (*status, until, reason);
                after.disabled_by = if disables { context.by.clone() } else { String::new() };
                *status != Status::Enabled && *status != user.status
            }
            Self::Password(_) if user.role == Role::Visitor => return Err(NotApplicable),
            Self::Password(_) => true,
            Self::Edit(edit) => edit.apply(&mut after)?,
            Self::Convert { .. } if user.role != Role::Visitor || user.deleted_at.is_some() => {
                return Err(NotApplicable);
            }
            Self::Convert { username, .. } => {
                (after.username, after.role) = (username.clone(), Role::User);
                true
            }
            Self::Delete => {
                after.deleted_at = user.deleted_at.or(Some(context.at));
                true
            }
            Self::Restore => {
                after.deleted_at = None;
                false
            }
            Self::Revert(_, before) => before.restore(&mut after),
        };
        if after == *user && self.password().is_none() {
            return Ok(None);
        }
        Ok(Some(after.changed(context.at, ends_sessions)))
    }

    /// What it is called in the audit log.
    pub const fn action(&self) -> AuditAction {
        match self {
            Self::Status { status: Status::Enabled, .. } => AuditAction::UserEnabled,
            Self::Status { .. } => AuditAction::UserDisabled,
            Self::Password(_) => AuditAction::UserPassword,
            Self::Edit(_) => AuditAction::UserEdited,
            Self::Convert { .. } => AuditAction::UserConverted,
            Self::Delete => AuditAction::UserDeleted,
            Self::Restore => AuditAction::UserRestored,
            Self::Revert(action, _) => action.audit_action(),
        }
    }

    /// The event that chat servers are told.
    pub(crate) const fn event_type(&self) -> EventType {
        match self {
            Self::Status { status: Status::Enabled, .. } => EventType::UserEnabled,
            Self::Status { .. } => EventType::UserDisabled,
            Self::Password(_) | Self::Edit(_) => EventType::UserUpdated,
            Self::Convert { .. } => EventType::UserUpgraded,
            Self::Delete => EventType::UserDeleted,
            Self::Restore => EventType::UserRestored,
            Self::Revert(action, _) => action.event_type(),
        }
    }

    /// The new password, if it brings one.
    pub const fn password(&self) -> Option<&PasswordHash> {
        match self {
            Self::Password(password) | Self::Convert { password, .. } => Some(password),
            Self::Edit(edit) => edit.password.as_ref(),
            Self::Status { .. } | Self::Delete | Self::Restore | Self::Revert(..) => None,
        }
    }
}

impl UserEdit {
    /// Tells whether it ends sessions.
    fn apply(&self, user: &mut User) -> Result<bool, NotApplicable> {
        let secret = self.password.is_some() || self.username.is_some();
        if user.deleted_at.is_some() || user.role == Role::Visitor && secret {
            return Err(NotApplicable);
        }
        user.nickname = self.nickname.clone();
        if let Some(username) = &self.username {
            user.username = username.clone();
        }
        if let Some(avatar) = &self.avatar {
            avatar.clone_into(&mut user.avatar);
        }
        Ok(self.password.is_some())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Epoch, UserId, Version, Visit};

    const LATER: Timestamp = Timestamp::from_millis(5);

    fn user(role: Role) -> User {
        let registered = Visit { at: Timestamp::from_millis(1), from: None };
        let alice = Username::from_store("alice".to_owned());
        User {
            avatar: "/a.png".to_owned(),
            version: Version(3),
            epoch: Epoch(7),
            ..User::new(UserId(1), Uuid::nil(), alice, role, registered)
        }
    }

    fn status(status: Status, until: Option<Timestamp>) -> UserChange {
        UserChange::Status { status, until, spares_bans: false }
    }

    fn context() -> AuditContext {
        AuditContext::due(LATER)
    }

    fn hash() -> PasswordHash {
        PasswordHash::new("$x$".to_owned())
    }

    fn edit(password: Option<PasswordHash>) -> UserEdit {
        UserEdit { username: None, nickname: Nickname::default(), avatar: None, password }
    }

    #[test]
    fn what_must_end_sessions_starts_an_epoch_and_nothing_else_does() {
        let (alice, disabled) = (user(Role::User), User { status: Status::Disabled, ..user(Role::User) });
        let gone = User { deleted_at: Some(LATER), ..user(Role::User) };
        let named = UserEdit { nickname: Nickname::from_store("A".to_owned()), ..edit(None) };
        for (before, change, epoch) in [
            (&alice, status(Status::Disabled, None), 8),
            (&alice, status(Status::Locked, None), 8),
            (&disabled, status(Status::Disabled, Some(LATER)), 7),
            (&disabled, status(Status::Enabled, None), 7),
            (&alice, UserChange::Password(hash()), 8),
            (&alice, UserChange::Edit(Box::new(edit(Some(hash())))), 8),
            (&alice, UserChange::Edit(Box::new(named)), 7),
            (&alice, UserChange::Delete, 8),
            (&gone, UserChange::Restore, 7),
        ] {
            let after = change.apply(before, &context()).unwrap().unwrap();
            assert_eq!((after.epoch.0, after.version.0, after.updated_at), (epoch, 4, LATER), "{change:?}");
        }
    }

    #[test]
    fn what_is_so_already_is_no_change() {
        let alice = user(Role::User);
        let disabled = User { status: Status::Disabled, disabled_until: Some(LATER), ..user(Role::User) };
        let gone = User { deleted_at: Some(LATER), ..user(Role::User) };
        for (before, change) in [
            (&alice, status(Status::Enabled, Some(LATER))),
            (&disabled, status(Status::Disabled, Some(LATER))),
            (&alice, UserChange::Edit(Box::new(edit(None)))),
            (&alice, UserChange::Restore),
            (&gone, UserChange::Delete),
        ] {
            assert_eq!(change.apply(before, &context()), Ok(None), "{change:?}");
        }
    }

    #[test]
    fn enabling_clears_the_end_of_a_temporary_block() {
        let disabled = User { status: Status::Disabled, disabled_until: Some(LATER), ..user(Role::User) };
        let after = status(Status::Enabled, None).apply(&disabled, &context()).unwrap().unwrap();
        assert_eq!(after.disabled_until, None);
    }

    #[test]
    fn a_ban_has_the_reason_and_the_actor_and_leaves_nothing_behind() {
        let why = context().because(Reason::parse("spam").unwrap());
        let off = status(Status::Disabled, None).apply(&user(Role::User), &why).unwrap().unwrap();
        assert_eq!((off.disabled_reason.as_str(), off.disabled_by.as_str()), ("spam", AuditContext::USHER));
        assert_eq!(status(Status::Disabled, None).apply(&off, &why), Ok(None));
        assert!(status(Status::Disabled, None).apply(&off, &context()).unwrap().is_some(), "another reason");
        let on = status(Status::Enabled, None).apply(&off, &why).unwrap().unwrap();
        assert_eq!((on.disabled_reason.as_str(), on.disabled_by.as_str()), ("", ""));
    }

    #[test]
    fn a_change_that_spares_bans_changes_neither_those_who_are_disabled_nor_those_with_an_end_or_a_reason() {
        let spares = |status| UserChange::Status { status, until: None, spares_bans: true };
        let disabled = User { status: Status::Disabled, ..user(Role::User) };
        let timed = User { disabled_until: Some(LATER), ..disabled.clone() };
        let reasoned = User { disabled_reason: Reason::parse("spam").unwrap(), ..disabled.clone() };
        for ban in [&disabled, &timed, &reasoned] {
            assert_eq!(spares(Status::Disabled).apply(ban, &context()), Ok(None));
        }
        for ban in [&timed, &reasoned] {
            assert_eq!(spares(Status::Enabled).apply(ban, &context()), Ok(None));
        }
        assert!(spares(Status::Enabled).apply(&disabled, &context()).unwrap().is_some());
        assert!(spares(Status::Disabled).apply(&user(Role::User), &context()).unwrap().is_some());
    }

    #[test]
    fn visitors_keep_their_name_and_have_no_password() {
        let named = UserEdit { username: Some(Username::from_store("bob_01".to_owned())), ..edit(None) };
        let gone = User { deleted_at: Some(LATER), ..user(Role::User) };
        for (before, change) in [
            (user(Role::Visitor), UserChange::Password(hash())),
            (user(Role::Visitor), UserChange::Edit(Box::new(edit(Some(hash()))))),
            (user(Role::Visitor), UserChange::Edit(Box::new(named))),
            (gone, UserChange::Edit(Box::new(edit(None)))),
        ] {
            assert_eq!(change.apply(&before, &context()), Err(NotApplicable), "{change:?}");
        }
    }
}
