//! What can go wrong with a database.

use std::sync::Arc;

use crate::domain::ColumnError;

/// A fault of storage. Faces turn [`StorageError::is_passing`] into 503 with `Retry-After`, all others into 500.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    #[error("a row with this key exists already")]
    Conflict(#[source] sqlx::Error),
    #[error("the statement failed")]
    Statement(#[source] sqlx::Error),
    #[error("the transaction could not be brought to disk; nothing of it is kept")]
    Flush(#[source] Arc<sqlx::Error>),
    #[error("an earlier statement of this transaction failed or was cut off; nothing of it is kept")]
    Spent,
    #[error("column {column} of the result is not as promised")]
    Column {
        column: &'static str,
        source: ColumnError,
    },
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
        match &error {
            E::Database(fault) if fault.is_unique_violation() => Self::Conflict(error),
            // SQLITE_BUSY and SQLITE_LOCKED; lock_not_available, query_canceled, serialization_failure, deadlock.
            E::Database(fault) => match fault.code().as_deref() {
                Some("5" | "6" | "261" | "517" | "55P03" | "57014" | "40001" | "40P01" | "53300") => {
                    Self::Busy(error)
                }
                // Shutdown, crash and start of PostgreSQL; SQLite's CANTOPEN and IOERR.
                Some("57P01" | "57P02" | "57P03" | "14" | "10") => Self::Unavailable(error),
                _ => Self::Statement(error),
            },
            E::PoolTimedOut => Self::Busy(error),
            E::Io(_) | E::Tls(_) | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => {
                Self::Unavailable(error)
            }
            _ => Self::Statement(error),
        }
    }
}
