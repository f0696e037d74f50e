//! The table `job`.

use super::kind::Task;
use super::queue::JobSummary;
use crate::domain::{JobId, JobState, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO job (id, name, payload, state, attempts, next_at, created_at) VALUES ($1, $2, $3, $4, 0, $5, $6)",
);

pub(super) async fn insert(
    tx: &mut Tx,
    id: JobId,
    (name, payload): (&str, &serde_json::Value),
    (due_at, now): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&id)
        .bind(&name)
        .bind(payload)
        .bind(&JobState::Waiting)
        .bind(&due_at)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const DUE: Sql =
    Sql::new("SELECT id FROM job WHERE state = $1 AND next_at <= $2 ORDER BY next_at, id LIMIT 1");

/// The job that is due for longest.
pub(super) async fn due(tx: &mut Tx, now: Timestamp) -> Result<Option<JobId>, StorageError> {
    tx.query(DUE)
        .bind(&JobState::Waiting)
        .bind(&now)
        .optional(|row| row.get("id"))
        .await
}

const CLAIM: Sql = Sql::new(
    "UPDATE job SET attempts = attempts + 1, next_at = $4 WHERE id = $1 AND state = $2 AND next_at <= $3 \
     RETURNING id, name, payload, attempts",
);

/// Takes a job for a while: of many processes one does. Answers its name and what is to be done.
pub(super) async fn claim(
    tx: &mut Tx,
    id: JobId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<(String, Task)>, StorageError> {
    tx.query(CLAIM)
        .bind(&id)
        .bind(&JobState::Waiting)
        .bind(&now)
        .bind(&until)
        .optional(|row| {
            let task = Task {
                id: row.get("id")?,
                payload: row.get("payload")?,
                attempt: row.get("attempts")?,
            };
            Ok((row.get("name")?, task))
        })
        .await
}

const FINISH: Sql = Sql::new(
    "UPDATE job SET state = $3, reason = $4, finished_at = $5 WHERE id = $1 AND attempts = $2 AND state = $6",
);

/// Notes the end of a job, if nobody has taken it over meanwhile; answers whether this call did.
pub(super) async fn finish(
    tx: &mut Tx,
    task: &Task,
    state: JobState,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(FINISH)
        .bind(&task.id)
        .bind(&task.attempt)
        .bind(&state)
        .bind(&reason.map(str::to_owned))
        .bind(&now)
        .bind(&JobState::Waiting)
        .execute()
        .await?;
    Ok(changed == 1)
}

const DELAY: Sql =
    Sql::new("UPDATE job SET next_at = $3, reason = $4 WHERE id = $1 AND attempts = $2 AND state = $5");

/// Lets a job wait for its next attempt.
pub(super) async fn delay(
    tx: &mut Tx,
    task: &Task,
    until: Timestamp,
    reason: &str,
) -> Result<(), StorageError> {
    tx.query(DELAY)
        .bind(&task.id)
        .bind(&task.attempt)
        .bind(&until)
        .bind(&reason)
        .bind(&JobState::Waiting)
        .execute()
        .await?;
    Ok(())
}

const REVIVE: Sql = Sql::new(
    "UPDATE job SET state = $2, attempts = 0, next_at = $4, finished_at = NULL WHERE id = $1 AND state = $3 \
     RETURNING name",
);

/// Answers the name of the job, if there was a dead one.
pub(super) async fn revive(tx: &mut Tx, id: JobId, now: Timestamp) -> Result<Option<String>, StorageError> {
    tx.query(REVIVE)
        .bind(&id)
        .bind(&JobState::Waiting)
        .bind(&JobState::Dead)
        .bind(&now)
        .optional(|row| row.get("name"))
        .await
}

const LIST: Sql = Sql::new(
    "SELECT id, name, payload, state, attempts, next_at, reason, created_at, finished_at FROM job \
     ORDER BY created_at DESC, id DESC LIMIT $1",
);

const LIST_OF_STATE: Sql = Sql::new(
    "SELECT id, name, payload, state, attempts, next_at, reason, created_at, finished_at FROM job \
     WHERE state = $2 ORDER BY created_at DESC, id DESC LIMIT $1",
);

pub(super) async fn list(
    tx: &mut Tx,
    state: Option<JobState>,
    limit: i64,
) -> Result<Vec<JobSummary>, StorageError> {
    match state {
        None => tx.query(LIST).bind(&limit).all(summary).await,
        Some(state) => {
            tx.query(LIST_OF_STATE)
                .bind(&limit)
                .bind(&state)
                .all(summary)
                .await
        }
    }
}

fn summary(row: &Row) -> Result<JobSummary, StorageError> {
    Ok(JobSummary {
        id: row.get("id")?,
        name: row.get("name")?,
        payload: row.get("payload")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        next_at: row.get("next_at")?,
        reason: row.get("reason")?,
        created_at: row.get("created_at")?,
        finished_at: row.get("finished_at")?,
    })
}

const DELETE_FINISHED: Sql = Sql::new("DELETE FROM job WHERE finished_at < $1");

pub(super) async fn delete_finished(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE_FINISHED).bind(&before).execute().await
}
