//! How unusual a sign-in is for its person: signals, each explained and with a weight, and the level that their sum reaches.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::recorded::Recorded;
use crate::audit;
use crate::domain::{DeviceStanding, EventKind, Outcome, PersonId, RiskLevel, Timestamp};
use crate::op::{Op, OpError};

/// From which sum on.
const MEDIUM: u32 = 40;
const HIGH: u32 = 70;

/// Before so many sign-ins nothing is usual, so that nothing is unusual either.
const ENOUGH: usize = 5;

/// How far back wrong passwords and codes count, and how many are many.
const LATELY: Duration = Duration::from_hours(1);
const MANY: u32 = 5;

/// So many hours beside a usual one are still usual.
const BESIDE: i64 = 2;

/// Something unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The person has not signed in with this browser lately.
    NewDevice,
    /// Nor from this network (the /24 of IPv4, the /48 of IPv6).
    NewNetwork,
    /// Many wrong passwords or codes of this account within the hour.
    ManyFailures,
    /// The person does not sign in at this time of day.
    UnusualHour,
}

impl Signal {
    /// How much it weighs.
    #[must_use]
    pub const fn weight(self) -> u32 {
        match self {
            Self::NewDevice | Self::NewNetwork => 25,
            Self::ManyFailures => 40,
            Self::UnusualHour => 20,
        }
    }

    /// Its word in events and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewDevice => "new_device",
            Self::NewNetwork => "new_network",
            Self::ManyFailures => "many_failures",
            Self::UnusualHour => "unusual_hour",
        }
    }
}

/// The signals of one sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Risk(pub(super) Vec<Signal>);

impl Risk {
    /// The signals.
    #[must_use]
    pub fn signals(&self) -> &[Signal] {
        &self.0
    }

    /// The sum of their weights.
    #[must_use]
    pub fn sum(&self) -> u32 {
        self.0.iter().map(|signal| signal.weight()).sum()
    }

    /// The level that the sum reaches.
    #[must_use]
    pub fn level(&self) -> RiskLevel {
        match self.sum() {
            HIGH.. => RiskLevel::High,
            MEDIUM.. => RiskLevel::Medium,
            _ => RiskLevel::Low,
        }
    }

    /// As events tell it: each signal with its weight.
    #[must_use]
    pub fn told(&self) -> serde_json::Value {
        let signals = self
            .0
            .iter()
            .map(|signal| (signal.as_str().to_owned(), signal.weight().into()));
        serde_json::Value::Object(signals.collect())
    }
}

/// Compares a sign-in with those before it, without I/O.
pub(super) fn weigh(
    before: &[Recorded],
    device: DeviceStanding,
    address: Option<IpAddr>,
    (failures, at): (u32, Timestamp),
) -> Vec<Signal> {
    let mut signals = Vec::new();
    let usual = before.len() >= ENOUGH;
    if usual && device == DeviceStanding::New {
        signals.push(Signal::NewDevice);
    }
    if usual && !before.iter().any(|one| network(one.address) == network(address)) {
        signals.push(Signal::NewNetwork);
    }
    if failures >= MANY {
        signals.push(Signal::ManyFailures);
    }
    if usual && !before.iter().any(|one| are_near(hour(one.at), hour(at))) {
        signals.push(Signal::UnusualHour);
    }
    signals
}

/// The network of an address, as wide as what one household or office has at different times.
fn network(address: Option<IpAddr>) -> Option<IpNet> {
    let address = address?.to_canonical();
    let bits = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, bits).ok().map(|network| network.trunc())
}

/// The hour of the day in UTC: what is compared is the same person's.
const fn hour(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(3_600).rem_euclid(24)
}

const fn are_near(one: i64, other: i64) -> bool {
    let apart = (one - other).rem_euclid(24);
    apart <= BESIDE || apart >= 24 - BESIDE
}

/// How many wrong passwords and codes this account has seen lately.
pub(super) async fn failures(op: &mut Op, person: PersonId) -> Result<u32, OpError> {
    let mut failures = 0;
    let from = Some(op.now.minus(LATELY));
    for kind in [
        EventKind::SignInPassword,
        EventKind::SignInTotp,
        EventKind::SignInRecoveryCode,
    ] {
        let filter = audit::Filter {
            target: Some(person.to_string()),
            kind: Some(kind),
            outcome: Some(Outcome::Refused),
            from,
            limit: MANY,
            ..audit::Filter::default()
        };
        let found = audit::list(op.reading().await?, &filter).await?;
        failures += u32::try_from(found.len()).unwrap_or(MANY);
    }
    Ok(failures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Acr, OrganisationId, Scopes};

    const NOON: Timestamp = Timestamp::from_seconds(43_200);

    fn before(days: u64) -> Vec<Recorded> {
        (1..=days)
            .map(|day| {
                let at = NOON
                    .plus(Duration::from_hours(24 * 100))
                    .minus(Duration::from_hours(24 * day));
                Recorded {
                    id: crate::domain::RecordedSignInId::new(at, [1; 10]),
                    organisation_id: OrganisationId::new(at, [1; 10]),
                    person_id: PersonId::new(at, [1; 10]),
                    at,
                    client_id: None,
                    scopes: Scopes::default(),
                    address: Some("192.0.2.7".parse().unwrap()),
                    device_id: None,
                    device: DeviceStanding::Known,
                    trusted_since: None,
                    risk: RiskLevel::Low,
                    acr: Acr::One,
                }
            })
            .collect()
    }

    fn at_hour(hour: u64) -> Timestamp {
        NOON.plus(Duration::from_hours(24 * 100 + hour))
    }

    #[test]
    fn what_a_person_always_does_is_no_risk() {
        let here = Some("192.0.2.9".parse().unwrap());
        assert_eq!(
            weigh(&before(9), DeviceStanding::Known, here, (0, at_hour(2))),
            []
        );
    }

    #[test]
    fn each_thing_out_of_the_ordinary_is_a_signal() {
        let elsewhere = Some("198.51.100.9".parse().unwrap());
        let signals = weigh(&before(9), DeviceStanding::New, elsewhere, (5, at_hour(9)));
        let all = [
            Signal::NewDevice,
            Signal::NewNetwork,
            Signal::ManyFailures,
            Signal::UnusualHour,
        ];
        assert_eq!(signals, all);
        assert_eq!(Risk(signals).level(), RiskLevel::High);
        assert_eq!(Risk(vec![Signal::NewDevice]).level(), RiskLevel::Low);
        assert_eq!(
            Risk(vec![Signal::NewDevice, Signal::NewNetwork]).level(),
            RiskLevel::Medium
        );
    }

    #[test]
    fn of_somebody_new_nothing_is_unusual_but_failures() {
        let here = Some("192.0.2.9".parse().unwrap());
        assert_eq!(weigh(&before(4), DeviceStanding::New, None, (4, at_hour(9))), []);
        assert_eq!(
            weigh(&[], DeviceStanding::New, here, (5, at_hour(9))),
            [Signal::ManyFailures]
        );
    }

    #[test]
    fn midnight_is_near_to_both_of_its_sides() {
        assert!(are_near(23, 1) && are_near(1, 23) && are_near(0, 22));
        assert!(!are_near(0, 21) && !are_near(3, 0));
    }
}
