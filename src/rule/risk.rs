//! How unusual a sign-in is for its person: signals, each explained and with a weight, and the level that their sum reaches.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::recorded::Recorded;
use crate::audit;
use crate::domain::{Country, DeviceStanding, EventKind, PersonId, RiskLevel, Timestamp};
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
    /// Nor from this country.
    NewCountry,
    /// Nobody travels so fast from where the person signed in last.
    ImpossibleTravel,
    /// The address is on the operator's list of bad ones.
    BadAddress,
    /// The counter of a passkey of theirs went back lately: a copy of its key may be about (WebAuthn section 6.1.1).
    CounterRegression,
}

impl Signal {
    /// How much it weighs.
    #[must_use]
    pub const fn weight(self) -> u32 {
        match self {
            Self::NewDevice | Self::NewNetwork | Self::NewCountry => 25,
            Self::ManyFailures | Self::CounterRegression => 40,
            Self::ImpossibleTravel | Self::BadAddress => 50,
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
            Self::NewCountry => "new_country",
            Self::ImpossibleTravel => "impossible_travel",
            Self::BadAddress => "bad_address",
            Self::CounterRegression => "counter_regression",
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

/// What is weighed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed<'a> {
    /// The sign-ins by which the person is known.
    pub(super) usual: &'a [Recorded],
    pub(super) device: DeviceStanding,
    pub(super) address: Option<IpAddr>,
    pub(super) country: Option<Country>,
    pub(super) at: Timestamp,
    pub(super) failures: u32,
    pub(super) cannot_have_come: bool,
    pub(super) is_bad_address: bool,
    pub(super) counter_went_back: bool,
}

/// Compares a sign-in with those before it, without I/O.
pub(super) fn weigh(here: Weighed<'_>) -> Vec<Signal> {
    let Weighed { usual, at, .. } = here;
    let is_known = usual.len() >= ENOUGH;
    let is_new_country = |country| {
        let mut known = usual.iter().filter_map(|one| one.country).peekable();
        known.peek().is_some() && !known.any(|one| one == country)
    };
    let was_in = |network_: Option<IpNet>| usual.iter().any(|one| network(one.address) == network_);
    let at_this_hour = |one: &Recorded| are_near(hour(one.at), hour(at));
    let signals = [
        (Signal::NewDevice, is_known && here.device == DeviceStanding::New),
        (Signal::NewNetwork, is_known && !was_in(network(here.address))),
        (
            Signal::NewCountry,
            is_known && here.country.is_some_and(is_new_country),
        ),
        (Signal::ImpossibleTravel, here.cannot_have_come),
        (Signal::BadAddress, here.is_bad_address),
        (Signal::CounterRegression, here.counter_went_back),
        (Signal::ManyFailures, here.failures >= MANY),
        (Signal::UnusualHour, is_known && !usual.iter().any(at_this_hour)),
    ];
    let holds = signals.into_iter().filter(|(_, holds)| *holds);
    holds.map(|(signal, _)| signal).collect()
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

/// How far back a counter that went back counts.
const COUNTER: Duration = Duration::from_hours(24 * 30);

/// What was refused to somebody lately.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lately {
    /// Wrong passwords and codes, as far as they are not more than many.
    pub(super) failures: u32,
    /// Whether the counter of a passkey that the person still has went back.
    pub(super) counter_went_back: bool,
}

/// What was refused to somebody lately, by their log.
pub(super) async fn lately(op: &mut Op, person: PersonId) -> Result<Lately, OpError> {
    let kinds = [
        EventKind::SignInPassword,
        EventKind::SignInTotp,
        EventKind::SignInRecoveryCode,
    ];
    let guesses = (kinds, op.now.minus(LATELY), MANY);
    let from = op.now.minus(COUNTER);
    let counters = (EventKind::PasskeyCounterFell, from, audit::LARGEST_PAGE);
    let tx = op.reading().await?;
    let refused = audit::refused_of(tx, person, guesses, counters).await?;
    let (fallen, wrong): (Vec<_>, Vec<_>) = refused
        .into_iter()
        .partition(|entry| entry.event.kind == EventKind::PasskeyCounterFell.as_str());
    let counter_went_back = !fallen.is_empty() && {
        let removed = audit::done_to(tx, person, (EventKind::PasskeyRemoved, from)).await?;
        let gone = passkeys(removed);
        passkeys(fallen).iter().any(|one| !gone.contains(one))
    };
    Ok(Lately {
        failures: u32::try_from(wrong.len()).unwrap_or(MANY),
        counter_went_back,
    })
}

/// The passkeys that events are about.
fn passkeys(entries: Vec<audit::Entry>) -> Vec<serde_json::Value> {
    let named = entries.into_iter();
    named
        .filter_map(|mut entry| entry.event.details.remove("passkey"))
        .collect()
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
                    country: Country::parse("DE"),
                    device_id: None,
                    device: DeviceStanding::Known,
                    trusted_since: None,
                    risk: RiskLevel::Low,
                    acr: Acr::One,
                    authenticated_at: None,
                }
            })
            .collect()
    }

    fn at_hour(hour: u64) -> Timestamp {
        NOON.plus(Duration::from_hours(24 * 100 + hour))
    }

    /// As the person always signs in.
    fn ordinary(usual: &[Recorded]) -> Weighed<'_> {
        Weighed {
            usual,
            device: DeviceStanding::Known,
            address: Some("192.0.2.9".parse().unwrap()),
            country: Country::parse("DE"),
            at: at_hour(2),
            failures: 0,
            cannot_have_come: false,
            is_bad_address: false,
            counter_went_back: false,
        }
    }

    #[test]
    fn what_a_person_always_does_is_no_risk() {
        assert_eq!(weigh(ordinary(&before(9))), []);
        let nine = before(9);
        let nowhere = Weighed {
            country: None,
            ..ordinary(&nine)
        };
        assert_eq!(weigh(nowhere), [], "a country that is not known is not new");
        let mut usual = before(9);
        for one in &mut usual {
            one.country = None;
        }
        assert_eq!(
            weigh(ordinary(&usual)),
            [],
            "nor is one with which nothing can be compared"
        );
    }

    #[test]
    fn each_thing_out_of_the_ordinary_is_a_signal() {
        let usual = before(9);
        let signals = weigh(Weighed {
            device: DeviceStanding::New,
            address: Some("198.51.100.9".parse().unwrap()),
            country: Country::parse("TR"),
            at: at_hour(9),
            failures: 5,
            cannot_have_come: true,
            is_bad_address: true,
            counter_went_back: true,
            ..ordinary(&usual)
        });
        let all = [
            (Signal::NewDevice, 25),
            (Signal::NewNetwork, 25),
            (Signal::NewCountry, 25),
            (Signal::ImpossibleTravel, 50),
            (Signal::BadAddress, 50),
            (Signal::CounterRegression, 40),
            (Signal::ManyFailures, 40),
            (Signal::UnusualHour, 20),
        ];
        assert_eq!(signals, all.map(|(signal, _)| signal));
        for (signal, weight) in all {
            assert_eq!(signal.weight(), weight);
        }
        assert_eq!(Risk(signals).sum(), 275);
        let level = |signals: &[Signal]| Risk(signals.to_vec()).level();
        assert_eq!(level(&[Signal::NewDevice]), RiskLevel::Low);
        assert_eq!(level(&[Signal::NewDevice, Signal::NewNetwork]), RiskLevel::Medium);
        assert_eq!(level(&[Signal::BadAddress]), RiskLevel::Medium);
        let abroad = [Signal::NewDevice, Signal::NewNetwork, Signal::NewCountry];
        assert_eq!(level(&abroad), RiskLevel::High);
    }

    #[test]
    fn of_somebody_new_nothing_is_unusual_but_what_is_bad_in_itself() {
        let few = before(4);
        let elsewhere = Weighed {
            device: DeviceStanding::New,
            address: None,
            country: Country::parse("TR"),
            at: at_hour(9),
            failures: 4,
            ..ordinary(&few)
        };
        assert_eq!(weigh(elsewhere), []);
        let bad = Weighed {
            usual: &[],
            failures: 5,
            is_bad_address: true,
            ..elsewhere
        };
        assert_eq!(weigh(bad), [Signal::BadAddress, Signal::ManyFailures]);
    }

    #[test]
    fn midnight_is_near_to_both_of_its_sides() {
        assert!(are_near(23, 1) && are_near(1, 23) && are_near(0, 22));
        assert!(!are_near(0, 21) && !are_near(3, 0));
    }
}
