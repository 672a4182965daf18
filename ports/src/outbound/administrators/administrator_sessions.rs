use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorSession, AuditContext, PasswordHash,
    SecondFactorResponse, SessionId, Timestamp,
};

use crate::outbound::StoreError;

/// Keeps administrators' sessions.
///
/// - Whoever has a second factor must not come in without it, and a response from it must be good once, also when it is used
///   at once.
/// - Whatever is done with an [`AuditContext`] must leave an entry in the audit log, in the same transaction.
#[async_trait]
pub trait AdministratorSessions: Send + Sync {
    /// Opens a session, and notes it as a login, if their password is still this one and the response is good, which whoever
    /// has a second factor must have and nobody else may; tells whether it is.
    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        response: Option<SecondFactorResponse>,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;

    /// A session that was not ended, and whose it is; it may have expired.
    async fn find_session(
        &self,
        id: SessionId,
    ) -> Result<Option<(AdministratorSession, AdministratorAccount)>, StoreError>;

    /// The sessions of an administrator that were not ended, the newest first; some may have expired.
    async fn sessions(&self, id: AdministratorId) -> Result<Vec<AdministratorSession>, StoreError>;

    /// Notes that a session was used, if it is there.
    async fn extend(
        &self,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends a session, if it is there.
    async fn end(&self, id: SessionId, context: &AuditContext) -> Result<(), StoreError>;

    /// Ends all sessions of an administrator, but for one if it is named.
    async fn end_all(
        &self,
        id: AdministratorId,
        keep: Option<SessionId>,
        context: &AuditContext,
    ) -> Result<(), StoreError>;

    /// Forgets sessions that expired before `before`, and tells how many.
    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError>;
}
