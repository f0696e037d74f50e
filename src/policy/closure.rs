//! Nobody gives more than they hold, by a policy neither.
//!
//! What forbids gives nobody anything; what permits gives its actions to whomever its conditions let, everywhere. So whoever puts it in force
//! holds them everywhere themselves, or all rights. The operator, set-up and jobs are not asked: they act for the house itself.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::PolicyError;
use crate::access;
use crate::decision;
use crate::domain::{Actor, ApplicationId, Subject};
use crate::op::Op;

/// Whether whoever acts may put a text in force for an application.
pub(super) async fn holds_what_is_permitted(
    op: &mut Op,
    application: ApplicationId,
    cedar: &str,
) -> Result<(), PolicyError> {
    let by = match &op.actor {
        Actor::Person(id) => Subject::Person(*id),
        Actor::ServiceAccount(id) => Subject::ServiceAccount(*id),
        Actor::Anonymous | Actor::Client(_) | Actor::Operator | Actor::System => return Ok(()),
    };
    let policies = decision::parts_of_policies(cedar)?;
    let permitting: Vec<&Json> = policies
        .iter()
        .filter(|one| one.get("effect") == Some(&Json::from("permit")))
        .collect();
    if permitting.is_empty() {
        return Ok(());
    }
    let found = access::application(op, application).await?;
    let found = found.ok_or(PolicyError::ApplicationUnknown)?;
    let named: Option<BTreeSet<String>> = permitting
        .iter()
        .map(|one| actions(one))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.into_iter().flatten().collect());
    let permitted = found.permissions.iter().map(|one| one.0.as_str());
    let permitted = permitted.filter(|name| named.as_ref().is_none_or(|named| named.contains(*name)));
    let permitted = permitted.map(|name| (application, name));
    decision::holds_everywhere(op, by, permitted, std::iter::empty())
        .await?
        .map_err(PolicyError::Exceeds)
}

/// The actions that the head of a policy names; none: any.
fn actions(policy: &Json) -> Option<Vec<String>> {
    let head = policy.get("action")?;
    let one = head.get("entity").into_iter();
    let many = head
        .get("entities")
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let id = |entity: &Json| entity.get("id").and_then(Json::as_str).map(str::to_owned);
    let named: Vec<String> = one.chain(many).map(id).collect::<Option<_>>()?;
    (!named.is_empty()).then_some(named)
}
