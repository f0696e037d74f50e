//! Sign-ins as they were, for replay: what the rules were asked with, and what was proven.

use std::net::IpAddr;
use std::time::Duration;

use super::ask::Circumstances;
use super::store;
use crate::domain::{
    Acr, ClientId, DeviceStanding, OrganisationId, PersonId, RecordedSignInId, RiskLevel, Scopes, Timestamp,
};
use crate::op::{Op, OpError};

/// How long they are kept: longer than a replay looks back, so that a month is whole.
const KEPT: Duration = Duration::from_hours(24 * 40);

/// One sign-in.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub id: RecordedSignInId,
    pub organisation_id: OrganisationId,
    pub person_id: PersonId,
    pub at: Timestamp,
    pub client_id: Option<ClientId>,
    pub scopes: Scopes,
    pub address: Option<IpAddr>,
    pub device: DeviceStanding,
    pub trusted_since: Option<Timestamp>,
    pub risk: RiskLevel,
    pub acr: Acr,
}

/// Records a sign-in of a person in the act that completes it.
pub async fn record(
    op: &mut Op,
    (organisation_id, person_id): (OrganisationId, PersonId),
    asked: &Circumstances<'_>,
    acr: Acr,
) -> Result<(), OpError> {
    let recorded = Recorded {
        id: op.id(),
        organisation_id,
        person_id,
        at: op.now,
        client_id: asked.client.cloned(),
        scopes: asked.scopes.clone(),
        address: op.seen.address,
        device: asked.device,
        trusted_since: asked.trusted_since,
        risk: asked.risk,
        acr,
    };
    Ok(store::record(op.writing().await?, &recorded).await?)
}

/// Deletes sign-ins that no replay looks at any more; answers how many.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEPT);
    Ok(store::sweep(op.writing().await?, before).await?)
}
