use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorSession, AuditContext, PasswordHash,
    SecondFactorResponse, SessionId, Timestamp,
};

use crate::outbound::StoreError;

/// Stores administrators' sessions.
///
/// - An administrator with a second factor must not log in without a response from it, and a response must be accepted
///   once, also when it is used concurrently.
/// - A method that takes an [`AuditContext`] must append an entry to the audit log, in the same transaction.
#[async_trait]
pub trait AdministratorSessions: Send + Sync {
    /// Opens a session and records the login, if the administrator's password is still this one and the response is
    /// accepted, which is required with a second factor and refused without; returns whether it did.
    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        response: Option<SecondFactorResponse>,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;

    /// A session that was not ended, and its administrator; it may have expired.
    async fn find_session(
        &self,
        id: SessionId,
    ) -> Result<Option<(AdministratorSession, AdministratorAccount)>, StoreError>;

    /// The sessions of an administrator that were not ended, the newest first; some may have expired.
    async fn sessions(&self, id: AdministratorId) -> Result<Vec<AdministratorSession>, StoreError>;

    /// Extends a session that was used, if it exists.
    async fn extend(
        &self,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends a session, if it exists.
    async fn end(&self, id: SessionId, context: &AuditContext) -> Result<(), StoreError>;

    /// Ends all sessions of an administrator but `keep`.
    async fn end_all(
        &self,
        id: AdministratorId,
        keep: Option<SessionId>,
        context: &AuditContext,
    ) -> Result<(), StoreError>;

    /// Deletes sessions that expired before `before`; returns how many.
    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError>;
}
