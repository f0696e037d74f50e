//! Policies as they are written.

use serde_json::{Value, json};

use super::PolicyError;
use super::model::{self, Content, NewPolicy};
use super::read::{self, Policy};
use super::store::{self, Mark};
use crate::access;
use crate::domain::{ApplicationId, EventKind, OrganisationId, PolicyState, PolicyStep, reason};
use crate::op::{EventDraft, Op};
use crate::person;
use crate::storage::taken;

/// Stores a new policy, as a draft: it decides nothing yet. A text that is no policy is refused with the line, the column and what is wrong.
pub async fn draft(op: &mut Op, new: NewPolicy, why: &str) -> Result<Policy, PolicyError> {
    model::check_name(&new.name)?;
    new.content.check()?;
    let why = reason(why).ok_or(PolicyError::ReasonMissing)?;
    person::find_organisation(op, new.organisation_id)
        .await?
        .ok_or(PolicyError::OrganisationUnknown)?;
    check_application(op, new.organisation_id, new.application).await?;
    let (now, by) = (op.now, op.actor.word());
    let tx = op.writing().await?;
    store::insert_policy(tx, &new, now)
        .await
        .map_err(taken(PolicyError::NameTaken))?;
    let of = (new.organisation_id, new.name.as_str());
    store::insert_version(tx, (of, 1), &new.content, (now, &by)).await?;
    let mark = Mark {
        revision: 1,
        version: 1,
        step: PolicyStep::Drafted,
        reason: why,
    };
    store::insert_step(tx, of, &mark, (now, &by)).await?;
    let after = told(&new.content, PolicyState::Draft, Some(new.application));
    record(op, EventKind::PolicyDrafted, (of, 1), why, (Value::Null, after));
    read::show(op, new.organisation_id, &new.name)
        .await?
        .ok_or(PolicyError::Unknown)
}

/// Changes the version that is not in force yet, which becomes a draft again; where there is none, the next version begins. Refused if the
/// policy is not the one that was seen (none: whatever it is).
pub async fn change(
    op: &mut Op,
    (organisation, name): (OrganisationId, &str),
    seen: Option<i64>,
    content: Content,
    why: &str,
) -> Result<Policy, PolicyError> {
    content.check()?;
    let why = reason(why).ok_or(PolicyError::ReasonMissing)?;
    let before = read::seen(op, organisation, name, seen).await?;
    let (now, by, of) = (op.now, op.actor.word(), (organisation, name));
    let open = before.open();
    let version = match open {
        Some(open) => open.version,
        None => before.newest().saturating_add(1),
    };
    let tx = op.writing().await?;
    let revision = store::bump(tx, of, before.revision, now).await?;
    let revision = revision.ok_or(PolicyError::ChangedMeanwhile)?;
    let (kind, step) = if open.is_some() {
        store::change_version(tx, (of, version), &content, (now, &by)).await?;
        (EventKind::PolicyChanged, PolicyStep::Changed)
    } else {
        store::insert_version(tx, (of, version), &content, (now, &by)).await?;
        (EventKind::PolicyDrafted, PolicyStep::Drafted)
    };
    let mark = Mark {
        revision,
        version,
        step,
        reason: why,
    };
    store::insert_step(tx, of, &mark, (now, &by)).await?;
    let was = open.or_else(|| before.active());
    let was = was.map_or(Value::Null, |was| told(&was.content, was.state, None));
    let after = told(&content, PolicyState::Draft, None);
    record(op, kind, (of, version), why, (was, after));
    read::show(op, organisation, name)
        .await?
        .ok_or(PolicyError::Unknown)
}

async fn check_application(
    op: &mut Op,
    organisation: OrganisationId,
    id: ApplicationId,
) -> Result<(), PolicyError> {
    let found = access::application(op, id).await?;
    match found.filter(|one| one.is_open_to(organisation)) {
        Some(found) if found.is_retired() => Err(PolicyError::ApplicationRetired),
        Some(_) => Ok(()),
        None => Err(PolicyError::ApplicationUnknown),
    }
}

/// A version as the log tells it.
pub(super) fn told(content: &Content, state: PolicyState, application: Option<ApplicationId>) -> Value {
    let mut told = json!({
        "state": state, "title": content.title, "purpose": content.purpose, "cedar": content.cedar,
        "cases": content.cases,
    });
    if let (Some(members), Some(application)) = (told.as_object_mut(), application) {
        members.insert("application".to_owned(), json!(application));
    }
    told
}

/// Puts on record what was done with a version.
pub(super) fn record(
    op: &mut Op,
    kind: EventKind,
    ((organisation, name), version): ((OrganisationId, &str), i64),
    why: &str,
    (before, after): (Value, Value),
) {
    op.record(
        EventDraft::success(kind)
            .organisation(organisation)
            .target_named("policy", name)
            .because(why)
            .detail("version", version)
            .change(before, after),
    );
}
