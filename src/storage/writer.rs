//! The one writer of SQLite, and its group commit.
//!
//! A commit waits for the disk, and SQLite has one writer: alone, each act would pay a flush and all others would wait for
//! it. Here one task owns the writing connection. It opens a transaction, lends the connection to one act after the other,
//! each in a savepoint, and commits when nobody waits or when [`GROUP`] acts are done; `commit` of an act answers after
//! that shared flush. While a flush is under way, the next acts gather: the group grows by itself with the load. A group of nothing but
//! relaxed acts ([`Durability`]) is not flushed.
//!
//! Nothing that happens to an act's future can hurt the writer. A [`Turn`] sends the connection back when it is dropped,
//! wherever that happens; a statement runs to its end where it is asked for; and the flush runs on behalf of the task, which no request can
//! cancel, in a thread for waiting. Only where flushes have been quick and nobody else waited, the task does it itself (decision 032).
//! An act's changes are seen by the acts after it in the group before they are on disk, but by no reader; if the flush fails, it fails for
//! all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::StorageError;
use super::alone::Alone;
use super::error::Fault;
use super::pool::Connect as _;
use super::sqlite::{File, SqliteConnection, apart};
use super::tx::Durability;
use super::wal::{self, Flushed};

/// So many acts share a flush at most: the first of them waits for the last.
const GROUP: usize = 64;

/// So many acts may wait for their turn; the next ones wait for a place in the queue.
const QUEUE: usize = 1024;

/// Between two attempts to have the file alone, or its lock.
const PAUSE: Duration = Duration::from_millis(5);

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
    Turn(Asker, Durability),
    /// Bring the rest of the write-ahead log into the file, so that it starts again.
    Copy,
    Close(oneshot::Sender<()>),
}

pub(super) type Asker = oneshot::Sender<Result<Turn, StorageError>>;

