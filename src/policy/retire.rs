//! A policy goes out of force, or a draft is given up.

use serde_json::json;

use super::PolicyError;
use super::draft::record;
use super::read::{self, Policy};
use super::store::{self, Mark};
use crate::domain::{EventKind, OrganisationId, PolicyState, PolicyStep, reason};
use crate::op::{Affected, Op};

/// Ends the version in force. Where none is, the version that is being written is given up.
pub async fn retire(
    op: &mut Op,
    (organisation, name): (OrganisationId, &str),
    seen: Option<i64>,
    why: &str,
) -> Result<Policy, PolicyError> {
    let why = reason(why).ok_or(PolicyError::ReasonMissing)?;
    let policy = read::seen(op, organisation, name, seen).await?;
    let ending = policy.active().or_else(|| policy.open());
    let ending = ending.ok_or(PolicyError::NotActive)?;
    let (now, by, of) = (op.now, op.actor.word(), (organisation, name));
    let tx = op.writing().await?;
    let revision = store::bump(tx, of, policy.revision, now).await?;
    let revision = revision.ok_or(PolicyError::ChangedMeanwhile)?;
    if ending.state == PolicyState::Active {
        store::retire(tx, (of, ending.version), now).await?;
        store::put_out_of_force(tx, of).await?;
    } else {
        store::set_state(tx, (of, ending.version), PolicyState::Retired).await?;
    }
    let mark = Mark {
        revision,
        version: ending.version,
        step: PolicyStep::Retired,
        reason: why,
    };
    store::insert_step(tx, of, &mark, (now, &by)).await?;
    let states = (
        json!({ "state": ending.state }),
        json!({ "state": PolicyState::Retired }),
    );
    record(op, EventKind::PolicyRetired, (of, ending.version), why, states);
    op.change_access(Affected::Everybody(organisation));
    read::show(op, organisation, name)
        .await?
        .ok_or(PolicyError::Unknown)
}
