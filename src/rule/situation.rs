//! In what situation somebody signs in: from where, on which device, when, and how unusual that is for them.

use std::net::IpAddr;
use std::time::Duration;

use super::device;
use super::recorded::Recorded;
use super::risk::{self, Risk};
use super::store;
use crate::domain::{Acr, ClientId, DeviceStanding, PersonId, Scopes, Timestamp};
use crate::op::{Op, OpError};

/// Sign-ins of a person with which a new one is compared.
const COMPARED: i64 = 100;

/// How far back they lie at most.
const BACK: Duration = Duration::from_hours(24 * 40);

/// After so long a sign-in by a password alone counts as one of the person's own.
const SETTLES: Duration = Duration::from_hours(24);

/// What somebody signs in for.
#[derive(Debug, Clone, Copy)]
pub struct Aim<'a> {
    /// None for pages of the house itself.
    pub client: Option<&'a ClientId>,
    pub scopes: &'a Scopes,
}

impl Aim<'_> {
    /// The pages of the house itself.
    #[must_use]
    pub fn own_pages() -> Self {
        Self {
            client: None,
            scopes: Scopes::none(),
        }
    }
}

/// See the head of this file.
#[derive(Debug, Clone)]
pub struct Situation {
    pub address: Option<IpAddr>,
    pub device: DeviceStanding,
    /// Since when the person trusts the device.
    pub trusted_since: Option<Timestamp>,
    pub risk: Risk,
    pub at: Timestamp,
}

impl Situation {
    /// One that does not take place, from an address and on a device of this kind. A device that is supposed to be trusted is
    /// so from now on.
    #[must_use]
    pub fn supposed(address: Option<IpAddr>, device: DeviceStanding, now: Timestamp) -> Self {
        Self {
            device,
            trusted_since: (device == DeviceStanding::Trusted).then_some(now),
            ..Self::ordinary(address, now)
        }
    }

    /// The situation of this act, which a person is behind.
    pub async fn of(op: &mut Op, person: PersonId) -> Result<Self, OpError> {
        let (address, id, at) = (op.seen.address, op.seen.device, op.now);
        let since = at.minus(BACK);
        let tx = op.reading().await?;
        let mut before = store::recorded_of(tx, person, since, COMPARED).await?;
        // Whoever has got in by a password alone a moment ago has made nothing usual by that.
        let settled = |one: &Recorded| one.acr > Acr::One || at.since(one.at) >= SETTLES;
        before.retain(settled);
        let trusted_since = match &id {
            Some(id) => store::trusted_since(tx, person, id).await?,
            None => None,
        };
        let trusted_since = trusted_since.filter(|since| at.since(*since) < device::TRUSTED);
        let known = id.is_some() && before.iter().any(|one| one.device_id == id);
        let device = match trusted_since {
            Some(_) => DeviceStanding::Trusted,
            None if known => DeviceStanding::Known,
            None => DeviceStanding::New,
        };
        let failures = risk::failures(op, person).await?;
        let signals = risk::weigh(&before, device, address, (failures, at));
        Ok(Self {
            address,
            device,
            trusted_since,
            risk: Risk(signals),
            at,
        })
    }

    /// A situation that nothing speaks against, at this moment and from this address: for questions about rules.
    #[must_use]
    pub fn ordinary(address: Option<IpAddr>, at: Timestamp) -> Self {
        Self {
            address,
            device: DeviceStanding::Known,
            trusted_since: None,
            risk: Risk::default(),
            at,
        }
    }
}