/// Told when the group is on disk, or why it is not.
type Waiter = oneshot::Sender<Result<(), Arc<StorageError>>>;

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
    pub(super) async fn start(file: File) -> Result<Self, StorageError> {
        let wait = file.wait;
        let connection = Box::new(first_connection(&file).await?);
        let (queue, requests) = mpsc::channel(QUEUE);
        let tally = Arc::new(Tally::default());
        let flushed = Arc::new(Flushed::default());
        let copying = wal::keep_short(file.clone(), Arc::clone(&flushed), queue.downgrade());
        let task = Task {
            file,
            connection: Some(connection),
            requests,
            next: None,
            tally: Arc::clone(&tally),
            flushed,
            alone: Alone::among(Handle::current().metrics().num_workers()),
            copying: tokio::spawn(copying),
        };
        tokio::spawn(task.run());
        Ok(Self { queue, wait, tally })
    }

    /// Waits for a turn, no longer than was configured.
    pub(super) async fn turn(&self, durability: Durability) -> Result<Turn, StorageError> {
        let asked = async {
            let (asker, answer) = oneshot::channel();
            self.queue
                .send(Request::Turn(asker, durability))
                .await
                .map_err(|_| closed())?;
            answer.await.map_err(|_| closed())?
        };
        timeout(self.wait, asked)
            .await
            .unwrap_or(Err(StorageError::Busy(Fault::TimedOut)))
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
async fn first_connection(file: &File) -> Result<SqliteConnection, StorageError> {
    let began = Instant::now();
    loop {
        match SqliteConnection::connect(file).await {
            Err(StorageError::Busy(_)) if began.elapsed() < file.wait => tokio::time::sleep(PAUSE).await,
            other => return other,
        }
    }
}

fn closed() -> StorageError {
    StorageError::Unavailable(Fault::Closed)
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
    file: File,
    /// None after a fault: opened anew for the next act.
    connection: Option<Box<SqliteConnection>>,
    requests: mpsc::Receiver<Request>,
    /// Taken from the queue but not served yet.
    next: Option<Request>,
    tally: Arc<Tally>,
    flushed: Arc<Flushed>,
    alone: Alone,
    /// Brings the write-ahead log into the file meanwhile.
    copying: JoinHandle<()>,
}

impl Task {
    async fn run(mut self) {
        while let Some(request) = self.receive().await {
            match request {
                Request::Turn(asker, _) if asker.is_closed() => {}
                Request::Turn(asker, durability) => self.group(asker, durability).await,
                Request::Copy => self.copy().await,
                Request::Close(done) => {
                    self.requests.close();
                    self.flushed.end();
                    // It ends in any case; of the last connection closing also empties the write-ahead log.
                    let _ended = (&mut self.copying).await;
                    let connection = self.connection.take();
                    // It is closed either way.
                    let _closed = apart(move || drop(connection)).await;
                    let _told = done.send(());
                    return;
                }
            }
        }
        self.flushed.end();
    }

    /// Between two groups: nobody has written to the log meanwhile.
    async fn copy(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        let copied = apart(move || {
            let copied = connection.copy_log();
            (connection, copied)
        });
        match copied.await {
            Ok((connection, Ok(_))) => self.connection = Some(connection),
            Ok((_, Err(fault))) | Err(fault) => wal::warn_of(&fault),
        }
    }

    async fn receive(&mut self) -> Option<Request> {
        match self.next.take() {
            Some(request) => Some(request),
            None => self.requests.recv().await,
        }
    }

    /// Serves acts until nobody waits, then brings what they wrote to disk.
    async fn group(&mut self, first: Asker, durability: Durability) {
        let mut connection = match self.begin(durability).await {
            Ok(connection) => connection,
            Err(fault) => {
                let _told = first.send(Err(fault));
                return;
            }
        };
        let mut waiters = Vec::new();
        let mut before = Before::Nothing;
        let mut asker = Some(first);
        let mut room = GROUP;
        while let Some(one) = asker.take() {
            match turn(connection, one, before).await {
                Ok((back, kept)) => {
                    connection = back;
                    before = before.then(kept.is_some());
                    waiters.extend(kept);
                    if !connection.is_in_transaction() {
                        // Then the acts before this one are lost too, and must be told.
                        return self.fail(waiters, StorageError::Unavailable(Fault::RolledBack));
                    }
                }
                Err(fault) => return self.fail(waiters, fault),
            }
            room -= 1;
            asker = if room > 0 && before != Before::Nothing {
                self.another(durability)
            } else {
                None
            };
        }
        self.finish(connection, (before, durability), waiters).await;
    }

    /// The next act that waits, if it may belong to a group of this kind.
    fn another(&mut self, group: Durability) -> Option<Asker> {
        loop {
            match self.requests.try_recv() {
                Ok(Request::Turn(asker, _)) if asker.is_closed() => {}
                Ok(Request::Turn(asker, durability)) if durability >= group => return Some(asker),
                Ok(other) => {
                    self.next = Some(other);
                    return None;
                }
                Err(_) => return None,
            }
        }
    }

    async fn begin(&mut self, durability: Durability) -> Result<Box<SqliteConnection>, StorageError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Box::new(SqliteConnection::connect(&self.file).await?),
        };
        connection.be(durability)?;
        let began = Instant::now();
        loop {
            // IMMEDIATE: a transaction that reads first and writes later would fail with "locked".
            match connection.control("BEGIN IMMEDIATE") {
                Ok(()) => return Ok(connection),
                // Another process writes. The connection is as good as before.
                Err(StorageError::Busy(_)) if began.elapsed() < self.file.wait => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(fault) => {
                    if matches!(fault, StorageError::Busy(_)) {
                        self.connection = Some(connection);
                    }
                    return Err(fault);
                }
            }
        }
    }

    async fn finish(
        &mut self,
        mut connection: Box<SqliteConnection>,
        (before, durability): (Before, Durability),
        waiters: Vec<Waiter>,
    ) {
        let Some(commit) = before.commit() else {
            // After an error the connection may be lost; a new one is right in any case.
            if connection.control("ROLLBACK").is_ok() {
                self.connection = Some(connection);
            }
            return;
        };
        let run = move || {
            let began = Instant::now();
            let all = commit.iter().try_for_each(|text| connection.control(text));
            all.map(|()| (connection, began.elapsed()))
        };
        let committed = match durability {
            // Nobody else waits for it.
            Durability::Flushed if self.alone.is_likely() && !self.others_wait(&waiters) => run(),
            Durability::Flushed => apart(run).await.flatten(),
            Durability::Relaxed => run(),
        };
        match committed {
            Ok((connection, took)) => {
                self.connection = Some(connection);
                self.flushed.note();
                if durability == Durability::Flushed {
                    self.alone = self.alone.then(took, self.others_wait(&waiters));
                    self.tally.flushes.fetch_add(1, Ordering::Relaxed);
                }
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

    /// Whether the flush of these is not for one act only, or keeps others waiting.
    fn others_wait(&self, waiters: &[Waiter]) -> bool {
        waiters.len() > 1 || self.next.is_some() || !self.requests.is_empty()
    }

    /// Nothing of the group is kept. Its connection was dropped, which rolls back; the next group gets a new one.
    fn fail(&mut self, waiters: Vec<Waiter>, fault: StorageError) {
        self.connection = None;
        self.alone = self.alone.then(Duration::MAX, false);
        let fault = Arc::new(fault);
        for waiter in waiters {
            let _told = waiter.send(Err(Arc::clone(&fault)));
        }
    }
}

/// What stands in the transaction before the next act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that would be lost with the next act, so that this needs no savepoint.
    Nothing,
    /// One act that is kept, and no savepoint.
    First,
    /// Acts that are kept, the last of them behind the savepoint.
    Kept,
    /// Acts that are kept, and behind the savepoint one that is not.
    Undone,
}

impl Before {
    /// After one more act, which is kept or not.
    const fn then(self, is_kept: bool) -> Self {
        match (self, is_kept) {
            (Self::Nothing, false) => Self::Nothing,
            (Self::Nothing, true) => Self::First,
            (Self::First | Self::Kept | Self::Undone, true) => Self::Kept,
            (Self::First | Self::Kept | Self::Undone, false) => Self::Undone,
        }
    }

    /// Puts the savepoint behind what is kept.
    const fn savepoint(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::First => &["SAVEPOINT act"],
            Self::Kept => &["RELEASE act", "SAVEPOINT act"],
            Self::Undone => &["ROLLBACK TO act"],
        }
    }

    /// Brings what is kept to disk; none: there is nothing. A savepoint ends with its transaction.
    const fn commit(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Nothing => None,
            Self::First | Self::Kept => Some(&["COMMIT"]),
            Self::Undone => Some(&["ROLLBACK TO act", "COMMIT"]),
        }
    }
}

