//! Recovery with help: whoever has lost what they sign in with is known to somebody who looks after accounts.

use super::pass::{self, Asked, Delivery, Issued, Refusal};
use super::{agreement, rule, store};
use crate::decision;
use crate::domain::{
    EventKind, OrganisationId, PassId, PassPurpose, RecoveryNeedsTwo, Subject, reason as reason_of,
};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person};

/// Begins to help a person. Where two have to agree the pass waits for [`agree`]; else it is issued. The factors of the
/// account stay as they are until the pass is used: one that was asked for by mistake changes nothing.
pub async fn help(
    op: &mut Op,
    person: &Person,
    reason: &str,
    delivery: Delivery,
) -> Result<Result<Asked, Refusal>, OpError> {
    let refused = match pass::check(op, person, delivery).await? {
        Ok(()) if reason_of(reason).is_none() => Some(Refusal::Reason),
        Ok(()) => None,
        Err(refusal) => Some(refusal),
    };
    if let Some(refusal) = refused {
        refuse(op, person, EventKind::PassAsked, refusal);
        return Ok(Err(refusal));
    }
    let prepared = pass::prepare(op, person, PassPurpose::Recovery, reason).await?;
    let why = [("why", prepared.reason.clone().into())];
    pass::record(op, EventKind::PassAsked, &prepared, &why);
    if needs_two(op, person).await? {
        agreement::ask(op, &prepared).await?;
        return Ok(Ok(Asked::Waits(prepared.id)));
    }
    let issued = pass::issue(op, person, &prepared, delivery).await?;
    Ok(issued.map(Asked::Issued))
}

/// Whether a second administrator has to agree before a person is recovered.
pub async fn needs_two(op: &mut Op, person: &Person) -> Result<bool, OpError> {
    let rule = rule::recovery_rule(op, person.organisation_id).await?;
    match rule.needs_two {
        RecoveryNeedsTwo::Nobody => Ok(false),
        RecoveryNeedsTwo::Everybody => Ok(true),
        RecoveryNeedsTwo::Administrators => {
            let rights = decision::rights(op, Subject::Person(person.id)).await?;
            Ok(!rights.is_empty())
        }
    }
}

/// Agrees to a pass that another administrator has asked for, and issues it.
pub async fn agree(
    op: &mut Op,
    organisation: OrganisationId,
    id: PassId,
    delivery: Delivery,
) -> Result<Result<Issued, Refusal>, OpError> {
    let now = op.now;
    let waiting = store::by_id(op.reading().await?, organisation, id, now).await?;
    let Some(waiting) = waiting.filter(|pass| !pass.issued) else {
        return Ok(Err(Refusal::Gone));
    };
    let Some(person) = person::find_within(op, organisation, waiting.person).await? else {
        return Ok(Err(Refusal::Gone));
    };
    let refused = match pass::check(op, &person, delivery).await? {
        Ok(()) if op.actor.word() == waiting.asked_by || op.actor.is_program() => Some(Refusal::Same),
        Ok(()) => None,
        Err(refusal) => Some(refusal),
    };
    if let Some(refusal) = refused {
        refuse(op, &person, EventKind::PassIssued, refusal);
        return Ok(Err(refusal));
    }
    pass::issue(op, &person, &waiting, delivery).await
}

fn refuse(op: &mut Op, person: &Person, kind: EventKind, refusal: Refusal) {
    op.record(
        EventDraft::refused(kind, refusal.to_string())
            .organisation(person.organisation_id)
            .target("person", person.id),
    );
}
