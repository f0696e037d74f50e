//! Doing what is due.

use std::sync::Arc;
use std::time::Duration;

use super::kind::pause_after;
use super::store;
use super::{Kind, Task, Verdict};
use crate::domain::{Actor, EventKind, JobState};
use crate::op::{EventDraft, House, Op, OpError};

/// How long a job is left to the process that has taken it: longer than any attempt takes.
const LEASE: Duration = Duration::from_mins(2);

/// Why a job came to nothing that failed by a fault of ours; the fault itself goes to the log.
const FAULT: &str = "a fault of this server";

/// What came of looking for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worked {
    /// There was a job, and an attempt was made.
    Attempted,
    /// Nothing is due.
    Idle,
}

/// Takes the job that is due for longest and makes one attempt.
pub async fn work_on_next(house: &Arc<House>, kinds: &[Kind]) -> Result<Worked, OpError> {
    let Some((kind, task)) = take(house, kinds).await? else {
        return Ok(Worked::Idle);
    };
    let mut op = Op::inside(house, Actor::System);
    match (kind.run)(&mut op, &task).await {
        Ok(verdict) => {
            settle(&mut op, kind, &task, verdict).await?;
            op.commit().await?;
        }
        Err(fault) => {
            // All that the attempt did is gone with its act.
            drop(op);
            tell_of(&fault, kind);
            let mut op = Op::inside(house, Actor::System);
            settle(&mut op, kind, &task, Verdict::Again(FAULT)).await?;
            op.commit().await?;
        }
    }
    Ok(Worked::Attempted)
}

/// Takes the job for this process. A job of a kind that nobody here knows is left: another version of the program may.
async fn take<'k>(house: &Arc<House>, kinds: &'k [Kind]) -> Result<Option<(&'k Kind, Task)>, OpError> {
    let mut op = Op::inside(house, Actor::System);
    let now = op.now;
    // Looked for without the write lock: mostly there is nothing.
    let Some(id) = store::due(op.reading().await?, now).await? else {
        return Ok(None);
    };
    let claimed = store::claim(op.writing().await?, id, now, now.plus(LEASE)).await?;
    op.commit().await?;
    let Some((name, task)) = claimed else {
        return Ok(None);
    };
    let kind = kinds.iter().find(|kind| kind.name == name);
    if kind.is_none() {
        tracing::warn!(job = name, "a job is of a kind that is not known here");
    }
    Ok(kind.map(|kind| (kind, task)))
}

fn tell_of(fault: &OpError, kind: &Kind) {
    let error: &dyn std::error::Error = fault;
    tracing::warn!(error, job = kind.name, "an attempt at a job failed");
}

async fn settle(op: &mut Op, kind: &Kind, task: &Task, verdict: Verdict) -> Result<(), OpError> {
    let now = op.now;
    let (state, reason) = match verdict {
        Verdict::Done => (JobState::Done, None),
        Verdict::Never(reason) => (JobState::Dead, Some(reason)),
        Verdict::Again(reason) => match pause_after(task.attempt) {
            Some(pause) => {
                let until = now.plus(pause);
                return Ok(store::delay(op.writing().await?, task, until, reason).await?);
            }
            None => (JobState::Dead, Some(reason)),
        },
    };
    let ended = store::finish(op.writing().await?, task, state, reason, now).await?;
    if let Some(reason) = reason.filter(|_| ended) {
        op.record(
            EventDraft::refused(EventKind::JobGivenUp, reason)
                .target("job", task.id)
                .detail("name", kind.name)
                .detail("attempts", task.attempt),
        );
    }
    Ok(())
}
