//! One statement on its way: parameters bound, then run in one of four ways.

use sqlx::postgres::PgArguments;
use sqlx::query::Query as SqlxQuery;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};

use super::row::EngineRow;
use super::tx::Connection;
use super::{Engine, Row, Sql, StorageError, Tx};
use crate::domain::{Column, Value};

/// A statement with its parameters.
#[derive(Debug)]
#[must_use = "a query does nothing until it is run"]
pub struct Query<'tx> {
    tx: &'tx mut Tx,
    sql: Sql,
    values: Vec<Value>,
}

impl<'tx> Query<'tx> {
    pub(super) fn new(tx: &'tx mut Tx, sql: Sql) -> Self {
        Self {
            tx,
            sql,
            values: Vec::new(),
        }
    }

    /// Binds the next parameter.
    pub fn bind(mut self, value: &impl Column) -> Self {
        self.values.push(value.to_value());
        self
    }

    /// Binds the next parameter as a raw value.
    pub fn bind_value(mut self, value: Value) -> Self {
        self.values.push(value);
        self
    }

    /// Runs the statement; answers how many rows it changed.
    pub async fn execute(self) -> Result<u64, StorageError> {
        let (sql, values) = (self.sql, self.values);
        self.tx
            .run(async move |connection| match connection {
                Connection::Sqlite(connection) => {
                    let done = sqlite(sql, values).execute(connection).await?;
                    Ok(done.rows_affected())
                }
                Connection::Postgres(connection) => {
                    let done = postgres(sql, values).execute(connection).await?;
                    Ok(done.rows_affected())
                }
            })
            .await
    }

    /// Runs the statement; answers its first row, if any.
    pub async fn optional<T>(
        self,
        read: impl FnOnce(&Row) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        let (sql, values) = (self.sql, self.values);
        let row = self
            .tx
            .run(async move |connection| match connection {
                Connection::Sqlite(connection) => {
                    let row = sqlite(sql, values).fetch_optional(connection).await?;
                    Ok(row.map(EngineRow::Sqlite))
                }
                Connection::Postgres(connection) => {
                    let row = postgres(sql, values).fetch_optional(connection).await?;
                    Ok(row.map(EngineRow::Postgres))
                }
            })
            .await?;
        row.map(|row| read(&Row(row))).transpose()
    }

    /// Runs the statement; answers its first row, which must be there.
    pub async fn one<T>(self, read: impl FnOnce(&Row) -> Result<T, StorageError>) -> Result<T, StorageError> {
        self.optional(read).await?.ok_or(StorageError::NoRow)
    }

    /// Runs the statement; answers all its rows.
    pub async fn all<T>(
        self,
        mut read: impl FnMut(&Row) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let (sql, values) = (self.sql, self.values);
        let rows: Vec<EngineRow> = self
            .tx
            .run(async move |connection| match connection {
                Connection::Sqlite(connection) => {
                    let rows = sqlite(sql, values).fetch_all(connection).await?;
                    Ok(rows.into_iter().map(EngineRow::Sqlite).collect())
                }
                Connection::Postgres(connection) => {
                    let rows = postgres(sql, values).fetch_all(connection).await?;
                    Ok(rows.into_iter().map(EngineRow::Postgres).collect())
                }
            })
            .await?;
        rows.into_iter().map(|row| read(&Row(row))).collect()
    }
}

fn sqlite(sql: Sql, values: Vec<Value>) -> SqlxQuery<'static, Sqlite, SqliteArguments> {
    let query = sqlx::query(sql.text(Engine::Sqlite));
    values.into_iter().fold(query, |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}

fn postgres(sql: Sql, values: Vec<Value>) -> SqlxQuery<'static, Postgres, PgArguments> {
    let query = sqlx::query(sql.text(Engine::Postgres));
    values.into_iter().fold(query, |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}
