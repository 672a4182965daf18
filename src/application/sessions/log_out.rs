use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Caller, Role};
use usher_ports::inbound::{LogOut, Refusal};
use usher_ports::outbound::SessionStore;

/// Ends sessions.
pub struct LogOutService {
    /// Keeps them.
    pub sessions: Arc<dyn SessionStore>,
}

#[async_trait]
impl LogOut for LogOutService {
    async fn log_out(&self, caller: Caller) -> Result<(), Refusal> {
        if let Caller::User(user) = &caller {
            self.sessions.end_role(user.user(), Role::Visitor).await?;
        }
        Ok(self.sessions.end(caller.user(), caller.session()).await?)
    }
}
