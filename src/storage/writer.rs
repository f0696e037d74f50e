//! The one writer of SQLite, and its group commit.
//!
//! A commit waits for the disk, and SQLite has one writer: alone, each act would pay a flush and all others would wait for
//! it. Here one task owns the writing connection. It opens a transaction, lends the connection to one act after the other,
//! each in a savepoint, and commits when nobody waits or when [`GROUP`] acts are done; `commit` of an act answers after
//! that shared flush. While a flush is under way, the next acts gather: the group grows by itself with the load.
//!
//! Nothing that happens to an act's future can hurt the writer. A [`Turn`] sends the connection back when it is dropped,
//! wherever that happens; statements of a dropped future end on the connection's own thread before the roll-back, which
//! comes after them in the same queue; and the flush runs in the task, which no request can cancel. An act's changes are seen
//! by the acts after it in the group before they are on disk, but by no reader; if the flush fails, it fails for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::StorageError;
use super::wal::{self, Flushed};

/// So many acts share a flush at most: the first of them waits for the last.
const GROUP: usize = 64;

/// So many acts may wait for their turn; the next ones wait for a place in the queue.
const QUEUE: usize = 1024;

/// Between two attempts to have the file alone.
const PAUSE: Duration = Duration::from_millis(10);

/// The door to the writer task. Cheap to clone; the task ends with the last one.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Request>,
    wait: Duration,
    tally: Arc<Tally>,
}

/// How much was written, and how often it was brought to disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteCount {
    /// Acts that asked to be kept.
    pub commits: u64,
    /// Flushes that they shared.
    pub flushes: u64,
}

#[derive(Debug, Default)]
struct Tally {
    commits: AtomicU64,
    flushes: AtomicU64,
}

#[derive(Debug)]
pub(super) enum Request {
    Turn(Asker),
    /// Bring the rest of the write-ahead log into the file, so that it starts again.
    Copy,
    Close(oneshot::Sender<()>),
}

pub(super) type Asker = oneshot::Sender<Result<Turn, StorageError>>;

/// Told when the group is on disk, or why it is not.
type Waiter = oneshot::Sender<Result<(), Arc<sqlx::Error>>>;

/// One act's turn with the writing connection.
#[derive(Debug)]
pub(super) struct Turn(Option<Loan>);

#[derive(Debug)]
struct Loan {
    connection: Box<SqliteConnection>,
    back: oneshot::Sender<Return>,
}

#[derive(Debug)]
struct Return {
    connection: Box<SqliteConnection>,
    /// None: roll back.
    keep: Option<Waiter>,
}

impl Writer {
    /// Opens the database and starts the task.
    pub(super) async fn start(options: SqliteConnectOptions, wait: Duration) -> Result<Self, StorageError> {
        let connection = Box::new(first_connection(&options, wait).await?);
        let (queue, requests) = mpsc::channel(QUEUE);
        let tally = Arc::new(Tally::default());
        let flushed = Arc::new(Flushed::default());
        let copying = wal::keep_short(options.clone(), Arc::clone(&flushed), queue.downgrade());
        let task = Task {
            options,
            connection: Some(connection),
            requests,
            next: None,
            tally: Arc::clone(&tally),
            flushed,
            copying: tokio::spawn(copying),
        };
        tokio::spawn(task.run());
        Ok(Self { queue, wait, tally })
    }

    /// Waits for a turn, no longer than was configured.
    pub(super) async fn turn(&self) -> Result<Turn, StorageError> {
        let asked = async {
            let (asker, answer) = oneshot::channel();
            self.queue
                .send(Request::Turn(asker))
                .await
                .map_err(|_| closed())?;
            answer.await.map_err(|_| closed())?
        };
        timeout(self.wait, asked)
            .await
            .unwrap_or(Err(StorageError::Busy(sqlx::Error::PoolTimedOut)))
    }

    pub(super) fn count(&self) -> WriteCount {
        WriteCount {
            commits: self.tally.commits.load(Ordering::Relaxed),
            flushes: self.tally.flushes.load(Ordering::Relaxed),
        }
    }

