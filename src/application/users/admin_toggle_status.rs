use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Amendment, Operator, User, UserId};
use usher_ports::inbound::{AdminRefusal, AdminToggleStatus, StatusWish};

use crate::Amender;

/// Switches users off and on.
pub struct ToggleStatus {
    /// Makes the change.
    pub amender: Arc<Amender>,
}

#[async_trait]
impl AdminToggleStatus for ToggleStatus {
    async fn set(&self, by: Operator<'_>, user: UserId, wish: StatusWish) -> Result<User, AdminRefusal> {
        let amendment = Amendment::Status { status: wish.status, until: wish.until };
        let (user, _) = self.amender.amend(by, user, &amendment, wish.expected, wish.reason).await?;
        Ok(user)
    }
}
