//! Opening a database, and handing out units of work.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{StorageError, Tx, migrate};

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` (made if it does not exist) or `postgres://…`.
    pub url: crate::domain::Secret,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// How long to wait for a free connection or a lock.
    pub wait: Duration,
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage(Pools);

#[derive(Debug, Clone)]
enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

impl Storage {
    /// Opens the database without touching its tables.
    pub async fn open(options: &Options) -> Result<Self, StorageError> {
        let url = options.url.expose();
        if let Some(path) = url.strip_prefix("sqlite:") {
            return open_sqlite(PathBuf::from(path.trim_start_matches("//")), options).await;
        }
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(StorageError::Address("it starts with sqlite: or postgres://"));
        }
        let connect: PgConnectOptions = url
            .parse()
            .map_err(|_| StorageError::Address("it is not a PostgreSQL URL"))?;
        let connect = connect.options([("statement_timeout", "10s"), ("lock_timeout", "5s")]);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(options.wait)
            .test_before_acquire(false)
            .connect_lazy_with(connect);
        Ok(Self(Pools::Postgres(pool)))
    }

    /// The engine of this database.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// A unit of reading: sees what is committed, takes no lock.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        match &self.0 {
            Pools::Sqlite { readers, .. } => Ok(Tx::sqlite_read(readers.acquire().await?)),
            Pools::Postgres(pool) => Ok(Tx::postgres_read(pool.acquire().await?)),
        }
    }

    /// A unit of writing. On SQLite there is one at a time: open it last and keep it short.
    pub async fn write(&self) -> Result<Tx, StorageError> {
        match &self.0 {
            // IMMEDIATE: a transaction that reads first and writes later would fail with "locked".
            Pools::Sqlite { writer, .. } => Ok(Tx::sqlite_write(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Pools::Postgres(pool) => Ok(Tx::postgres_write(pool.begin().await?)),
        }
    }

    /// Applies the migrations that are missing. Refuses a database that a newer program has migrated.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        match &self.0 {
            Pools::Sqlite { writer, .. } => migrate::sqlite(writer).await,
            Pools::Postgres(pool) => migrate::postgres(pool).await,
        }
    }

    /// Closes all connections, after the work on them has ended.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(path: PathBuf, options: &Options) -> Result<Storage, StorageError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(StorageError::File)?;
    }
    let connect = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.wait);
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(options.wait)
            .test_before_acquire(false)
    };
    let writer = pool(1).connect_with(connect.clone()).await?;
    let readers = pool(options.connections).connect_lazy_with(connect);
    Ok(Storage(Pools::Sqlite { readers, writer }))
}
