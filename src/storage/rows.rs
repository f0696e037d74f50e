//! Many rows in few statements.

use super::{Query, Sql, StorageError, Tx};
use crate::domain::Value;

/// An `INSERT` of one row, made into ones of several rows too. One statement costs a switch to the engine and back, which is more than a
/// row does; few sizes keep the prepared statements few. The texts are kept for the life of the process: make it once, in a static.
#[derive(Debug)]
pub struct Rows(Vec<(usize, Sql)>);

impl Rows {
    /// Of an `INSERT` of one row of so many columns, and how many rows at once: the largest first, 1 the last.
    #[must_use]
    pub fn of(insert: Sql, columns: usize, sizes: &[usize]) -> Self {
        let statement = |rows: &usize| (*rows, insert.with_rows(columns, *rows));
        Self(sizes.iter().map(statement).collect())
    }

    /// Writes rows, of as many values as there are columns each.
    pub async fn insert<R>(
        &self,
        tx: &mut Tx,
        rows: impl ExactSizeIterator<Item = R>,
    ) -> Result<(), StorageError>
    where
        R: IntoIterator<Item = Value>,
    {
        let mut left = rows.len();
        let mut rows = rows;
        for (size, sql) in &self.0 {
            while left >= *size {
                let values = rows.by_ref().take(*size).flatten();
                values.fold(tx.query(*sql), Query::bind_value).execute().await?;
                left -= size;
            }
        }
        Ok(())
    }
}
