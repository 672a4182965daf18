use async_trait::async_trait;
use usher_domain::{Operator, User, UserId};

use super::AdminRefusal;

/// Takes somebody out of the installation.
#[async_trait]
pub trait AdminDeleteUser: Send + Sync {
    /// Marks the account as deleted and ends its sessions. Its number and its name are never given to anybody else,
    /// and its devices get no other account.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], or a failed store.
    async fn delete(&self, by: Operator<'_>, user: UserId) -> Result<User, AdminRefusal>;
}
