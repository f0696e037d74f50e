//! The table `signin_attempt`.

use crate::domain::{ContinuationId, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const ATTEMPT: Sql = Sql::new("SELECT state, revision FROM signin_attempt WHERE continuation_id = $1");

/// The state and revision of an attempt, if it has begun.
pub(super) async fn attempt(
    tx: &mut Tx,
    continuation: ContinuationId,
) -> Result<Option<(serde_json::Value, i64)>, StorageError> {
    tx.query(ATTEMPT)
        .bind(&continuation)
        .optional(|row| Ok((row.get("state")?, row.get("revision")?)))
        .await
}

const BEGIN_ATTEMPT: Sql = Sql::new(
    "INSERT INTO signin_attempt (continuation_id, state, revision, updated_at) VALUES ($1, $2, 1, $3) \
     ON CONFLICT (continuation_id) DO NOTHING",
);
const ADVANCE_ATTEMPT: Sql = Sql::new(
    "UPDATE signin_attempt SET state = $2, revision = revision + 1, updated_at = $3 \
     WHERE continuation_id = $1 AND revision = $4",
);

/// Stores the next state, if the attempt is still at this revision; answers whether it was.
pub(super) async fn advance_attempt(
    tx: &mut Tx,
    continuation: ContinuationId,
    state: &serde_json::Value,
    revision: i64,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let sql = if revision == 0 {
        BEGIN_ATTEMPT
    } else {
        ADVANCE_ATTEMPT
    };
    let query = tx.query(sql).bind(&continuation).bind(state).bind(&now);
    let query = if revision == 0 {
        query
    } else {
        query.bind(&revision)
    };
    Ok(query.execute().await? == 1)
}
