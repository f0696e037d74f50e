//! Nobody gives more than they hold: what the operations of this room ask about whoever acts.
//!
//! The operator, set-up and jobs are not asked: they act for the house itself.

use super::model::{Permitted, RoleAbout};
use super::{AccessError, grant_store};
use crate::decision::{self, Giving};
use crate::domain::{Actor, GroupId, OrganisationId, Right, Subject};
use crate::op::Op;

/// The person or account that acts, if it is one of them whose own access counts.
pub(super) fn judged(actor: &Actor) -> Option<Subject> {
    match actor {
        Actor::Person(id) => Some(Subject::Person(*id)),
        Actor::ServiceAccount(id) => Some(Subject::ServiceAccount(*id)),
        Actor::Anonymous | Actor::Client(_) | Actor::Operator | Actor::System => None,
    }
}

/// Whether whoever acts may give a role.
pub(super) async fn may_give(op: &mut Op, giving: Giving<'_>) -> Result<(), AccessError> {
    if let Some(by) = judged(&op.actor) {
        decision::giving(op, by, giving).await??;
    }
    Ok(())
}

/// Whether whoever acts holds all that members of a group get by it and by those above it.
pub(super) async fn holds_what_group_gives(
    op: &mut Op,
    organisation: OrganisationId,
    group: GroupId,
) -> Result<(), AccessError> {
    let Some(by) = judged(&op.actor) else {
        return Ok(());
    };
    let now = op.now;
    let given = grant_store::of_group(op.reading().await?, organisation, group, now).await?;
    for (role, within) in given {
        decision::closure(op, by, role, &within).await??;
    }
    Ok(())
}

/// Whether whoever acts holds all that a role is to give, everywhere.
pub(super) async fn holds_what_role_gives(op: &mut Op, about: &RoleAbout) -> Result<(), AccessError> {
    let Some(by) = judged(&op.actor) else {
        return Ok(());
    };
    for included in &about.includes {
        decision::closure(op, by, *included, &[]).await??;
    }
    let permissions = about
        .permissions
        .iter()
        .map(|Permitted { application, name }| (*application, name.as_str()));
    let rights = about.rights.iter().copied();
    Ok(decision::holds_everywhere(op, by, permissions, rights).await??)
}

/// Whether whoever acts has one of the rights by which members are managed.
pub(super) async fn manages_members(op: &mut Op) -> Result<bool, AccessError> {
    let Some(by) = judged(&op.actor) else {
        return Ok(true);
    };
    let rights = decision::rights(op, by).await?;
    let manages = [Right::AccessManage, Right::PeopleManage];
    Ok(manages.iter().any(|right| rights.contains(right)))
}
