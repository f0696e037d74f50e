//! One statement on its way: parameters bound, then run in one of four ways.

use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query as SqlxQuery;

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
        let Self { tx, sql, values } = self;
        match tx.engine() {
            Engine::Sqlite => {
                let text = sql.text(Engine::Sqlite);
                tx.on_sqlite(|connection| connection.execute(text, &values)).await
            }
            Engine::Postgres => {
                let query = postgres(sql, values);
                let done = async |connection: &mut PgConnection| query.execute(connection).await;
                Ok(tx.on_postgres(done).await?.rows_affected())
            }
        }
    }

    /// Runs the statement; answers its first row, if any.
    pub async fn optional<T>(
        self,
        read: impl Fn(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        let Self { tx, sql, values } = self;
        match tx.engine() {
            Engine::Sqlite => {
                let text = sql.text(Engine::Sqlite);
                tx.on_sqlite(|connection| connection.optional(text, &values, read))
                    .await
            }
            Engine::Postgres => {
                let query = postgres(sql, values);
                let row = async |connection: &mut PgConnection| query.fetch_optional(connection).await;
                let row = tx.on_postgres(row).await?;
                row.map(|row| read(&Row::of_postgres(row))).transpose()
            }
        }
    }

    /// Runs the statement; answers its first row, which must be there.
    pub async fn one<T>(self, read: impl Fn(&Row<'_>) -> Result<T, StorageError>) -> Result<T, StorageError> {
        self.optional(read).await?.ok_or(StorageError::NoRow)
    }

    /// Runs the statement; answers all its rows.
    pub async fn all<T>(
        self,
        read: impl Fn(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let Self { tx, sql, values } = self;
        match tx.engine() {
            Engine::Sqlite => {
                let text = sql.text(Engine::Sqlite);
                tx.on_sqlite(|connection| connection.all(text, &values, read))
                    .await
            }
            Engine::Postgres => {
                let query = postgres(sql, values);
                let rows = async |connection: &mut PgConnection| query.fetch_all(connection).await;
                let rows = tx.on_postgres(rows).await?;
                rows.into_iter().map(|row| read(&Row::of_postgres(row))).collect()
            }
        }
    }
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
