//! A unit of reading or of writing.

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Postgres, Sqlite, Transaction};

use super::{Engine, Query, Sql, StorageError};

/// A connection in use. A writing one is a transaction: dropped without [`Tx::commit`], nothing of it is kept.
pub struct Tx(Inner);

enum Inner {
    SqliteRead(PoolConnection<Sqlite>),
    SqliteWrite(Transaction<'static, Sqlite>),
    PostgresRead(PoolConnection<Postgres>),
    PostgresWrite(Transaction<'static, Postgres>),
}

pub(super) enum Connection<'tx> {
    Sqlite(&'tx mut SqliteConnection),
    Postgres(&'tx mut PgConnection),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx({:?})", self.engine())
    }
}

impl Tx {
    pub(super) fn sqlite_read(connection: PoolConnection<Sqlite>) -> Self {
        Self(Inner::SqliteRead(connection))
    }

    pub(super) fn sqlite_write(transaction: Transaction<'static, Sqlite>) -> Self {
        Self(Inner::SqliteWrite(transaction))
    }

    pub(super) fn postgres_read(connection: PoolConnection<Postgres>) -> Self {
        Self(Inner::PostgresRead(connection))
    }

    pub(super) fn postgres_write(transaction: Transaction<'static, Postgres>) -> Self {
        Self(Inner::PostgresWrite(transaction))
    }

    /// The engine behind it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0 {
            Inner::SqliteRead(_) | Inner::SqliteWrite(_) => Engine::Sqlite,
            Inner::PostgresRead(_) | Inner::PostgresWrite(_) => Engine::Postgres,
        }
    }

    /// Starts a statement.
    pub fn query(&mut self, sql: Sql) -> Query<'_> {
        Query::new(self, sql)
    }

    /// Makes what was written last; answers when it is on disk.
    pub async fn commit(self) -> Result<(), StorageError> {
        match self.0 {
            Inner::SqliteWrite(transaction) => Ok(transaction.commit().await?),
            Inner::PostgresWrite(transaction) => Ok(transaction.commit().await?),
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => Ok(()),
        }
    }

    pub(super) fn connection(&mut self) -> Connection<'_> {
        match &mut self.0 {
            Inner::SqliteRead(connection) => Connection::Sqlite(connection),
            Inner::SqliteWrite(transaction) => Connection::Sqlite(transaction),
            Inner::PostgresRead(connection) => Connection::Postgres(connection),
            Inner::PostgresWrite(transaction) => Connection::Postgres(transaction),
        }
    }
}
