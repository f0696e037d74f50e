//! Many rows in few statements.

use super::{Engine, Query, Sql, StorageError, Tx};
use crate::domain::Value;

/// An `INSERT` of one row, made into ones of several rows too. One statement costs a switch to the engine and back, which is more than a
/// row does; few sizes keep the prepared statements few. The texts are kept for the life of the process: make it once, in a static.
#[derive(Debug)]
pub struct Rows {
    columns: usize,
    statements: Vec<(usize, Sql)>,
}

/// Rows, and one row of another table that is written with the last of them.
#[derive(Debug)]
pub struct RowsAndOne {
    rows: Rows,
    one: Rows,
    /// Those of `rows` in their order, each with the one row.
    last: Vec<Sql>,
}

impl Rows {
    /// Of an `INSERT` of one row of so many columns, and how many rows at once: the largest first, 1 the last.
    #[must_use]
    pub fn of(insert: Sql, columns: usize, sizes: &[usize]) -> Self {
        let statement = |rows: &usize| (*rows, insert.with_rows(columns, *rows));
        Self {
            columns,
            statements: sizes.iter().map(statement).collect(),
        }
    }

    /// With an `INSERT` of one row of so many columns after them.
    #[must_use]
    pub fn and_one(self, insert: Sql, columns: usize) -> RowsAndOne {
        let with_it = |(rows, sql): &(usize, Sql)| sql.followed_by(self.columns * rows, insert, columns);
        RowsAndOne {
            last: self.statements.iter().map(with_it).collect(),
            one: Rows::of(insert, columns, &[1]),
            rows: self,
        }
    }

    /// Writes rows, of as many values as there are columns each.
    pub async fn insert<R>(
        &self,
        tx: &mut Tx,
        mut rows: impl ExactSizeIterator<Item = R>,
    ) -> Result<(), StorageError>
    where
        R: IntoIterator<Item = Value>,
    {
        for (size, sql) in &self.statements {
            while rows.len() >= *size {
                let values = rows.by_ref().take(*size).flatten();
                values.fold(tx.query(*sql), Query::bind_value).execute().await?;
            }
        }
        Ok(())
    }
}

impl RowsAndOne {
    /// Writes rows, and the one row.
    pub async fn insert<R>(
        &self,
        tx: &mut Tx,
        mut rows: impl ExactSizeIterator<Item = R>,
        one: impl IntoIterator<Item = Value>,
    ) -> Result<(), StorageError>
    where
        R: IntoIterator<Item = Value>,
    {
        if tx.engine() == Engine::Sqlite {
            self.rows.insert(tx, rows).await?;
            return self.one.insert(tx, std::iter::once(one)).await;
        }
        for ((size, sql), last) in self.rows.statements.iter().zip(&self.last) {
            while rows.len() > *size {
                let values = rows.by_ref().take(*size).flatten();
                values.fold(tx.query(*sql), Query::bind_value).execute().await?;
            }
            if rows.len() == *size {
                let values = rows.flatten().chain(one);
                values.fold(tx.query(*last), Query::bind_value).execute().await?;
                return Ok(());
            }
        }
        self.one.insert(tx, std::iter::once(one)).await
    }
}
