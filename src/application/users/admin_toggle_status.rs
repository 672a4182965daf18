use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, UserChange, UserId};
use usher_ports::inbound::{AdminRefusal, AdminToggleStatus, StatusCommand};

use crate::AccountService;

#[async_trait]
impl AdminToggleStatus for AccountService {
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: StatusCommand,
    ) -> Result<ManagedUser, AdminRefusal> {
        let change = UserChange::Status { status: command.status, until: command.until };
        let (user, _) = self.change(by, user, &change, command.expected, command.reason).await?;
        Ok(user)
    }
}
