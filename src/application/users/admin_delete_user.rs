use async_trait::async_trait;
use usher_domain::{Amendment, ManagedUser, Operator, Reason, UserId, Version};
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
        let (user, changed) = self.change(by, user, &Amendment::Delete, expected, reason).await?;
        changed.then_some(user).ok_or(AdminRefusal::NotFound)
    }

    async fn restore(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
    ) -> Result<ManagedUser, AdminRefusal> {
        let restored = self.change(by, user, &Amendment::Restore, expected, Reason::default()).await;
        restored.map(|(user, _)| user)
    }
}
