//! How connections are made: what each engine is told at the start of one.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::{Options, StorageError, wal};

/// Statements that one connection keeps prepared: more than the house has.
const PREPARED: usize = 512;

/// How long migrations of a file may take before the next program gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// Limits of ordinary work on PostgreSQL. An act that died with its transaction open must not keep its locks.
const LIMITS: [(&str, &str); 4] = [
    ("default_transaction_isolation", "read committed"),
    ("statement_timeout", "10s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "30s"),
];

/// A connection of the one SQLite writer.
pub(super) fn sqlite_writer(path: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.wait)
        .statement_cache_capacity(PREPARED)
        .pragma("wal_autocheckpoint", wal::TOO_LONG.to_string())
        // What a savepoint needs to roll back stays in memory.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// A connection for migrations, which may take their time: programs that start together wait for the first one.
pub(super) fn sqlite_migration(path: &Path, options: &Options) -> SqliteConnectOptions {
    sqlite_writer(path, options).busy_timeout(PATIENCE)
}

/// A connection that only reads: a statement that writes is refused by the engine.
pub(super) fn sqlite_reader(path: &Path, options: &Options) -> SqliteConnectOptions {
    sqlite_writer(path, options).pragma("query_only", "ON")
}

/// A connection for ordinary work.
pub(super) fn postgres(url: &str) -> Result<PgConnectOptions, StorageError> {
    Ok(postgres_migration(url)?.options(LIMITS))
}

/// A connection for migrations, which may take their time: replicas that start together wait for the first one.
pub(super) fn postgres_migration(url: &str) -> Result<PgConnectOptions, StorageError> {
    let connect: PgConnectOptions = url
        .parse()
        .map_err(|_| StorageError::Address("it is not a PostgreSQL URL"))?;
    Ok(connect
        .application_name("doorward")
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging())
}
