//! The tables `event`, `merkle_tile`, `checkpoint` and the audit row of `lease`.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::AuditError;
use super::encoding::COLUMNS;
use crate::domain::Value;
use crate::storage::{Sql, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO event (writer, counter, previous, hash, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
);

/// The same for several rows at once, by the number of rows, the largest first. One statement costs a switch to the engine
/// and back, which is more than a row does; few sizes keep the prepared statements few.
static INSERT_SEVERAL: LazyLock<[(usize, Sql); 4]> =
    LazyLock::new(|| [(64, several(64)), (16, several(16)), (4, several(4)), (1, INSERT)]);

fn several(rows: usize) -> Sql {
    let mut text = INSERT.text(crate::storage::Engine::Sqlite).to_owned();
    for row in 1..rows {
        text.push_str(", (");
        for column in 1..=COLUMNS {
            let separator = if column == 1 { "$" } else { ", $" };
            // Writing to a String cannot fail.
            write!(text, "{separator}{}", row * COLUMNS + column).unwrap_or_default();
        }
        text.push(')');
    }
    // Made once in the life of the process.
    Sql::new(text.leak())
}

/// Writes rows of [`COLUMNS`] values each.
pub(super) async fn insert(tx: &mut Tx, rows: Vec<Vec<Value>>) -> Result<(), AuditError> {
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    for (size, sql) in INSERT_SEVERAL.iter() {
        while left >= *size {
            let values = rows.by_ref().take(*size).flatten();
            values
                .fold(tx.query(*sql), |query, value| query.bind_value(value))
                .execute()
                .await?;
            left -= size;
        }
    }
    Ok(())
}
