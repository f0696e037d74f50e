//! Accounts for emergencies: rules may leave them out, and whatever is done with one is told to the administrators.

use serde_json::{Value, json};

use super::{Person, PersonError, store};
use crate::domain::{EventKind, Notice, OrganisationId, reason as reason_of};
use crate::op::{EventDraft, Op, OpError};

/// Most accounts in the list: an organisation needs two or three.
const MOST: i64 = 200;

/// Marks an account. The reason is kept and shown.
pub async fn mark_break_glass(op: &mut Op, person: &Person, reason: &str) -> Result<(), PersonError> {
    set(op, person, (true, reason)).await
}

/// Takes the mark away.
pub async fn unmark_break_glass(op: &mut Op, person: &Person, reason: &str) -> Result<(), PersonError> {
    set(op, person, (false, reason)).await
}

/// The marked accounts of an organisation by username, each with the reason.
pub async fn list_break_glass(
    op: &mut Op,
    organisation: OrganisationId,
) -> Result<Vec<(Person, String)>, OpError> {
    Ok(store::break_glass(op.reading().await?, organisation, MOST).await?)
}

async fn set(op: &mut Op, person: &Person, (marked, reason): (bool, &str)) -> Result<(), PersonError> {
    let reason = reason_of(reason).ok_or(PersonError::ReasonMissing)?;
    let (now, key) = (op.now, (person.organisation_id, person.id));
    let mark = marked.then_some(reason);
    if !store::set_break_glass(op.writing().await?, key, mark, now).await? {
        return Err(if marked {
            PersonError::MarkedAlready
        } else {
            PersonError::NotMarked
        });
    }
    let kind = if marked {
        EventKind::BreakGlassMarked
    } else {
        EventKind::BreakGlassUnmarked
    };
    let told = |marked: bool| -> Value { json!({ "break_glass": marked }) };
    op.record(
        EventDraft::success(kind)
            .target("person", person.id)
            .organisation(person.organisation_id)
            .because(reason)
            .change(told(!marked), told(marked)),
    );
    op.tell(Notice::Person(person.id));
    Ok(())
}
