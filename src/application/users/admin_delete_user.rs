use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Amendment, Operator, Reason, User, UserId, Version};
use usher_ports::inbound::{AdminDeleteUser, AdminRefusal};

use crate::Amender;

/// Deletes users, and brings them back.
pub struct DeleteUser {
    /// Makes the change.
    pub amender: Arc<Amender>,
}

#[async_trait]
impl AdminDeleteUser for DeleteUser {
    async fn delete(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
        reason: Reason,
    ) -> Result<User, AdminRefusal> {
        let (user, changed) = self.amender.amend(by, user, &Amendment::Delete, expected, reason).await?;
        changed.then_some(user).ok_or(AdminRefusal::NotFound)
    }

    async fn restore(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
    ) -> Result<User, AdminRefusal> {
        let restored = self.amender.amend(by, user, &Amendment::Restore, expected, Reason::default()).await;
        restored.map(|(user, _)| user)
    }
}
