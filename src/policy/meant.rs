//! Which application a policy is meant for.

use super::PolicyError;
use crate::access::{self, Application};
use crate::domain::{ApplicationId, OrganisationId};
use crate::op::Op;

/// The application with this id or audience; without one, the only one with permissions that is open to the organisation and not retired.
pub async fn application_meant(
    op: &mut Op,
    organisation: OrganisationId,
    said: Option<&str>,
) -> Result<ApplicationId, PolicyError> {
    let open = |one: &Application| one.is_open_to(organisation) && !one.permissions.is_empty();
    let open: Vec<Application> = access::applications(op).await?.into_iter().filter(open).collect();
    let meant = |one: &&Application| {
        said.map_or(!one.is_retired(), |said| {
            one.id.to_string() == said || one.audience == said
        })
    };
    let mut meant = open.iter().filter(meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => Err(PolicyError::ApplicationUnsaid),
        (None, _) => Err(PolicyError::ApplicationUnknown),
    }
}
