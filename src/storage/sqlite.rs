//! SQLite in the thread that asks.
//!
//! A statement takes some microseconds; to hand it to another thread and wait for its answer costs several times that, since each of
//! the two has to be woken (decision 029). So a statement runs where it is awaited, and the flush of a commit alone elsewhere.
//!
//! Whoever asks serves others too. A statement that reads is cut off when it takes longer than [`MOMENT`], and begins again after what
//! else this thread had to do was handed to another one. A deletion, of which nobody knows how many rows it finds, begins so.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::types::ToSqlOutput;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, Statement, ToSql};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::{block_in_place, spawn_blocking};

use super::error::Fault;
use super::pool::Connect;
use super::wal::{self, Copied};
use super::{Durability, Row, StorageError};
use crate::domain::Value;

/// Statements that one connection keeps prepared: more than the house has.
const PREPARED: usize = 512;

/// How long a statement may keep others waiting.
const MOMENT: Duration = Duration::from_millis(1);

/// How long one that only reads may take in all, as on PostgreSQL.
const LONGEST: Duration = Duration::from_secs(10);

/// Steps of SQLite's virtual machine between two looks at the clock: some ten microseconds.
const STEPS: i32 = 1_000;

/// How connections to a file are made.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// How long to wait for a lock of another process.
    pub(super) wait: Duration,
    /// A statement that writes is refused by the engine.
    pub(super) only_reads: bool,
}

/// A connection. The lock is never waited for: it lets acts be shared between threads, which ask one at a time.
pub(super) struct SqliteConnection {
    connection: Mutex<Connection>,
    limit: Arc<Limit>,
    durability: Durability,
}

/// Until when the statement under way may run.
#[derive(Default)]
struct Limit(Mutex<Option<Instant>>);

/// A statement with a limit.
struct Limited<'a>(&'a Limit);

impl Limit {
    fn begin(&self, time: Duration) -> Limited<'_> {
        self.set(Instant::now().checked_add(time));
        Limited(self)
    }

    fn is_over(&self) -> bool {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() > until)
    }

    fn set(&self, until: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

impl std::fmt::Debug for SqliteConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqliteConnection")
    }
}

impl Connect for SqliteConnection {
    type Options = File;

    async fn connect(file: &File) -> Result<Self, StorageError> {
        let file = file.clone();
        apart(move || Self::open(&file)).await?
    }

    /// A file does not go away.
    async fn lives(&mut self) -> bool {
        true
    }
}

