use std::ops::{Deref, DerefMut};

use sqlx::Pool;
use sqlx::pool::PoolConnection;

use super::{Result, fault};

/// A server's connection for one statement. It is not lent again where the statement met a fault of the database: what the
/// next one needs may be on another connection, as after a failover.
pub(super) struct Lease<DB: sqlx::Database> {
    connection: PoolConnection<DB>,
    reusable: bool,
}

impl<DB: sqlx::Database> Lease<DB> {
    /// Acquired in a box, because the future is large. A statement that nobody waits for any more leaves a connection behind of which nobody knows when it
    /// will answer, so that is closed, too.
    pub(super) async fn of(pool: &Pool<DB>) -> Result<Self> {
        Ok(Self { connection: Box::pin(pool.acquire()).await?, reusable: false })
    }

    /// Notes how the statement went.
    pub(super) fn settle<T>(&mut self, outcome: &sqlx::Result<T>) {
        self.reusable = outcome.as_ref().err().is_none_or(|error| fault::of(error).is_none());
    }
}

impl<DB: sqlx::Database> Deref for Lease<DB> {
    type Target = PoolConnection<DB>;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<DB: sqlx::Database> DerefMut for Lease<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

impl<DB: sqlx::Database> Drop for Lease<DB> {
    fn drop(&mut self) {
        if !self.reusable {
            self.connection.close_on_drop();
        }
    }
}
