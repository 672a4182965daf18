use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AuditAction, Operator, Role, SessionId, UserId};
use usher_ports::inbound::{AdminEndSessions, AdminRefusal};
use usher_ports::outbound::{AuditLog, Clock, SessionStore, UserLookup};

/// Ends users' sessions.
pub struct AdminEndSessionsService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Keeps what is done.
    pub audit: Arc<dyn AuditLog>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminEndSessions for AdminEndSessionsService {
    /// Written down before it is done: sessions may be kept in another store than the log, and nothing is done that is
    /// not in it.
    async fn end(
        &self,
        by: Operator<'_>,
        user: UserId,
        session: Option<SessionId>,
    ) -> Result<(), AdminRefusal> {
        let known = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
        let context = by.administrator().context(self.clock.now());
        self.audit.append(&context.on(AuditAction::SessionsEnded, Some(&known), &known)).await?;
        if let Some(session) = session {
            return Ok(self.sessions.end(user, session).await?);
        }
        for role in [Role::Visitor, Role::User] {
            self.sessions.end_role(user, role).await?;
        }
        Ok(())
    }
}
