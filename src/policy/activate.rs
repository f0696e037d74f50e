//! A version comes into force.

use serde_json::Value;

use super::PolicyError;
use super::closure;
use super::draft::{record, told};
use super::examine;
use super::read::{self, Policy};
use super::store::{self, Mark};
use crate::domain::{EventKind, OrganisationId, PolicyState, PolicyStep, reason};
use crate::op::{Affected, Op};

/// Puts the tested version in force, in place of the one that is. It is tried once more: what it reads may have changed since its trial, and
/// while a case fails it is refused.
pub async fn activate(
    op: &mut Op,
    (organisation, name): (OrganisationId, &str),
    seen: Option<i64>,
    why: &str,
) -> Result<Policy, PolicyError> {
    let why = reason(why).ok_or(PolicyError::ReasonMissing)?;
    let policy = read::seen(op, organisation, name, seen).await?;
    let open = policy.open().ok_or(PolicyError::NothingOpen)?;
    let examined = examine::examine(op, (organisation, policy.application), (name, &open.content)).await?;
    if let Some(refusal) = examined.refusal() {
        return Err(refusal);
    }
    if open.state != PolicyState::Tested {
        return Err(PolicyError::NotTested);
    }
    closure::holds_what_is_permitted(op, policy.application, &open.content.cedar).await?;
    let (now, by, of) = (op.now, op.actor.word(), (organisation, name));
    let tx = op.writing().await?;
    let revision = store::bump(tx, of, policy.revision, now).await?;
    let revision = revision.ok_or(PolicyError::ChangedMeanwhile)?;
    let mark = |version, step, reason| Mark {
        revision,
        version,
        step,
        reason,
    };
    let replaced = format!("version {} takes its place", open.version);
    if let Some(old) = policy.active() {
        store::retire(tx, (of, old.version), now).await?;
        let retired = mark(old.version, PolicyStep::Retired, replaced.as_str());
        store::insert_step(tx, of, &retired, (now, &by)).await?;
    }
    store::activate(tx, (of, open.version), now).await?;
    store::put_in_force(tx, of, &open.content).await?;
    let activated = mark(open.version, PolicyStep::Activated, why);
    store::insert_step(tx, of, &activated, (now, &by)).await?;
    let before = policy.active();
    let before = before.map_or(Value::Null, |old| told(&old.content, old.state, None));
    let after = told(&open.content, PolicyState::Active, Some(policy.application));
    record(
        op,
        EventKind::PolicyActivated,
        (of, open.version),
        why,
        (before, after),
    );
    op.change_access(Affected::Everybody(organisation));
    read::show(op, organisation, name)
        .await?
        .ok_or(PolicyError::Unknown)
}
