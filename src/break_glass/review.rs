//! Uses of such accounts, and what somebody has found of them.

use super::store;
use crate::domain::{
    Actor, BreakGlassAct, BreakGlassUseId, ClientId, EventKind, OrganisationId, PersonId, Timestamp, reason,
};
use crate::op::{EventDraft, Op, OpError};

/// Most uses in a list.
const PAGE: i64 = 200;

/// One use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub id: BreakGlassUseId,
    pub person: PersonId,
    pub act: BreakGlassAct,
    /// The application for which it was.
    pub client: Option<ClientId>,
    pub address: Option<String>,
    pub used_at: Timestamp,
    pub reviewed: Option<Reviewed>,
}

/// Who has looked at a use, and what they found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    pub at: Timestamp,
    /// `operator`, or a person's id.
    pub by: String,
    pub note: String,
}

/// Why a use is not reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such use, or it is reviewed already")]
    Gone,
    #[error("what you found is needed, in at most 1000 characters")]
    Note,
    #[error("another person reviews what was done: not its owner, and no program")]
    Own,
}

/// The uses in an organisation: those that wait for a review first, then the newest.
pub async fn uses(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Use>, OpError> {
    Ok(store::list(op.reading().await?, organisation, PAGE).await?)
}

/// How many uses wait for a review.
pub async fn open(op: &mut Op, organisation: OrganisationId) -> Result<i64, OpError> {
    Ok(store::count_open(op.reading().await?, organisation).await?)
}

/// Notes what somebody found of a use.
pub async fn review(
    op: &mut Op,
    organisation: OrganisationId,
    id: BreakGlassUseId,
    note: &str,
) -> Result<Result<(), Refusal>, OpError> {
    let Some(note) = reason(note) else {
        return Ok(Err(Refusal::Note));
    };
    let found = store::find(op.reading().await?, id).await?;
    let Some((_, noted)) = found.filter(|(of, noted)| *of == organisation && noted.reviewed.is_none()) else {
        return Ok(Err(Refusal::Gone));
    };
    // A program is nobody else: whoever used the account may have written it.
    if op.actor == Actor::Person(noted.person) || matches!(op.actor, Actor::ServiceAccount(_)) {
        return Ok(Err(Refusal::Own));
    }
    let reviewed = Reviewed {
        at: op.now,
        by: op.actor.word(),
        note: note.to_owned(),
    };
    if !store::review(op.writing().await?, id, &reviewed).await? {
        return Ok(Err(Refusal::Gone));
    }
    op.record(
        EventDraft::success(EventKind::BreakGlassReviewed)
            .target("person", noted.person)
            .organisation(organisation)
            .because(note)
            .detail("use", noted.id.to_string()),
    );
    Ok(Ok(()))
}
