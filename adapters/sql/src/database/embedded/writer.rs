//! The thread that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::sync::{mpsc, oneshot};

use super::Opener;
use crate::database::observer::Observer;
use crate::database::{DatabaseError, Ended, Result, Tx, Work};

/// How many transactions one commit takes at most. Beyond it a commit costs more than it saves.
const GROUP: usize = 64;

/// How many transactions wait at most. The next is refused at once: it would wait for longer than a client does.
const WAITING: usize = 1_024;

/// A transaction on its way through the thread.
trait Job: Send {
    /// Whether the caller still waits.
    fn is_wanted(&self) -> bool;

    /// Runs the statements.
    fn run(&mut self, tx: &mut Tx) -> Ran;

    /// Answers the caller, once it is known whether the group was committed.
    fn answer(self: Box<Self>, committed: Result<()>);
}

/// How the statements of a transaction went.
enum Ran {
    Keep,
    Undo,
    /// The database failed under them.
    Fault,
}

enum Order {
    Run(Box<dyn Job>),
    /// Moves the whole log into the file.
    Scrub(oneshot::Sender<Result<()>>),
    Close,
}

/// Write transactions of all callers, one after the other on one thread that owns the connection.
///
/// Those that wait together are committed together, each in a savepoint of its own: a commit waits for the disk, and
/// takes as long for sixty transactions as for one ("group commit", `DeWitt` et al., SIGMOD 1984). No caller is answered
/// before the commit is done.
#[derive(Debug)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
    /// Ends when the thread does.
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(tx: Tx, opener: Arc<Opener>, observer: Arc<Observer>) -> Result<Self> {
        let (orders, waiting) = mpsc::channel(WAITING);
        let (over, ended) = oneshot::channel();
        let work = move || {
            Thread { tx, opener, observer, waiting }.run();
            let _ = over.send(());
        };
        std::thread::Builder::new()
            .name("usher-writer".into())
            .spawn(work)
            .map_err(|_| DatabaseError::Closed)?;
        Ok(Self { orders, ended: tokio::sync::Mutex::new(Some(ended)) })
    }

    /// Runs a transaction and waits until it is committed.
    pub(super) async fn write<A, T>(&self, given: A, work: Work<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Run(Box::new(QueuedTransaction { given, work, outcome: None, reply })))?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }

    /// Moves the whole log into the file.
    pub(super) async fn scrub(&self) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Scrub(reply))?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }

    fn order(&self, order: Order) -> Result<()> {
        self.orders.try_send(order).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => DatabaseError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => DatabaseError::Closed,
        })
    }

    /// Waits until what was ordered is done and the thread has closed its connection.
    pub(super) async fn close(&self) {
        let _ = self.orders.send(Order::Close).await;
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }
}

struct QueuedTransaction<A, T> {
    given: A,
    work: Work<A, T>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<A: Send + Sync, T: Send> Job for QueuedTransaction<A, T> {
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut Tx) -> Ran {
        // No statement waits here, so the future is done when it was polled once.
        let poll = || (self.work)(tx, &self.given).as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let ended = match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Ready(ended)) => ended,
            Ok(Poll::Pending) => Err(DatabaseError::Corrupt("a transaction waits for something else")),
            Err(_) => Err(DatabaseError::Corrupt("a transaction panicked")),
        };
        let (ran, outcome) = match ended {
            Ok(Ended::Commit(value)) => (Ran::Keep, Ok(value)),
            Ok(Ended::Abort(value)) => (Ran::Undo, Ok(value)),
            Err(error) if error.fault().is_some() => (Ran::Fault, Err(error)),
            Err(error) => (Ran::Undo, Err(error)),
        };
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) | (Err(_), Some(outcome @ Err(_))) => outcome,
            (Err(error), _) => Err(error),
            (Ok(()), None) => Err(DatabaseError::Closed),
        };
        let _ = self.reply.send(outcome);
    }
}

struct Thread {
    tx: Tx,
    opener: Arc<Opener>,
    observer: Arc<Observer>,
    waiting: mpsc::Receiver<Order>,
}

impl Thread {
    fn run(mut self) {
        let mut next = None;
        while let Some(order) = next.take().or_else(|| self.waiting.blocking_recv()) {
            match order {
                Order::Run(job) => next = self.commit_together(job),
                Order::Scrub(reply) => {
                    let _ = reply.send(self.scrub());
                }
                Order::Close => break,
            }
        }
    }

    /// Commits this transaction and those that wait behind it. Gives back an order of another kind that it met.
    fn commit_together(&mut self, first: Box<dyn Job>) -> Option<Order> {
        let (mut group, mut other) = (Vec::new(), None);
        let mut outcome = self.begin().map(|()| Ran::Keep);
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            if outcome.is_ok() && job.is_wanted() {
                outcome = self.step(&mut *job);
            }
            group.push(job);
            // What fails under one may fail under the next: that one finds out on a connection that was mended.
            if matches!(outcome, Ok(Ran::Keep | Ran::Undo)) && group.len() < GROUP {
                match self.waiting.try_recv() {
                    Ok(Order::Run(job)) => next = Some(job),
                    Ok(order) => other = Some(order),
                    Err(_) => {}
                }
            }
        }
        let faulty = !matches!(outcome, Ok(Ran::Keep | Ran::Undo));
        let outcome = outcome.and_then(|_| self.commit());
        if faulty || outcome.is_err() {
            self.mend();
        }
        for job in group {
            job.answer(outcome.as_ref().map(drop).map_err(DatabaseError::again));
        }
        other
    }

    fn run_sql(&self, sql: &str) -> Result<()> {
        self.tx.connection()?.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// A write transaction from its start: a deferred one fails at its first write when another process wrote since its
    /// first read, whatever the time-out says.
    fn begin(&self) -> Result<()> {
        self.opener.files.check()?;
        self.run_sql("BEGIN IMMEDIATE")
    }

    /// Runs one transaction of the group. Fails when the whole group is lost.
    fn step(&mut self, job: &mut dyn Job) -> Result<Ran> {
        self.run_sql("SAVEPOINT one")?;
        let ran = job.run(&mut self.tx);
        // When the disk is full, SQLite has rolled everything back.
        if self.tx.connection()?.is_autocommit() {
            return Err(DatabaseError::Failing);
        }
        if !matches!(ran, Ran::Keep) {
            self.run_sql("ROLLBACK TO one")?;
        }
        self.run_sql("RELEASE one")?;
        Ok(ran)
    }

    /// What is acknowledged is in the file that the next start will open.
    fn commit(&self) -> Result<()> {
        self.run_sql("COMMIT")?;
        self.opener.files.check()
    }

    /// Leaves no transaction open, and opens the file anew: what could not be written to may be by now.
    fn mend(&mut self) {
        if self.tx.connection().is_ok_and(|connection| !connection.is_autocommit()) {
            // If this fails, too, the connection that takes its place is in no transaction.
            let _ = self.run_sql("ROLLBACK");
        }
        if let Ok(fresh) = self.opener.writer() {
            self.tx = Tx::embedded(fresh, Arc::clone(&self.observer));
        }
    }

    fn scrub(&self) -> Result<()> {
        Ok(self.tx.connection()?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}
