use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AuthenticatedDevice, DeviceAttribute, Role, SessionOrigin, User};
use usher_ports::inbound::{Credentials, LogInVisitor, Refusal, SignedIn};
use usher_ports::outbound::{Clock, SessionStore, UserLookup, UserVisits};

use crate::{AccessGate, CredentialCheck, SessionIssuer};

/// Logs visitors in to accounts that exist.
pub struct LogInVisitorService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Records who they turned out to be.
    pub visits: Arc<dyn UserVisits>,
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Checks name and password.
    pub credentials: Arc<CredentialCheck>,
    /// Opens the sessions.
    pub issuer: Arc<SessionIssuer>,
    /// Refuses the banned.
    pub gate: Arc<AccessGate>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl LogInVisitor for LogInVisitorService {
    async fn log_in(
        &self,
        device: AuthenticatedDevice,
        credentials: Credentials,
    ) -> Result<SignedIn, Refusal> {
        self.gate.admit(Some(device.id()), credentials.from)?;
        let from = credentials.from.ip();
        let user = self.credentials.pass(credentials, Some(device.id())).await?;
        let platform = self.leave_visitor(&device, &user).await?;
        self.issuer.log_in(user, SessionOrigin::on(device.id(), platform, from)).await
    }
}

impl LogInVisitorService {
    /// Ends what the device was until now: the visitor's sessions, or the visitor sessions on this very account. Returns
    /// what is known of the device's platform.
    async fn leave_visitor(
        &self,
        device: &AuthenticatedDevice,
        user: &User,
    ) -> Result<Option<DeviceAttribute>, Refusal> {
        let Some(before) = self.users.find_by_device(device.id()).await? else { return Ok(None) };
        if before.id != user.id && before.role == Role::Visitor {
            self.visits.record_alias(before.id, user.id, self.clock.now()).await?;
        }
        if before.id == user.id || before.role == Role::Visitor {
            self.sessions.end_role(before.id, Role::Visitor).await?;
        }
        Ok(before.device.and_then(|device| device.attributes.platform))
    }
}
