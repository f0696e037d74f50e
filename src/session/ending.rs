//! What follows from the end of a session, done once that is committed.
//!
//! This room does not know whom it concerns: it queues [`ENDED`], and the room that gave something out by the session
//! registers the work.

use serde::{Deserialize, Serialize};

use super::{browser, store};
use crate::domain::{PersonId, SessionId};
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::op::{Op, OpError};
use crate::person::EPOCH_RAISED;

/// The job that is queued when a session has ended.
pub const ENDED: &str = "session.ended";

/// What that job is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedSession {
    /// The session, and those that it had replaced.
    pub sessions: Vec<SessionId>,
}

pub(super) async fn announce(op: &mut Op, id: SessionId, earlier: &[SessionId]) -> Result<(), OpError> {
    let sessions = earlier.iter().copied().chain([id]).collect();
    let payload = serde_json::to_value(EndedSession { sessions })
        .map_err(|_| OpError::Broken("the end of a session cannot be written"))?;
    job::queue(op, ENDED, &payload).await?;
    Ok(())
}

/// The work of this room.
#[must_use]
pub fn jobs() -> Vec<Kind> {
    vec![Kind {
        name: EPOCH_RAISED,
        run: end_of_person,
    }]
}

#[derive(Deserialize)]
struct Payload {
    person: PersonId,
}

/// All that was given out to a person is worthless: their sessions are ended by name too, so that applications hear of it.
fn end_of_person<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(payload) = serde_json::from_value::<Payload>(task.payload.clone()) else {
            return Ok(Verdict::Never("the job cannot be read"));
        };
        let now = op.now;
        for id in store::open_of_person(op.reading().await?, payload.person, now).await? {
            if is_of_the_past(op, id).await? {
                browser::end_by_id(op, id, "the account was changed").await?;
            }
        }
        Ok(Verdict::Done)
    })
}

/// A session that has begun since lives.
async fn is_of_the_past(op: &mut Op, id: SessionId) -> Result<bool, OpError> {
    Ok(browser::living(op, id).await?.is_none())
}
