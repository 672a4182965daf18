use async_trait::async_trait;
use usher_domain::{NoteText, Operator, UserId, UserNote, Viewer};

use crate::inbound::AdminRefusal;

/// Notes of administrators about users, for each other.
#[async_trait]
pub trait NoteUsers: Send + Sync {
    /// The newest notes about a user: up to [`UserNote::MOST_SHOWN`].
    ///
    /// # Errors
    /// When the store fails.
    async fn list(&self, by: Viewer<'_>, user: UserId) -> Result<Vec<UserNote>, AdminRefusal>;

    /// Adds a note.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn add(&self, by: Operator<'_>, user: UserId, text: NoteText) -> Result<UserNote, AdminRefusal>;

    /// Removes a note: one's own, or as an owner any.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], also for the note of another administrator.
    async fn remove(&self, by: Operator<'_>, user: UserId, note: i64) -> Result<(), AdminRefusal>;
}