impl SqliteConnection {
    pub(super) fn open(file: &File) -> Result<Self, StorageError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&file.path, flags)?;
        connection.busy_timeout(file.wait)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "wal_autocheckpoint", wal::TOO_LONG)?;
        // What a savepoint needs to roll back stays in memory.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // A plan holds for all values: else a statement that meets an index of part of a table is prepared anew each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if file.only_reads {
            connection.pragma_update(None, "query_only", "ON")?;
        }
        connection.set_prepared_statement_cache_capacity(PREPARED);
        let limit: Arc<Limit> = Arc::default();
        let watched = Arc::clone(&limit);
        connection.progress_handler(STEPS, Some(move || watched.is_over()))?;
        if !file.only_reads {
            // Only the beginning of a transaction meets a lock, and whoever begins tries again.
            connection.busy_timeout(Duration::ZERO)?;
        }
        Ok(Self {
            connection: Mutex::new(connection),
            limit,
            durability: Durability::Flushed,
        })
    }

    /// Runs a statement; answers how many rows it changed.
    pub(super) fn execute(&mut self, text: &'static str, values: &[Value]) -> Result<u64, StorageError> {
        let changed = self.run(text, values, |statement| Ok(statement.raw_execute()?))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    /// Runs a statement; answers its first row, if any.
    pub(super) fn optional<T>(
        &mut self,
        text: &'static str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        self.run(text, values, |statement| {
            let mut rows = statement.raw_query();
            let row = rows.next()?;
            row.map(|row| read(&Row::of_sqlite(row))).transpose()
        })
    }

    /// Runs a statement; answers all its rows.
    pub(super) fn all<T>(
        &mut self,
        text: &'static str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        self.run(text, values, |statement| {
            let mut rows = statement.raw_query();
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(&Row::of_sqlite(row))?);
            }
            Ok(all)
        })
    }

    /// Runs one of the short statements about transactions.
    pub(super) fn control(&mut self, text: &'static str) -> Result<(), StorageError> {
        own(&mut self.connection).prepare_cached(text)?.raw_execute()?;
        Ok(())
    }

    /// How the commits to come are brought to disk; not within a transaction.
    pub(super) fn be(&mut self, durability: Durability) -> Result<(), StorageError> {
        if self.durability != durability {
            let text = match durability {
                Durability::Flushed => "PRAGMA synchronous = FULL",
                Durability::Relaxed => "PRAGMA synchronous = NORMAL",
            };
            own(&mut self.connection).execute_batch(text)?;
            self.durability = durability;
        }
        Ok(())
    }

    /// Whether a transaction is open. The engine may have ended it by itself (disk full, say).
    pub(super) fn is_in_transaction(&mut self) -> bool {
        !own(&mut self.connection).is_autocommit()
    }

    /// Copies what the write-ahead log holds into the file, as far as no reader needs it there. To be called where waiting for the disk hurts
    /// nobody.
    pub(super) fn copy_log(&mut self) -> Result<Copied, StorageError> {
        let mut statement = own(&mut self.connection).prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?;
        let copied = |row: &rusqlite::Row<'_>| {
            Ok(Copied {
                length: row.get(1)?,
                copied: row.get(2)?,
            })
        };
        Ok(statement.query_row([], copied)?)
    }

    /// Runs a statement; one that only reads and takes long is run once more, beside what others do.
    fn run<T>(
        &mut self,
        text: &'static str,
        values: &[Value],
        mut run: impl FnMut(&mut Statement<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut statement = own(&mut self.connection).prepare_cached(text)?;
        bind(&mut statement, values)?;
        if !statement.readonly() {
            return if text.starts_with("DELETE") {
                in_place(|| run(&mut statement))
            } else {
                run(&mut statement)
            };
        }
        let limited = self.limit.begin(MOMENT);
        let done = run(&mut statement);
        drop(limited);
        match done {
            Err(fault) if was_cut_off(&fault) => in_place(|| {
                let _limited = self.limit.begin(LONGEST);
                run(&mut statement)
            }),
            done => done,
        }
    }
}

fn own(connection: &mut Mutex<Connection>) -> &mut Connection {
    connection.get_mut().unwrap_or_else(PoisonError::into_inner)
}

fn was_cut_off(fault: &StorageError) -> bool {
    matches!(
        fault,
        StorageError::Busy(Fault::Sqlite(rusqlite::Error::SqliteFailure(fault, _)))
            if fault.code == ErrorCode::OperationInterrupted
    )
}

/// Works here, after others were told not to wait for this thread.
fn in_place<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(work),
        // There is no other thread that others could go to.
        _ => work(),
    }
}

/// Works in a thread for waiting.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StorageError> {
    let done = spawn_blocking(work).await;
    done.map_err(|_| StorageError::Unavailable(Fault::Closed))
}

/// Binds values to parameters: `$2` is the second value, wherever it stands; `?` is the next one.
fn bind(statement: &mut CachedStatement<'_>, values: &[Value]) -> Result<(), StorageError> {
    let mut next = 0;
    for index in 1..=statement.parameter_count() {
        let number = if let Some(name) = statement.parameter_name(index) {
            name.get(1..).and_then(|number| number.parse().ok()).unwrap_or(0)
        } else {
            next += 1;
            next
        };
        let value = usize::checked_sub(number, 1).and_then(|at| values.get(at));
        let value = value.ok_or(StorageError::Unbound)?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Int(value) => value.to_sql(),
            Self::Bool(value) => value.to_sql(),
            Self::Text(value) => value.to_sql(),
            Self::Bytes(value) => value.to_sql(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_flushes_its_commits_unless_it_is_told_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let file = File {
            path: folder.path().join("test.db"),
            wait: Duration::from_secs(1),
            only_reads: false,
        };
        let mut connection = SqliteConnection::open(&file).unwrap();
        let synchronous = |connection: &mut SqliteConnection| -> i64 {
            let own = own(&mut connection.connection);
            own.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap()
        };
        let (normal, full) = (1, 2);
        assert_eq!(synchronous(&mut connection), full);
        for (durability, expected) in [
            (Durability::Relaxed, normal),
            (Durability::Relaxed, normal),
            (Durability::Flushed, full),
        ] {
            connection.be(durability).unwrap();
            assert_eq!(synchronous(&mut connection), expected, "{durability:?}");
        }
    }
}
