//! Opening a database, and handing out units of work.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;

use super::pool::{Connect, Pool};
use super::sqlite::{File, SqliteConnection};
use super::writer::{WriteCount, Writer};
use super::{Durability, MigrationStatus, Sql, StorageError, Tx, connect, migrate};

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

impl Options {
    /// The file of an SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        let path = self.url.expose().strip_prefix("sqlite:")?;
        Some(PathBuf::from(path.trim_start_matches("//")))
    }
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage(Arc<Inner>);

enum Inner {
    Sqlite {
        readers: Pool<SqliteConnection>,
        writer: Writer,
        migration: SqliteConnectOptions,
    },
    Postgres {
        pool: Pool<PgConnection>,
        migration: PgConnectOptions,
        commits: Arc<AtomicU64>,
    },
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The options hold the password of the database.
        f.write_str(match self {
            Self::Sqlite { .. } => "Sqlite",
            Self::Postgres { .. } => "Postgres",
        })
    }
}

const ALIVE: Sql = Sql::new("SELECT CAST(1 AS BIGINT) AS alive");

impl Storage {
    /// Opens the database without touching its tables. PostgreSQL is not asked before the first use, so that the house
    /// starts, and says that it is not ready, while the database is away.
    pub async fn open(options: &Options) -> Result<Self, StorageError> {
        let url = options.url.expose();
        if let Some(path) = options.file() {
            return open_sqlite(path, options).await;
        }
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(StorageError::Address("it starts with sqlite: or postgres://"));
        }
        let pool = Pool::new(connect::postgres(url)?, options.connections, options.wait);
        let migration = connect::postgres_migration(url)?;
        Ok(Self(Arc::new(Inner::Postgres {
            pool,
            migration,
            commits: Arc::default(),
        })))
    }

    /// The engine of this database.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match *self.0 {
            Inner::Sqlite { .. } => Engine::Sqlite,
            Inner::Postgres { .. } => Engine::Postgres,
        }
    }

    /// A unit of reading: sees what is committed, takes no lock.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        match &*self.0 {
            Inner::Sqlite { readers, .. } => Ok(Tx::sqlite_read(readers.lend().await?)),
            Inner::Postgres { pool, .. } => Ok(Tx::postgres_read(pool.lend().await?)),
        }
    }

    /// A unit of writing. On SQLite there is one at a time: open it last and keep it short.
    pub async fn write(&self) -> Result<Tx, StorageError> {
        self.write_as(Durability::Flushed).await
    }

    /// A unit of writing whose commit answers as is said.
    pub async fn write_as(&self, durability: Durability) -> Result<Tx, StorageError> {
        match &*self.0 {
            Inner::Sqlite { writer, .. } => Ok(Tx::sqlite_write(writer.turn(durability).await?)),
            Inner::Postgres { pool, commits, .. } => {
                match Tx::postgres_write(pool.lend().await?, durability, commits).await {
                    // It died at rest. Nothing was asked of it yet, so a new one may be tried.
                    Err(StorageError::Unavailable(_)) => {
                        Tx::postgres_write(pool.lend_new().await?, durability, commits).await
                    }
                    other => other,
                }
            }
        }
    }

    /// Whether the database answers, for readiness.
    pub async fn ping(&self) -> Result<(), StorageError> {
        let mut tx = self.read().await?;
        tx.query(ALIVE).one(|row| row.get::<i64>("alive")).await?;
        Ok(())
    }

    /// Applies the migrations that are missing. Refuses a database that a newer program has migrated.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        match &*self.0 {
            Inner::Sqlite { migration, .. } => {
                let mut connection = sqlx::SqliteConnection::connect_with(migration).await?;
                migrate::sqlite(&mut connection).await?;
                Ok(connection.close().await?)
            }
            Inner::Postgres { migration, .. } => {
                let mut connection = <PgConnection as Connect>::connect(migration).await?;
                migrate::postgres(&mut connection).await?;
                Ok(connection.close().await?)
            }
        }
    }

    /// Which migrations the database has, and which this program would apply.
    pub async fn migration_status(&self) -> Result<MigrationStatus, StorageError> {
        migrate::status(&mut self.read().await?).await
    }

    /// How many acts were kept since it was opened.
    #[must_use]
    pub fn commits(&self) -> u64 {
        match &*self.0 {
            Inner::Sqlite { writer, .. } => writer.count().commits,
            Inner::Postgres { commits, .. } => commits.load(Ordering::Relaxed),
        }
    }

    /// How many acts were written and how many flushes they shared; `None` where the engine groups by itself.
    #[must_use]
    pub fn write_count(&self) -> Option<WriteCount> {
        match &*self.0 {
            Inner::Sqlite { writer, .. } => Some(writer.count()),
            Inner::Postgres { .. } => None,
        }
    }

    /// How many connections are in use: for reading (SQLite), or in all (PostgreSQL).
    #[must_use]
    pub fn connections_in_use(&self) -> usize {
        match &*self.0 {
            Inner::Sqlite { readers, .. } => readers.on_loan(),
            Inner::Postgres { pool, .. } => pool.on_loan(),
        }
    }

    /// Closes all connections, after the writing on them has ended.
    pub async fn close(&self) {
        match &*self.0 {
            Inner::Sqlite { readers, writer, .. } => {
                readers.close();
                writer.close().await;
            }
            Inner::Postgres { pool, .. } => pool.close(),
        }
    }
}

async fn open_sqlite(path: PathBuf, options: &Options) -> Result<Storage, StorageError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(StorageError::File)?;
    }
    let migration = connect::sqlite_migration(&path);
    let file = File {
        path,
        wait: options.wait,
        only_reads: false,
    };
    let writer = Writer::start(file.clone()).await?;
    let reader = File {
        only_reads: true,
        ..file
    };
    let readers = Pool::new(reader, options.connections, options.wait);
    Ok(Storage(Arc::new(Inner::Sqlite {
        readers,
        writer,
        migration,
    })))
}
