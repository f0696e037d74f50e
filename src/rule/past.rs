//! A past that there was not, for a demonstration: what a replay reads, and nothing besides.
//!
//! Nothing of it is put on record, since the audit log tells only what happened; nor does a browser become known by it.

use std::net::IpAddr;

use super::recorded::{DAY, Recorded};
use super::store;
use crate::domain::{
    Acr, ClientId, DeviceStanding, Digest32, OrganisationId, PersonId, RiskLevel, Scopes, Timestamp,
};
use crate::op::{Op, OpError};

/// One sign-in, or one way to an application by a session that was there already.
#[derive(Debug, Clone)]
pub struct Past {
    pub person_id: PersonId,
    pub at: Timestamp,
    pub client_id: Option<ClientId>,
    pub scopes: Scopes,
    pub address: IpAddr,
    pub browser: Digest32,
    pub device: DeviceStanding,
    pub risk: RiskLevel,
    pub acr: Acr,
    /// When that session was authenticated; none: the person signed in.
    pub authenticated_at: Option<Timestamp>,
}

/// Records it of an organisation of which nothing is recorded yet, so that it never stands among what happened.
pub async fn invent(op: &mut Op, organisation_id: OrganisationId, past: Vec<Past>) -> Result<(), OpError> {
    let first = (Timestamp::from_seconds(0), "");
    if !store::recorded(op.reading().await?, organisation_id, first, 1)
        .await?
        .is_empty()
    {
        return Err(OpError::Broken("a past is invented where there is one"));
    }
    let mut rows = Vec::with_capacity(past.len());
    for one in past {
        let of_session = one
            .authenticated_at
            .map(|_| (op.id(), one.at.as_seconds().div_euclid(DAY)));
        let recorded = Recorded {
            id: op.id(),
            organisation_id,
            person_id: one.person_id,
            at: one.at,
            client_id: one.client_id,
            scopes: one.scopes,
            address: Some(one.address),
            country: None,
            device_id: Some(one.browser.into()),
            device: one.device,
            trusted_since: None,
            risk: one.risk,
            acr: one.acr,
            authenticated_at: one.authenticated_at,
        };
        rows.push((recorded, of_session));
    }
    Ok(store::record_all(op.writing().await?, rows).await?)
}
