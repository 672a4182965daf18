use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{NoteText, Operator, UserId, UserNote, Viewer};
use usher_ports::inbound::{AdminRefusal, NoteUsers};
use usher_ports::outbound::{Clock, UserNotes};

/// Notes of administrators about users.
pub struct NoteUsersService {
    /// Keeps them.
    pub notes: Arc<dyn UserNotes>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl NoteUsers for NoteUsersService {
    async fn list(&self, _by: Viewer<'_>, user: UserId) -> Result<Vec<UserNote>, AdminRefusal> {
        Ok(self.notes.notes(user, UserNote::MOST_SHOWN).await?)
    }

    async fn add(&self, by: Operator<'_>, user: UserId, text: NoteText) -> Result<UserNote, AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        self.notes.add_note(user, &text, &context).await?.ok_or(AdminRefusal::NotFound)
    }

    async fn remove(&self, by: Operator<'_>, user: UserId, note: i64) -> Result<(), AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        let author = by.administrator().owning().is_err().then_some(context.by.as_str());
        let removed = self.notes.remove_note(user, note, author, &context).await?;
        removed.then_some(()).ok_or(AdminRefusal::NotFound)
    }
}
