use async_trait::async_trait;
use usher_domain::{AdministratorName, AuditContext, Invitation, PasswordHash, SessionId, Timestamp};

use crate::outbound::StoreError;

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// The link works.
    Done,
    /// An administrator has this name, who was to be a new one.
    NameTaken,
    /// There is no administrator who could get a new password.
    NotFound,
}

/// One-time links, each known by the digest of its secret.
///
/// - A link must work once, also when it is used several times at once, and not after its time.
/// - For each name one link must work at most: the newest.
/// - Using a link for a new password must end all sessions and turn the second factor off.
/// - Making, withdrawing and using a link must append an entry to the audit log, in the same transaction.
#[async_trait]
pub trait AdministratorInvitations: Send + Sync {
    /// Makes a link work.
    async fn invite(
        &self,
        id: SessionId,
        invitation: &Invitation,
        context: &AuditContext,
    ) -> Result<Invited, StoreError>;

    /// What a link lets its holder do, if it works at `now`.
    async fn invitation(&self, id: SessionId, now: Timestamp) -> Result<Option<Invitation>, StoreError>;

    /// The links that work at `now`, by name.
    async fn invitations(&self, now: Timestamp) -> Result<Vec<Invitation>, StoreError>;

    /// Makes the link for a name stop working; returns whether there was one.
    async fn withdraw(&self, name: &AdministratorName, context: &AuditContext) -> Result<bool, StoreError>;

    /// Uses a link at the time of the context: the administrator exists, with this password. Returns whether it worked.
    async fn accept(
        &self,
        id: SessionId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;
}
