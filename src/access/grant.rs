//! Access given to someone, and taken back.

use serde_json::{Value, json};

use super::group::check_subject;
use super::model::{Holder, NewGrant};
use super::{AccessError, notice_of, store};
use crate::domain::{AccessGrantId, Actor, EventKind, Notice, OrganisationId, Subject, SubjectKind};
use crate::op::{EventDraft, Op};

/// Gives a role to a person, a service account or a group of one organisation, for a period, everywhere or within some
/// departments and regions. Everything named must belong to that organisation.
pub async fn give(op: &mut Op, new: NewGrant) -> Result<AccessGrantId, AccessError> {
    if new.period.is_never() {
        return Err(AccessError::Reversed);
    }
    if new.reason.trim().is_empty() {
        return Err(AccessError::ReasonMissing);
    }
    let organisation = new.organisation_id;
    let given_by = giver(&op.actor);
    let (id, now) = (op.id(), op.now);
    let tx = op.writing().await?;
    let role = store::role_name(tx, organisation, new.role)
        .await?
        .ok_or(AccessError::RoleUnknown)?;
    let holding_group = match new.holder {
        Holder::Group(group) => Some(group),
        Holder::Subject(_) => None,
    };
    for group in new.within.iter().copied().chain(holding_group) {
        if store::group_kind(tx, organisation, group).await?.is_none() {
            return Err(AccessError::GroupUnknown);
        }
    }
    if let Holder::Subject(subject) = new.holder {
        check_subject(op, organisation, subject).await?;
    }
    store::insert_grant(op.writing().await?, id, &new, &given_by, now).await?;
    op.record(
        EventDraft::success(EventKind::GrantCreated)
            .organisation(organisation)
            .target("grant", id)
            .because(new.reason.clone())
            .change(
                Value::Null,
                json!({
                    "holder_type": new.holder.kind(), "holder": new.holder.id_text(), "role": role,
                    "within": new.within, "from": new.period.from, "until": new.period.until,
                }),
            ),
    );
    op.tell(match new.holder {
        Holder::Subject(subject) => notice_of(subject),
        Holder::Group(_) => Notice::Organisation(organisation),
    });
    Ok(id)
}

/// Ends a grant now. Of two at once, one wins; the other is told that it has ended.
pub async fn end_grant(
    op: &mut Op,
    organisation: OrganisationId,
    id: AccessGrantId,
    reason: &str,
) -> Result<(), AccessError> {
    if reason.trim().is_empty() {
        return Err(AccessError::ReasonMissing);
    }
    let now = op.now;
    let ended = store::end_grant(op.writing().await?, organisation, id, now)
        .await?
        .ok_or(AccessError::GrantUnknown)?;
    op.record(
        EventDraft::success(EventKind::GrantEnded)
            .organisation(organisation)
            .target("grant", id)
            .because(reason)
            .detail("holder_type", ended.subject_kind.as_str())
            .detail("holder", ended.subject_id.clone())
            .detail("role", ended.role.to_string())
            .change(
                json!({ "from": ended.period.from, "until": ended.period.until }),
                json!({ "from": ended.period.from, "until": now }),
            ),
    );
    let subject = match ended.subject_kind {
        SubjectKind::Person => ended.subject_id.parse().ok().map(Subject::Person),
        SubjectKind::ServiceAccount => ended.subject_id.parse().ok().map(Subject::ServiceAccount),
        SubjectKind::Group => None,
    };
    op.tell(subject.map_or(Notice::Organisation(organisation), notice_of));
    Ok(())
}

/// As it is stored with the grant: `person:ID`, `operator`, `system`.
fn giver(actor: &Actor) -> String {
    match actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Person(id) => format!("person:{id}"),
        Actor::ServiceAccount(id) => format!("service_account:{id}"),
        Actor::Client(id) => format!("client:{id}"),
        Actor::Operator => "operator".to_owned(),
        Actor::System => "system".to_owned(),
    }
}
