use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AuditAction, AuditFilter, AuditRecord, Operator, UserId};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, ExportUser, UserExport};
use usher_ports::outbound::{AuditLog, Clock, UserNotes};

/// Exports all about a person.
pub struct ExportUserService {
    /// Knows the account.
    pub users: Arc<dyn AdminListUsers>,
    /// Knows what administrators noted.
    pub notes: Arc<dyn UserNotes>,
    /// Knows what was done about it, and keeps who asked.
    pub audit: Arc<dyn AuditLog>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl ExportUser for ExportUserService {
    async fn export(&self, by: Operator<'_>, user: UserId) -> Result<UserExport, AdminRefusal> {
        let details = self.users.details(by.viewing(), user).await?;
        let context = by.administrator().context(self.clock.now());
        let record = context.record(AuditAction::UserExported, details.user.username.as_str());
        self.audit.append(&AuditRecord { user: Some(user), ..record }).await?;
        let about = AuditFilter { user: Some(user), ..AuditFilter::default() };
        let history = self.audit.list(&about, None, UserExport::MOST_ENTRIES).await?;
        let notes = self.notes.notes(user, UserExport::MOST_ENTRIES).await?;
        Ok(UserExport { details, notes, history })
    }
}
