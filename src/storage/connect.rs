//! How connections are made: what each engine is told at the start of one.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::StorageError;

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

/// A connection for migrations of a file, which may take their time: programs that start together wait for the first one.
pub(super) fn sqlite_migration(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
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
