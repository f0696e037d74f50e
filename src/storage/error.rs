//! What can go wrong with a database.

use std::sync::Arc;

use crate::domain::ColumnError;

/// What an engine, or the way to it, says of a fault.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    /// PostgreSQL, and migrations of either engine.
    #[error(transparent)]
    Sqlx(sqlx::Error),
    #[error("it does not answer")]
    Silent,
    #[error("no connection became free in time")]
    TimedOut,
    #[error("it is closed")]
    Closed,
    #[error("it has rolled back the transaction by itself")]
    RolledBack,
}

/// A fault of storage. Faces turn [`StorageError::is_passing`] into 503 with `Retry-After`, all others into 500.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database cannot be reached")]
    Unavailable(#[source] Fault),
    #[error("the database is busy")]
    Busy(#[source] Fault),
    #[error("a row with this key exists already")]
    Conflict(#[source] Fault),
    #[error("the statement failed")]
    Statement(#[source] Fault),
    #[error("the transaction could not be brought to disk; nothing of it is kept")]
    Flush(#[source] Arc<StorageError>),
    #[error("an earlier statement of this transaction failed or was cut off; nothing of it is kept")]
    Spent,
    #[error("column {column} of the result is not as promised")]
    Column {
        column: &'static str,
        source: ColumnError,
    },
    #[error("a parameter of the statement has no value")]
    Unbound,
    #[error("the result has no column {0}")]
    NoColumn(&'static str),
    #[error("the statement should have found one row and found none")]
    NoRow,
    #[error("the address of the database is not valid: {0}")]
    Address(&'static str),
    #[error("the file of the database cannot be made ready")]
    File(#[source] std::io::Error),
    #[error(
        "the database has migration {found}, this program knows migrations up to {known}: it was used by a newer \
         version; start that version, or restore a backup from before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    #[error("migrating the database failed")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

impl StorageError {
    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy(_) | Self::Flush(_))
    }
}

/// A row with the same key becomes the given refusal.
pub fn taken<E: From<StorageError>>(refusal: E) -> impl FnOnce(StorageError) -> E {
    |error| match error {
        StorageError::Conflict(_) => refusal,
        other => other.into(),
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        let kind = match &error {
            E::Database(fault) if fault.is_unique_violation() => Self::Conflict,
            // lock_not_available, query_canceled, serialization_failure, deadlock, too_many_connections; in migrations of SQLite its BUSY and
            // LOCKED.
            E::Database(fault) => match fault.code().as_deref() {
                Some("55P03" | "57014" | "40001" | "40P01" | "53300" | "5" | "6" | "261" | "517") => {
                    Self::Busy
                }
                // Shutdown, crash and start; SQLite's CANTOPEN and IOERR.
                Some("57P01" | "57P02" | "57P03" | "14" | "10") => Self::Unavailable,
                _ => Self::Statement,
            },
            E::PoolTimedOut => Self::Busy,
            E::Io(_) | E::Tls(_) | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => Self::Unavailable,
            _ => Self::Statement,
        };
        kind(Fault::Sqlx(error))
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        use rusqlite::{Error as E, ErrorCode as C};
        let kind = match &error {
            E::SqliteFailure(fault, _) => match (fault.code, fault.extended_code) {
                (_, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE) => Self::Conflict,
                // A statement is interrupted when it has taken too long.
                (C::DatabaseBusy | C::DatabaseLocked | C::OperationInterrupted, _) => Self::Busy,
                (C::CannotOpen | C::SystemIoFailure, _) => Self::Unavailable,
                _ => Self::Statement,
            },
            _ => Self::Statement,
        };
        kind(Fault::Sqlite(error))
    }
}
