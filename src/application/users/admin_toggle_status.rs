use async_trait::async_trait;
use usher_domain::{Amendment, ManagedUser, Operator, UserId};
use usher_ports::inbound::{AdminRefusal, AdminToggleStatus, StatusWish};

use crate::AccountService;

#[async_trait]
impl AdminToggleStatus for AccountService {
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        wish: StatusWish,
    ) -> Result<ManagedUser, AdminRefusal> {
        let amendment = Amendment::Status { status: wish.status, until: wish.until };
        let (user, _) = self.change(by, user, &amendment, wish.expected, wish.reason).await?;
        Ok(user)
    }
}
