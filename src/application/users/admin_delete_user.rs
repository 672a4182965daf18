use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, Reason, UserChange, UserId, Version};
use usher_ports::inbound::{AdminDeleteUser, AdminRefusal};

use crate::AccountService;

#[async_trait]
impl AdminDeleteUser for AccountService {
    async fn delete(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
        reason: Reason,
    ) -> Result<ManagedUser, AdminRefusal> {
        let (user, changed) = self.change(by, user, &UserChange::Delete, expected, reason).await?;
        changed.then_some(user).ok_or(AdminRefusal::NotFound)
    }

    async fn restore(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
    ) -> Result<ManagedUser, AdminRefusal> {
        let restored = self.change(by, user, &UserChange::Restore, expected, Reason::default()).await;
        restored.map(|(user, _)| user)
    }
}
