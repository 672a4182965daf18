use async_trait::async_trait;
use usher_domain::{AccountTotals, User, UserCursor, UserFilter};

use crate::outbound::StoreError;

/// Lists all users for administrators.
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// A page of users, in the order and from the place that the cursor says.
    async fn list(
        &self,
        filter: &UserFilter,
        cursor: &UserCursor,
        limit: u32,
    ) -> Result<Vec<User>, StoreError>;

    /// How many there are, counted up to `most`.
    async fn count(&self, filter: &UserFilter, most: u32) -> Result<u32, StoreError>;

    /// How many accounts there are. It takes the longer the more there are.
    async fn account_totals(&self) -> Result<AccountTotals, StoreError>;
}
