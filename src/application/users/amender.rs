use std::sync::Arc;

use usher_domain::{Amendment, NotApplicable, Operator, Reason, User, UserId, Version};
use usher_ports::inbound::AdminRefusal;
use usher_ports::outbound::{Amended, Clock, UserChanges, UserLookup, UserRegistry};

use crate::Revoker;

/// Changes users for administrators: one write, and the sessions that it ends.
pub struct Amender {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Adds them.
    pub registry: Arc<dyn UserRegistry>,
    /// Changes them.
    pub changes: Arc<dyn UserChanges>,
    /// Ends the sessions.
    pub revoker: Arc<Revoker>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Amender {
    /// The account as it is now, and whether anything about it was changed.
    pub(crate) async fn amend(
        &self,
        by: Operator<'_>,
        user: UserId,
        amendment: &Amendment,
        expected: Option<Version>,
        reason: Reason,
    ) -> Result<(User, bool), AdminRefusal> {
        let deed = by.administrator().deed(self.clock.now()).because(reason);
        let (user, changed) = match self.changes.amend(user, amendment, expected, &deed).await? {
            Amended::Done(user) => (*user, true),
            Amended::Unchanged(user) => (*user, false),
            Amended::Conflict(user) => return Err(AdminRefusal::Conflict(user)),
            Amended::UsernameTaken => return Err(AdminRefusal::UsernameTaken),
            Amended::NotApplicable => return Err(NotApplicable.into()),
            Amended::NotFound => return Err(AdminRefusal::NotFound),
        };
        // Also of an account that was so before: whoever did that may not have come to this.
        self.revoker.revoke(&user).await;
        Ok((user, changed))
    }
}
