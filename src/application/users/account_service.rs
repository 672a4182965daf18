use std::sync::Arc;

use usher_domain::{
    ManagedUser, NewPassword, NotApplicable, Operator, PasswordHash, PlainPassword, Reason, UserChange,
    UserId, Username, Version,
};
use usher_ports::inbound::AdminRefusal;
use usher_ports::outbound::{
    Changed, Clock, HasherBusy, IdSource, Lane, PasswordHasher, UserChanges, UserLookup, UserRegistry,
};

use crate::SettleRevocationsService;

/// Changes accounts for administrators: one write, and the sessions that it ends. It is behind all ports that do so.
pub struct AccountService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Adds them.
    pub registry: Arc<dyn UserRegistry>,
    /// Changes them.
    pub changes: Arc<dyn UserChanges>,
    /// Ends the sessions.
    pub revoker: Arc<SettleRevocationsService>,
    /// Hashes the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Draws the ids.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
}

impl AccountService {
    /// The account as it is now, and whether anything about it was changed.
    pub(super) async fn change(
        &self,
        by: Operator<'_>,
        user: UserId,
        change: &UserChange,
        expected: Option<Version>,
        reason: Reason,
    ) -> Result<(ManagedUser, bool), AdminRefusal> {
        let context = by.administrator().context(self.clock.now()).because(reason);
        let (user, changed) = match self.changes.change(user, change, expected, &context).await? {
            Changed::Done(user) => (*user, true),
            Changed::Unchanged(user) => (*user, false),
            Changed::Conflict(user) => return Err(AdminRefusal::Conflict(Box::new((*user).into()))),
            Changed::UsernameTaken => return Err(AdminRefusal::UsernameTaken),
            Changed::NotApplicable => return Err(NotApplicable.into()),
            Changed::NotFound => return Err(AdminRefusal::NotFound),
        };
        // Also if the account was already so: the process that changed it may have failed before this.
        self.revoker.revoke(&user).await;
        Ok((user.into(), changed))
    }

    /// The hash of a password that an administrator chose for this user.
    pub(super) async fn hash(
        &self,
        password: PlainPassword,
        name: &Username,
    ) -> Result<PasswordHash, AdminRefusal> {
        let password = NewPassword::choose(password, name.as_str())?.into_plain();
        self.hasher.hash(password, Lane::Administrator).await.map_err(|HasherBusy| AdminRefusal::Busy)
    }
}
