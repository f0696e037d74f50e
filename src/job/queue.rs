//! Queueing, and what the operator sees of it.

use std::time::Duration;

use super::store;
use crate::domain::{EventKind, JobId, JobState, Timestamp};
use crate::op::{EventDraft, Op, OpError};

/// How long jobs that are done or were given up can be looked at.
const KEEP: Duration = Duration::from_hours(7 * 24);

/// Most jobs in a list.
const PAGE: i64 = 500;

/// What is told of a job.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct JobSummary {
    pub id: JobId,
    pub name: String,
    pub payload: serde_json::Value,
    pub state: JobState,
    pub attempts: i64,
    /// When it is tried next; of a job that is worked on, when another process may take it over.
    pub next_at: Timestamp,
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// Queues work in the transaction of this act: it is done if the act is committed, and only then. The payload holds no
/// secret.
pub async fn queue(op: &mut Op, name: &'static str, payload: &serde_json::Value) -> Result<JobId, OpError> {
    queue_for(op, name, payload, op.now).await
}

/// The same, not to be done before a moment.
pub async fn queue_for(
    op: &mut Op,
    name: &'static str,
    payload: &serde_json::Value,
    due_at: Timestamp,
) -> Result<JobId, OpError> {
    let (id, now) = (op.id(), op.now);
    store::insert(op.writing().await?, id, (name, payload), (due_at, now)).await?;
    Ok(id)
}

/// The newest jobs, of one state if one is given.
pub async fn list(op: &mut Op, state: Option<JobState>) -> Result<Vec<JobSummary>, OpError> {
    Ok(store::list(op.reading().await?, state, PAGE).await?)
}

/// Tries a job that was given up from the beginning, at once. False if there is no such job.
pub async fn retry(op: &mut Op, id: JobId) -> Result<bool, OpError> {
    let now = op.now;
    let revived = store::revive(op.writing().await?, id, now).await?;
    if let Some(name) = &revived {
        op.record(
            EventDraft::success(EventKind::JobRetried)
                .target("job", id)
                .detail("name", name.clone()),
        );
    }
    Ok(revived.is_some())
}

/// Forgets jobs that ended a week ago; answers how many.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEEP);
    Ok(store::delete_finished(op.writing().await?, before).await?)
}
