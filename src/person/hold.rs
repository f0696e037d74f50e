//! Accounts that are held: nobody gets in until the owner has come back to it.

use serde_json::json;

use super::account::EPOCH_RAISED;
use super::{Person, PersonError, store};
use crate::domain::{EventKind, Notice, Subject, Timestamp};
use crate::job;
use crate::op::{EventDraft, Op, OpError};

/// Whether an account is held now.
pub async fn is_held(op: &mut Op, person: &Person) -> Result<bool, OpError> {
    let standing = store::standing(op.reading().await?, Subject::Person(person.id)).await?;
    Ok(standing.is_some_and(|row| row.held_at.is_some()))
}

/// Holds an account: what was given out to it is worthless, and nothing new is, whatever somebody proves.
pub async fn hold(op: &mut Op, person: &Person, reason: &str) -> Result<(), PersonError> {
    let now = op.now;
    set(op, person, Some(now), reason).await
}

/// Lets go of an account that was held.
pub async fn release(op: &mut Op, person: &Person, reason: &str) -> Result<(), PersonError> {
    set(op, person, None, reason).await
}

async fn set(
    op: &mut Op,
    person: &Person,
    held_at: Option<Timestamp>,
    reason: &str,
) -> Result<(), PersonError> {
    let (id, organisation, now) = (person.id, person.organisation_id, op.now);
    let tx = op.writing().await?;
    let before = store::standing(tx, Subject::Person(id))
        .await?
        .ok_or(PersonError::Unknown)?;
    let epoch = store::set_held(tx, (organisation, id), held_at, now)
        .await?
        .ok_or(PersonError::Unknown)?;
    job::queue(op, EPOCH_RAISED, &json!({ "person": id })).await?;
    op.record(
        EventDraft::success(EventKind::PersonChanged)
            .target("person", id)
            .organisation(organisation)
            .because(reason)
            .change(
                json!({ "held": before.held_at.is_some(), "epoch": before.epoch }),
                json!({ "held": held_at.is_some(), "epoch": epoch }),
            ),
    );
    op.tell(Notice::Person(id));
    Ok(())
}
