//! Sign-ins as they were, for replay: what the rules were asked with, and what was proven.

use std::net::IpAddr;
use std::time::Duration;

use super::device;
use super::files::Files;
use super::situation::{Aim, Situation};
use super::store;
use crate::domain::{
    Acr, ClientId, Country, DeviceId, DeviceStanding, OrganisationId, PersonId, RecordedSignInId, RiskLevel,
    Scopes, SessionId, Strength, Timestamp,
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
    /// As it was known then.
    pub country: Option<Country>,
    pub device_id: Option<DeviceId>,
    /// As it was then.
    pub device: DeviceStanding,
    pub trusted_since: Option<Timestamp>,
    pub risk: RiskLevel,
    pub acr: Acr,
    /// When the session was authenticated that was there already; none: the person signed in.
    pub authenticated_at: Option<Timestamp>,
}

/// Somebody on the way to an application by a session that was there already.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    pub organisation_id: OrganisationId,
    pub person_id: PersonId,
    pub session_id: SessionId,
    pub strength: &'a Strength,
    pub aim: Aim<'a>,
}

pub(super) const DAY: i64 = 24 * 3_600;

/// Records a passage, once a day for each session, client and list of scopes, in the write transaction of the act. Device and risk are
/// those of the person's last sign-in on this browser, so that nothing more is read on the way.
pub async fn record_passage(op: &mut Op, passage: Passage<'_>) -> Result<(), OpError> {
    let address = op.seen.address;
    let recorded = Recorded {
        id: op.id(),
        organisation_id: passage.organisation_id,
        person_id: passage.person_id,
        at: op.now,
        client_id: passage.aim.client.cloned(),
        scopes: passage.aim.scopes.clone(),
        address,
        country: op.house.part::<Files>().place(address).country,
        device_id: op.seen.device,
        device: DeviceStanding::Known,
        trusted_since: None,
        risk: RiskLevel::Low,
        acr: passage.strength.acr,
        authenticated_at: Some(passage.strength.authenticated_at),
    };
    let once = (passage.session_id, op.now.as_seconds().div_euclid(DAY));
    Ok(store::record_passage(op.writing().await?, &recorded, once).await?)
}

/// The newest sign-ins of a person that are kept, with what is known of their circumstances.
pub async fn of_person(op: &mut Op, person: PersonId, limit: i64) -> Result<Vec<Recorded>, OpError> {
    let ever = Timestamp::from_micros(0);
    Ok(store::recorded_of(op.reading().await?, person, ever, limit).await?)
}

/// Records a sign-in of a person in the act that completes it.
pub async fn record(
    op: &mut Op,
    (organisation_id, person_id): (OrganisationId, PersonId),
    (aim, situation): (Aim<'_>, &Situation),
    acr: Acr,
) -> Result<(), OpError> {
    let recorded = Recorded {
        id: op.id(),
        organisation_id,
        person_id,
        at: op.now,
        client_id: aim.client.cloned(),
        scopes: aim.scopes.clone(),
        address: situation.address,
        country: situation.country,
        device_id: op.seen.device,
        device: situation.device,
        trusted_since: situation.trusted_since,
        risk: situation.risk.level(),
        acr,
        authenticated_at: None,
    };
    Ok(store::record(op.writing().await?, &recorded).await?)
}

/// Looks up the countries that were not known then, of sign-ins before there was a database.
pub(super) fn complete(op: &Op, all: &mut [Recorded]) {
    let files = op.house.part::<Files>();
    for one in all.iter_mut().filter(|one| one.country.is_none()) {
        one.country = files.place(one.address).country;
    }
}

/// Deletes sign-ins that no replay looks at any more and browsers that were not seen for long, and forgets trust of which nothing
/// is left; answers how many rows went.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let (before, seen) = (op.now.minus(KEPT), op.now.minus(device::KEEP));
    let trusted = op.now.minus(device::TRUSTED);
    let tx = op.writing().await?;
    store::sweep_trust(tx, trusted).await?;
    Ok(store::sweep(tx, before).await? + store::sweep_devices(tx, seen).await?)
}
