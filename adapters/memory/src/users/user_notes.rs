use async_trait::async_trait;
use usher_domain::{AuditAction, AuditContext, NoteText, UserId, UserNote};
use usher_ports::outbound::UserNotes;

use super::{MemoryUsers, Result};
use crate::lock;

#[async_trait]
impl UserNotes for MemoryUsers {
    async fn add_note(
        &self,
        user: UserId,
        text: &NoteText,
        context: &AuditContext,
    ) -> Result<Option<UserNote>> {
        let mut accounts = lock(&self.accounts);
        let Some(about) = accounts.account(user).map(|account| account.user.clone()) else { return Ok(None) };
        let (id, by) = (accounts.next_note(), context.by.clone());
        let note = UserNote { id, user, by, at: context.at, text: text.clone() };
        if let Some(account) = accounts.account(user) {
            account.notes.push(note.clone());
        }
        self.audit.write(context.about(AuditAction::NoteAdded, &about));
        Ok(Some(note))
    }

    async fn notes(&self, user: UserId, limit: u32) -> Result<Vec<UserNote>> {
        let notes = self.one(user, |account| account.notes.clone()).unwrap_or_default();
        Ok(notes.into_iter().rev().take(limit as usize).collect())
    }

    async fn remove_note(
        &self,
        user: UserId,
        note: i64,
        by: Option<&str>,
        context: &AuditContext,
    ) -> Result<bool> {
        let mut accounts = lock(&self.accounts);
        let Some(account) = accounts.account(user) else { return Ok(false) };
        let is_meant = |kept: &UserNote| kept.id == note && by.is_none_or(|by| kept.by == by);
        let Some(place) = account.notes.iter().position(is_meant) else { return Ok(false) };
        account.notes.remove(place);
        self.audit.write(context.about(AuditAction::NoteRemoved, &account.user));
        Ok(true)
    }
}
