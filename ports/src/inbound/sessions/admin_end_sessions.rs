use async_trait::async_trait;
use usher_domain::{Operator, SessionId, UserId};

use crate::inbound::AdminRefusal;

/// Ends a user's sessions without disabling the account.
#[async_trait]
pub trait AdminEndSessions: Send + Sync {
    /// Ends one session, or all of them.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn end(
        &self,
        by: Operator<'_>,
        user: UserId,
        session: Option<SessionId>,
    ) -> Result<(), AdminRefusal>;
}
