use deadpool::managed::Object;
use sqlx::Executor;

use super::pool::{Pool, Pooled};
use super::{DatabaseError, Result, fault};

/// A server's connection for one statement. It is not lent again where the statement met a fault of the database: what the
/// next one needs may be on another connection, as after a failover. Nor where the caller of the statement has gone:
/// it is unknown when it will be answered.
pub(super) struct Lease<DB: sqlx::Database>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    /// Taken when it is dropped.
    connection: Option<Pooled<DB>>,
    reusable: bool,
}

impl<DB: sqlx::Database> Lease<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    pub(super) async fn of(pool: &Pool<DB>) -> Result<Self> {
        Ok(Self { connection: Some(pool.get().await?), reusable: false })
    }

    pub(super) fn connection(&mut self) -> Result<&mut DB::Connection> {
        self.connection.as_deref_mut().ok_or(DatabaseError::Closed)
    }

    /// Notes how the statement went.
    pub(super) fn settle<T>(&mut self, outcome: &sqlx::Result<T>) {
        self.reusable = outcome.as_ref().err().is_none_or(|error| fault::of(error).is_none());
    }
}

impl<DB: sqlx::Database> Drop for Lease<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    fn drop(&mut self) {
        if let (Some(connection), false) = (self.connection.take(), self.reusable) {
            drop(Object::take(connection));
        }
    }
}