    /// Ends the task after the acts that are queued, and closes its connection.
    pub(super) async fn close(&self) {
        let (done, ended) = oneshot::channel();
        if self.queue.send(Request::Close(done)).await.is_ok() {
            // An error means that the task has ended already.
            let _ended = ended.await;
        }
    }
}

/// The first connection makes the file a WAL database, for which it needs the file alone. SQLite does not wait for that as
/// it waits for a lock, so programs that start on a new file at once would turn each other away.
async fn first_connection(
    options: &SqliteConnectOptions,
    wait: Duration,
) -> Result<SqliteConnection, StorageError> {
    let began = Instant::now();
    loop {
        match SqliteConnection::connect_with(options).await.map_err(Into::into) {
            Err(StorageError::Busy(_)) if began.elapsed() < wait => tokio::time::sleep(PAUSE).await,
            other => return other,
        }
    }
}

fn closed() -> StorageError {
    StorageError::Unavailable(sqlx::Error::PoolClosed)
}

impl Turn {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StorageError> {
        self.0
            .as_mut()
            .map(|loan| &mut *loan.connection)
            .ok_or_else(closed)
    }

    /// Ends the turn and waits for the flush.
    pub(super) async fn commit(&mut self) -> Result<(), StorageError> {
        let (waiter, flushed) = oneshot::channel();
        self.end(Some(waiter));
        flushed.await.map_err(|_| closed())?.map_err(StorageError::Flush)
    }

    fn end(&mut self, keep: Option<Waiter>) {
        if let Some(Loan { connection, back }) = self.0.take() {
            // Without the task there is no group to belong to: the waiter is dropped, and says so.
            let _returned = back.send(Return { connection, keep });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.end(None);
    }
}

struct Task {
    options: SqliteConnectOptions,
    /// None after a fault: opened anew for the next act.
    connection: Option<Box<SqliteConnection>>,
    requests: mpsc::Receiver<Request>,
    /// Taken from the queue but not served yet.
    next: Option<Request>,
    tally: Arc<Tally>,
    flushed: Arc<Flushed>,
    /// Brings the write-ahead log into the file meanwhile.
    copying: JoinHandle<()>,
}

impl Task {
    async fn run(mut self) {
        while let Some(request) = self.receive().await {
            match request {
                Request::Turn(asker) if asker.is_closed() => {}
                Request::Turn(asker) => self.group(asker).await,
                Request::Copy => self.copy().await,
                Request::Close(done) => {
                    self.requests.close();
                    self.flushed.end();
                    // It ends in any case; of the last connection closing also empties the write-ahead log.
                    let _ended = (&mut self.copying).await;
                    if let Some(connection) = self.connection.take() {
                        // It is closed either way.
                        let _closed = connection.close().await;
                    }
                    let _told = done.send(());
                    return;
                }
            }
        }
        self.flushed.end();
    }

    /// Between two groups: nobody has written to the log meanwhile.
    async fn copy(&mut self) {
        if let Some(connection) = &mut self.connection
            && let Err(fault) = wal::copy(connection).await
        {
            wal::warn_of(&fault);
            self.connection = None;
        }
    }

    async fn receive(&mut self) -> Option<Request> {
        match self.next.take() {
            Some(request) => Some(request),
            None => self.requests.recv().await,
        }
    }

    /// Serves acts until nobody waits, then brings what they wrote to disk.
    async fn group(&mut self, first: Asker) {
        let mut connection = match self.begin().await {
            Ok(connection) => connection,
            Err(fault) => {
                let _told = first.send(Err(fault));
                return;
            }
        };
        let mut waiters = Vec::new();
        let mut asker = Some(first);
        let mut room = GROUP;
        while let Some(one) = asker.take() {
            // The first act needs no savepoint: nothing before it would be lost.
            let text = if waiters.is_empty() {
                None
            } else {
                Some("SAVEPOINT act")
            };
            match turn(connection, one, text).await {
                Ok((back, kept)) => {
                    connection = back;
                    match kept {
                        Some(waiter) => waiters.push(waiter),
                        None if waiters.is_empty() => break,
                        None => {}
                    }
                }
                Err(fault) => return self.fail(waiters, fault),
            }
            room -= 1;
            asker = if room > 0 { self.another() } else { None };
        }
        self.finish(connection, waiters).await;
    }

