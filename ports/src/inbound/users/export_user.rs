use async_trait::async_trait;
use usher_domain::{AuditEntry, Operator, UserId, UserNote};

use super::UserDetails;
use crate::inbound::AdminRefusal;

/// All that is kept about a person.
#[derive(Clone, Debug)]
pub struct UserExport {
    /// Account, profile, devices and sessions.
    pub details: UserDetails,
    /// What administrators noted about them, newest first.
    pub notes: Vec<UserNote>,
    /// What administrators did about them, newest first: up to [`UserExport::MOST_ENTRIES`].
    pub history: Vec<AuditEntry>,
}

impl UserExport {
    /// How many notes and how many entries of the audit log an export holds.
    pub const MOST_ENTRIES: u32 = 10_000;
}

/// Writes down all that is kept about a person, to be handed to them (GDPR, article 15).
#[async_trait]
pub trait ExportUser: Send + Sync {
    /// All of it but password hashes, tokens and whole device ids, which would let the reader in. That it was done is in the
    /// audit log before it is done.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn export(&self, by: Operator<'_>, user: UserId) -> Result<UserExport, AdminRefusal>;
}
