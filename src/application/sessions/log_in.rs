use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::SessionOrigin;
use usher_ports::inbound::{Credentials, LogIn, Refusal, SignedIn};

use crate::{AccessGate, CredentialCheck, Limits, SessionIssuer};

/// Logs in by name and password.
pub struct LogInService {
    /// Checks them.
    pub credentials: Arc<CredentialCheck>,
    /// Opens the sessions.
    pub issuer: Arc<SessionIssuer>,
    pub limits: Arc<Limits>,
    /// Refuses the banned.
    pub gate: Arc<AccessGate>,
}

#[async_trait]
impl LogIn for LogInService {
    async fn log_in(&self, credentials: Credentials) -> Result<SignedIn, Refusal> {
        self.gate.admit(None, credentials.from)?;
        self.limits.enter(credentials.from).await?;
        let origin = SessionOrigin::unknown_device(credentials.from.ip());
        let user = self.credentials.pass(credentials, None).await?;
        self.issuer.log_in(user, origin).await
    }
}
