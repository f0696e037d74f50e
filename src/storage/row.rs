//! Rows of either engine, read by the name of the column.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::StorageError;
use crate::domain::{Column, Value};

/// One row of a result.
#[derive(Debug)]
pub struct Row(pub(super) EngineRow);

pub(super) enum EngineRow {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl std::fmt::Debug for EngineRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("row")
    }
}

impl Row {
    /// The value of a column, as the domain's type.
    pub fn get<T: Column>(&self, column: &'static str) -> Result<T, StorageError> {
        let value = match T::null() {
            Value::Int(_) => Value::Int(self.raw(column)?),
            Value::Bool(_) => Value::Bool(self.raw(column)?),
            Value::Text(_) => Value::Text(self.raw(column)?),
            Value::Bytes(_) => Value::Bytes(self.raw(column)?),
        };
        T::from_value(value).map_err(|source| StorageError::Column { column, source })
    }

    fn raw<T>(&self, column: &'static str) -> Result<Option<T>, StorageError>
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let read = match &self.0 {
            EngineRow::Sqlite(row) => row.try_get::<Option<T>, _>(column),
            EngineRow::Postgres(row) => row.try_get::<Option<T>, _>(column),
        };
        read.map_err(|error| match error {
            sqlx::Error::ColumnNotFound(_) => StorageError::NoColumn(column),
            other => StorageError::Statement(other),
        })
    }
}
