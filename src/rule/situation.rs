//! In what situation somebody signs in: from where, on which device, when, and how unusual that is for them.

use std::net::IpAddr;
use std::time::Duration;

use super::device;
use super::files::Files;
use super::recorded::{self, Recorded};
use super::risk::{self, Risk, Weighed};
use super::store;
use super::travel;
use crate::domain::{ClientId, Country, DeviceStanding, PersonId, Scopes, Timestamp};
use crate::op::{House, Op, OpError};

/// Sign-ins of a person with which a new one is compared.
const COMPARED: i64 = 100;

/// How far back they lie at most.
const BACK: Duration = Duration::from_hours(24 * 40);

/// After so long a sign-in by a password alone counts as one of the person's own: whoever has got in by it a moment ago has made
/// nothing usual by that.
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
    /// None where no database tells.
    pub country: Option<Country>,
    pub device: DeviceStanding,
    /// Since when the person trusts the device.
    pub trusted_since: Option<Timestamp>,
    pub risk: Risk,
    pub at: Timestamp,
}

impl Situation {
    /// One that does not take place, from an address (and a country, where another one is supposed than that of the address)
    /// and on a device of this kind. A device that is supposed to be trusted is so from now on.
    #[must_use]
    pub fn supposed(
        house: &House,
        (address, country): (Option<IpAddr>, Option<Country>),
        device: DeviceStanding,
        now: Timestamp,
    ) -> Self {
        let ordinary = Self::ordinary(house, address, now);
        Self {
            country: country.or(ordinary.country),
            device,
            trusted_since: (device == DeviceStanding::Trusted).then_some(now),
            ..ordinary
        }
    }

    /// The situation of this act, which a person is behind.
    pub async fn of(op: &mut Op, person: PersonId) -> Result<Self, OpError> {
        let (address, id, at) = (op.seen.address, op.seen.device, op.now);
        let (since, settled) = (at.minus(BACK), at.minus(SETTLES));
        let tx = op.reading().await?;
        let mut before = store::settled_of(tx, person, (since, settled), COMPARED).await?;
        let trusted_since = match &id {
            Some(id) => store::trusted_since(tx, person, id).await?,
            None => None,
        };
        let files = op.house.part::<Files>();
        let cannot_have_come = cannot_have_come(op, person, &before).await?;
        recorded::complete(op, &mut before);
        let trusted_since = trusted_since.filter(|since| at.since(*since) < device::TRUSTED);
        let known = id.is_some() && before.iter().any(|one| one.device_id == id);
        let device = match trusted_since {
            Some(_) => DeviceStanding::Trusted,
            None if known => DeviceStanding::Known,
            None => DeviceStanding::New,
        };
        let country = files.place(address).country;
        let lately = risk::lately(op, person).await?;
        let signals = risk::weigh(Weighed {
            usual: &before,
            device,
            address,
            country,
            at,
            failures: lately.failures,
            cannot_have_come,
            is_bad_address: files.is_bad(address),
            counter_went_back: lately.counter_went_back,
        });
        Ok(Self {
            address,
            country,
            device,
            trusted_since,
            risk: Risk(signals),
            at,
        })
    }

    /// A situation that nothing speaks against, at this moment and from this address: for questions about rules.
    #[must_use]
    pub fn ordinary(house: &House, address: Option<IpAddr>, at: Timestamp) -> Self {
        Self {
            address,
            country: house.part::<Files>().place(address).country,
            device: DeviceStanding::Known,
            trusted_since: None,
            risk: Risk::default(),
            at,
        }
    }
}

/// Whether nobody gets here so soon from where the person last was for sure, or from where a password alone was enough since then.
/// All places are those of the database as it is now, so that a newer one moves nobody.
async fn cannot_have_come(op: &mut Op, person: PersonId, sure: &[Recorded]) -> Result<bool, OpError> {
    let (files, at) = (op.house.part::<Files>(), op.now);
    let Some(here) = files.place(op.seen.address).spot else {
        return Ok(false);
    };
    let newest = sure.first();
    let from = newest.map_or(at.minus(SETTLES), |one| one.at);
    let weak = store::recorded_of(op.reading().await?, person, from, COMPARED).await?;
    let looked_at = weak.iter().chain(newest);
    let mut places = looked_at.filter_map(|one| Some((files.place(one.address).spot?, at.since(one.at))));
    Ok(places.any(|(there, within)| travel::is_impossible(&there, &here, within)))
}
