use async_trait::async_trait;
use usher_domain::{AuditContext, NoteText, UserId, UserNote};

use crate::outbound::StoreError;

/// Keeps what administrators noted about users.
///
/// - Notes must be gone with their user.
/// - A note must be added and removed together with its entry in the audit log, which does not hold the text.
#[async_trait]
pub trait UserNotes: Send + Sync {
    /// Adds a note by the actor of the context; `None` if there is no such user.
    async fn add_note(
        &self,
        user: UserId,
        text: &NoteText,
        context: &AuditContext,
    ) -> Result<Option<UserNote>, StoreError>;

    /// The notes about a user, newest first.
    async fn notes(&self, user: UserId, limit: u32) -> Result<Vec<UserNote>, StoreError>;

    /// Removes a note about a user, only if it is by this author where one is given; returns whether it did.
    async fn remove_note(
        &self,
        user: UserId,
        note: i64,
        by: Option<&str>,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;
}
