use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::ErrorCode;
use tokio::sync::Semaphore;

use super::{FromSqlite, Opener, Statement, query};
use crate::database::{DatabaseError, Result};

/// The connections that read.
///
/// Looking up one row takes microseconds, so it is done where it is asked for, on a connection of its own. A list or a
/// search may take long and goes to a blocking thread, so it makes no look-up wait.
#[derive(Debug)]
pub(super) struct Readers {
    opener: Arc<Opener>,
    /// One for each core. Held for one statement and never across an await.
    points: Vec<Mutex<Option<rusqlite::Connection>>>,
    next: AtomicUsize,
    scans: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<rusqlite::Connection>>>,
}

impl Readers {
    /// Opens the connections for look-ups; the others are opened when they are needed.
    pub(super) fn open(opener: Arc<Opener>, scans: u32) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let points = (0..cores).map(|_| opener.reader().map(Some).map(Mutex::new)).collect::<Result<_>>()?;
        Ok(Self {
            opener,
            points,
            next: AtomicUsize::new(0),
            scans: Arc::new(Semaphore::new(usize::try_from(scans.max(1)).unwrap_or(usize::MAX))),
            idle: Arc::default(),
        })
    }

    /// The first row, where it is looked up by a key.
    pub(super) async fn one<T: FromSqlite + Send + 'static>(
        &self,
        statement: Statement,
    ) -> Result<Option<T>> {
        match self.look_up(&statement) {
            // Another process checks or repairs the file: that is waited for elsewhere.
            Err(error) if error.sqlite_code() == Some(ErrorCode::DatabaseBusy) => {
                Ok(self.all(statement).await?.into_iter().next())
            }
            outcome => outcome,
        }
    }

    fn look_up<T: FromSqlite>(&self, statement: &Statement) -> Result<Option<T>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.points.len();
        let mut point = self.points[turn].lock().unwrap_or_else(PoisonError::into_inner);
        let connection = point.as_mut().ok_or(DatabaseError::Closed)?;
        let outcome = query::one(connection, statement);
        if outcome.as_ref().is_err_and(|error: &DatabaseError| error.fault().is_some())
            && let Ok(fresh) = self.opener.reader()
        {
            *connection = fresh;
        }
        outcome
    }

    /// All rows.
    pub(super) async fn all<T: FromSqlite + Send + 'static>(&self, statement: Statement) -> Result<Vec<T>> {
        let permit = Arc::clone(&self.scans).acquire_owned().await.map_err(|_| DatabaseError::Closed)?;
        let (idle, opener) = (Arc::clone(&self.idle), Arc::clone(&self.opener));
        let scan = move || {
            // It goes with the statement: a caller that hangs up frees no connection.
            let _permit = permit;
            let lent = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = lent.map_or_else(|| opener.scanner(), Ok)?;
            let outcome = query::all(&connection, &statement);
            // One that met a fault is closed.
            if outcome.as_ref().err().is_none_or(|error: &DatabaseError| error.fault().is_none()) {
                idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            }
            outcome
        };
        tokio::task::spawn_blocking(scan).await.map_err(|_| DatabaseError::Closed)?
    }

    /// Closes what is not in use. No statement begins any more.
    pub(super) fn close(&self) {
        self.scans.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        for point in &self.points {
            point.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}
