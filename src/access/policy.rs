//! Attribute policies of an organisation for an application.

use serde_json::{Value, json};

use super::model::NewPolicy;
use super::{AccessError, application, check_name, check_organisation, store};
use crate::decision;
use crate::domain::{EventKind, Notice, OrganisationId};
use crate::op::{EventDraft, Op};
use crate::storage::taken;

/// Stores a policy, active at once. A text that is no policy is refused with what is wrong in it.
pub async fn create_policy(op: &mut Op, new: NewPolicy) -> Result<(), AccessError> {
    check_name(&new.name)?;
    decision::check_policy(&new.cedar)?;
    check_organisation(op, new.organisation_id).await?;
    application(op, new.application)
        .await?
        .filter(|one| one.shared || one.organisation_id == new.organisation_id)
        .ok_or(AccessError::ApplicationUnknown)?;
    let now = op.now;
    store::insert_policy(op.writing().await?, &new, now)
        .await
        .map_err(taken(AccessError::NameTaken))?;
    let after = json!({
        "application": new.application, "title": new.title, "purpose": new.purpose, "cedar": new.cedar,
        "active": true,
    });
    record(op, new.organisation_id, &new.name, Value::Null, after);
    Ok(())
}

/// Turns a policy on or off.
pub async fn set_policy_active(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
    active: bool,
) -> Result<(), AccessError> {
    let now = op.now;
    let tx = op.writing().await?;
    let before = store::policy_active(tx, organisation, name)
        .await?
        .ok_or(AccessError::PolicyUnknown)?;
    store::set_policy_active(tx, organisation, name, active, now).await?;
    let (before, after) = (json!({ "active": before }), json!({ "active": active }));
    record(op, organisation, name, before, after);
    Ok(())
}

fn record(op: &mut Op, organisation: OrganisationId, name: &str, before: Value, after: Value) {
    op.record(
        EventDraft::success(EventKind::PolicyChanged)
            .organisation(organisation)
            .target_named("policy", name)
            .change(before, after),
    );
    op.tell(Notice::Organisation(organisation));
}
