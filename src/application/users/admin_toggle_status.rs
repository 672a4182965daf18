use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, Status, UserChange, UserId};
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
        let StatusCommand { status, until, reason, spares_bans, expected } = command;
        let until = match status {
            Status::Disabled => until.resolve(self.clock.now())?,
            Status::Enabled | Status::Locked => None,
        };
        let change = UserChange::Status { status, until, spares_bans };
        let (user, _) = self.change(by, user, &change, expected, reason).await?;
        Ok(user)
    }
}