    /// The next act that waits.
    fn another(&mut self) -> Option<Asker> {
        loop {
            match self.requests.try_recv() {
                Ok(Request::Turn(asker)) if asker.is_closed() => {}
                Ok(Request::Turn(asker)) => return Some(asker),
                Ok(other @ (Request::Copy | Request::Close(_))) => {
                    self.next = Some(other);
                    return None;
                }
                Err(_) => return None,
            }
        }
    }

    async fn begin(&mut self) -> Result<Box<SqliteConnection>, StorageError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Box::new(SqliteConnection::connect_with(&self.options).await?),
        };
        // IMMEDIATE: a transaction that reads first and writes later would fail with "locked".
        let begun = connection.execute("BEGIN IMMEDIATE").await;
        match begun {
            Ok(_) => Ok(connection),
            Err(fault) => {
                let fault = StorageError::from(fault);
                // Busy: another process writes. The connection is as good as before.
                if matches!(fault, StorageError::Busy(_)) {
                    self.connection = Some(connection);
                }
                Err(fault)
            }
        }
    }

    async fn finish(&mut self, mut connection: Box<SqliteConnection>, waiters: Vec<Waiter>) {
        if waiters.is_empty() {
            // An error means that the engine has rolled back by itself and closed the transaction, or that the
            // connection is lost; a new one is right in both cases.
            if connection.execute("ROLLBACK").await.is_ok() {
                self.connection = Some(connection);
            }
            return;
        }
        match connection.execute("COMMIT").await {
            Ok(_) => {
                self.connection = Some(connection);
                self.flushed.note();
                self.tally.flushes.fetch_add(1, Ordering::Relaxed);
                let commits = u64::try_from(waiters.len()).unwrap_or_default();
                self.tally.commits.fetch_add(commits, Ordering::Relaxed);
                for waiter in waiters {
                    // The act may have been cancelled since; what it wrote is kept all the same.
                    let _told = waiter.send(Ok(()));
                }
            }
            Err(fault) => self.fail(waiters, fault),
        }
    }

    /// Nothing of the group is kept. Its connection was dropped, which rolls back; the next group gets a new one.
    fn fail(&mut self, waiters: Vec<Waiter>, fault: sqlx::Error) {
        self.connection = None;
        let fault = Arc::new(fault);
        for waiter in waiters {
            let _told = waiter.send(Err(Arc::clone(&fault)));
        }
    }
}

type Turned = (Box<SqliteConnection>, Option<Waiter>);

/// Lends the connection to one act, in a savepoint if there is something before it, and takes it back.
async fn turn(
    mut connection: Box<SqliteConnection>,
    asker: Asker,
    savepoint: Option<&'static str>,
) -> Result<Turned, sqlx::Error> {
    if let Some(text) = savepoint {
        connection.execute(text).await?;
    }
    let (back, returned) = oneshot::channel();
    // If nobody takes the turn any more, it must be dropped here and now, so that it comes back like any other: kept in a
    // variable, it would be waited for by its own keeper.
    drop(asker.send(Ok(Turn(Some(Loan { connection, back })))));
    let Return { mut connection, keep } = returned.await.map_err(|_| sqlx::Error::WorkerCrashed)?;
    if savepoint.is_some() {
        // These fail if the engine has rolled back the whole transaction by itself (disk full, say): then the acts
        // before this one are lost too, and must be told.
        let text = if keep.is_some() {
            "RELEASE act"
        } else {
            "ROLLBACK TO act; RELEASE act"
        };
        connection.execute(text).await?;
    }
    Ok((connection, keep))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_that_nobody_takes_any_more_comes_back() {
        let connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let (asker, gone) = oneshot::channel();
        drop(gone);
        let turned = timeout(Duration::from_secs(10), turn(Box::new(connection), asker, None));
        let (_, kept) = turned.await.expect("the connection comes back").unwrap();
        assert!(kept.is_none(), "nothing was written");
    }
}
