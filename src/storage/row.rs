//! Rows of either engine, read by the name of the column.

use std::cell::Cell;

use rusqlite::types::ValueRef;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::StorageError;
use super::error::Fault;
use crate::domain::{Column, ColumnError, Value};

/// One row of a result.
#[derive(Debug)]
pub struct Row<'r>(EngineRow<'r>);

enum EngineRow<'r> {
    Sqlite {
        row: &'r rusqlite::Row<'r>,
        /// The column that is most likely asked for next: they are read in their order.
        next: Cell<usize>,
    },
    Postgres(PgRow),
}

impl std::fmt::Debug for EngineRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("row")
    }
}

impl<'r> Row<'r> {
    pub(super) const fn of_sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self(EngineRow::Sqlite {
            row,
            next: Cell::new(0),
        })
    }

    pub(super) const fn of_postgres(row: PgRow) -> Self {
        Self(EngineRow::Postgres(row))
    }

    /// The value of a column, as the domain's type.
    pub fn get<T: Column>(&self, column: &'static str) -> Result<T, StorageError> {
        let value = match &self.0 {
            EngineRow::Sqlite { row, next } => from_sqlite((row, next), &T::null(), column),
            EngineRow::Postgres(row) => from_postgres(row, &T::null(), column),
        };
        T::from_value(value?).map_err(|source| StorageError::Column { column, source })
    }
}

/// The value of a column, of the kind of this NULL.
fn from_sqlite(
    (row, next): (&rusqlite::Row<'_>, &Cell<usize>),
    null: &Value,
    column: &'static str,
) -> Result<Value, StorageError> {
    let statement = row.as_ref();
    let count = statement.column_count();
    let mut places = (next.get()..count).chain(0..next.get());
    let is_it = |place: &usize| statement.column_name(*place).is_ok_and(|name| name == column);
    let place = places.find(is_it).ok_or(StorageError::NoColumn(column))?;
    next.set(place.saturating_add(1).min(count));
    let wrong = |source| StorageError::Column { column, source };
    Ok(match (null, row.get_ref(place)?) {
        (Value::Int(_), ValueRef::Integer(value)) => Value::Int(Some(value)),
        (Value::Bool(_), ValueRef::Integer(value)) => Value::Bool(Some(value != 0)),
        (Value::Text(_), ValueRef::Text(value)) => {
            let text = std::str::from_utf8(value).map_err(|_| wrong(ColumnError::Invalid("text")))?;
            Value::Text(Some(text.to_owned()))
        }
        (Value::Bytes(_), ValueRef::Blob(value)) => Value::Bytes(Some(value.to_vec())),
        (Value::Int(_), ValueRef::Null) => Value::Int(None),
        (Value::Bool(_), ValueRef::Null) => Value::Bool(None),
        (Value::Text(_), ValueRef::Null) => Value::Text(None),
        (Value::Bytes(_), ValueRef::Null) => Value::Bytes(None),
        _ => return Err(wrong(ColumnError::Kind)),
    })
}

fn from_postgres(row: &PgRow, null: &Value, column: &'static str) -> Result<Value, StorageError> {
    let read = match null {
        Value::Int(_) => row.try_get(column).map(Value::Int),
        Value::Bool(_) => row.try_get(column).map(Value::Bool),
        Value::Text(_) => row.try_get(column).map(Value::Text),
        Value::Bytes(_) => row.try_get(column).map(Value::Bytes),
    };
    read.map_err(|error| match error {
        sqlx::Error::ColumnNotFound(_) => StorageError::NoColumn(column),
        sqlx::Error::ColumnDecode { .. } => StorageError::Column {
            column,
            source: ColumnError::Kind,
        },
        other => StorageError::Statement(Fault::Sqlx(other)),
    })
}