type Turned = (Box<SqliteConnection>, Option<Waiter>);

/// Lends the connection to one act, behind a savepoint if there is something before it, and takes it back.
async fn turn(
    mut connection: Box<SqliteConnection>,
    asker: Asker,
    before: Before,
) -> Result<Turned, StorageError> {
    for text in before.savepoint() {
        connection.control(text)?;
    }
    let (back, returned) = oneshot::channel();
    // If nobody takes the turn any more, it must be dropped here and now, so that it comes back like any other: kept in a
    // variable, it would be waited for by its own keeper.
    drop(asker.send(Ok(Turn(Some(Loan { connection, back })))));
    let Return { connection, keep } = returned.await.map_err(|_| closed())?;
    Ok((connection, keep))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_that_nobody_takes_any_more_comes_back() {
        let file = File {
            path: ":memory:".into(),
            wait: Duration::from_secs(1),
            only_reads: false,
        };
        let connection = SqliteConnection::open(&file).unwrap();
        let (asker, gone) = oneshot::channel();
        drop(gone);
        let turned = timeout(
            Duration::from_secs(10),
            turn(Box::new(connection), asker, Before::Nothing),
        );
        let (_, kept) = turned.await.expect("the connection comes back").unwrap();
        assert!(kept.is_none(), "nothing was written");
    }
}
