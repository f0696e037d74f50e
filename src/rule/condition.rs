//! Conditions made ready to be asked often, and what is wrong with those that cannot be.

use std::time::Duration;

use ipnet::IpNet;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::definition::{Conditions, Times};
use super::facts::Facts;
use crate::domain::{Country, Timestamp, Weekday};

/// Most entries of one list: a list that is longer wants a group or an attribute.
const MOST: usize = 200;

/// Longest entry of a list, in bytes.
const LONGEST: usize = 200;

const DAY: Duration = Duration::from_hours(24);

/// A member of conditions, for explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    People,
    Roles,
    Groups,
    Attributes,
    AccountAge,
    BreakGlass,
    Clients,
    Scopes,
    Networks,
    Countries,
    Devices,
    Risk,
    Times,
}

impl Condition {
    /// Its name in a definition.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Attributes => "attributes",
            Self::AccountAge => "account_younger_than_days",
            Self::BreakGlass => "break_glass",
            Self::Clients => "clients",
            Self::Scopes => "scopes",
            Self::Networks => "networks",
            Self::Countries => "countries",
            Self::Devices => "devices",
            Self::Risk => "risk",
            Self::Times => "times",
        }
    }
}

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("the name is empty, longer than 100 characters, or has a control character")]
    Name,
    #[error("{0} has more than {MOST} entries: use a group or an attribute instead", MOST = MOST)]
    TooMany(&'static str),
    #[error("an entry of {0} is empty, or longer than {LONGEST} bytes", LONGEST = LONGEST)]
    Entry(&'static str),
    #[error("{0} is no network: write it like 192.0.2.0/24 or 2001:db8::/32")]
    Network(String),
    #[error("{0} is no country: write its two letters in capitals, like DE or TR")]
    Country(String),
    #[error("{0} is no group: write its kind and name, like department:support or region:emea")]
    Group(String),
    #[error("{0} is no time of day: write it like 08:30")]
    Time(String),
    #[error("{0} is no time zone: write a name like Europe/Istanbul")]
    Zone(String),
    #[error("the account age is 0 days, which no account has")]
    Age,
    #[error("the sentence that people see is empty or longer than 500 characters")]
    Sentence,
    #[error("the definition is longer than {LARGEST} bytes", LARGEST = super::book::LARGEST)]
    TooLarge,
    #[error("{0} is more than {1}")]
    TooLong(&'static str, u32),
}

/// Conditions, parsed.
#[derive(Debug)]
pub(super) struct Matcher {
    told: Conditions,
    younger: Option<Duration>,
    networks: Vec<IpNet>,
    countries: Vec<Country>,
    times: Option<Hours>,
}

#[derive(Debug)]
struct Hours {
    days: Vec<Weekday>,
    from: Time,
    until: Time,
    zone: TimeZone,
}

impl Matcher {
    pub(super) fn new(told: Conditions) -> Result<Self, Unfit> {
        check_lists(&told)?;
        let networks = told
            .networks
            .iter()
            .map(|text| network(text))
            .collect::<Result<_, _>>()?;
        let countries = told
            .countries
            .iter()
            .map(|code| Country::parse(code).ok_or_else(|| Unfit::Country(code.clone())))
            .collect::<Result<_, _>>()?;
        let times = told.times.as_ref().map(Hours::new).transpose()?;
        let younger = told.account_younger_than_days;
        if younger == Some(0) {
            return Err(Unfit::Age);
        }
        Ok(Self {
            younger: younger.map(|days| DAY * u32::from(days)),
            networks,
            countries,
            times,
            told,
        })
    }

    /// Whether nothing is asked, so that everything fits.
    pub(super) fn is_empty(&self) -> bool {
        self.told == Conditions::default()
    }

    /// Whether more than who the person is decides.
    pub(super) fn asks_circumstances(&self) -> bool {
        let told = &self.told;
        let lists = [&told.clients, &told.scopes, &told.networks, &told.countries];
        lists.iter().any(|list| !list.is_empty())
            || !told.devices.is_empty()
            || !told.risk.is_empty()
            || told.times.is_some()
    }

    /// Whether it is asked what the person did before.
    pub(super) fn asks_past(&self) -> bool {
        !self.told.devices.is_empty() || !self.told.risk.is_empty()
    }

    /// The first condition that does not hold.
    pub(super) fn first_miss(&self, facts: &Facts<'_>) -> Option<Condition> {
        self.of_person(facts).or_else(|| self.of_circumstances(facts))
    }

    /// The same of what the person is, whatever the circumstances.
    pub(super) fn of_person(&self, facts: &Facts<'_>) -> Option<Condition> {
        let told = &self.told;
        let age = facts.at.since(facts.created_at);
        let checks = [
            (Condition::People, fits(&told.people, |one| one == facts.username)),
            (
                Condition::Roles,
                fits(&told.roles, |one| facts.roles.contains(&one)),
            ),
            (
                Condition::Groups,
                fits(&told.groups, |one| facts.groups.contains(&one)),
            ),
            (Condition::Attributes, self.attributes_fit(facts)),
            (
                Condition::AccountAge,
                self.younger.is_none_or(|limit| age < limit),
            ),
            (
                Condition::BreakGlass,
                told.break_glass.is_none_or(|is| is == facts.break_glass),
            ),
        ];
        first_false(&checks)
    }

    fn of_circumstances(&self, facts: &Facts<'_>) -> Option<Condition> {
        self.of_request(facts).or_else(|| self.of_browser(facts))
    }

    /// Whether all holds where nothing is known of a browser, as when an application uses what a person gave it; none: that hangs on
    /// the browser.
    pub(super) fn without_browser(&self, facts: &Facts<'_>) -> Option<bool> {
        let told = &self.told;
        if self.of_person(facts).or_else(|| self.of_request(facts)).is_some() {
            return Some(false);
        }
        let asks_browser = !self.networks.is_empty()
            || !self.countries.is_empty()
            || !told.devices.is_empty()
            || !told.risk.is_empty();
        (!asks_browser).then_some(true)
    }

    /// For what, and when.
    fn of_request(&self, facts: &Facts<'_>) -> Option<Condition> {
        let told = &self.told;
        let checks = [
            (
                Condition::Clients,
                fits(&told.clients, |one| facts.client == Some(one)),
            ),
            (
                Condition::Scopes,
                fits(&told.scopes, |one| facts.scopes.contains(&one)),
            ),
            (
                Condition::Times,
                self.times.as_ref().is_none_or(|hours| hours.contain(facts.at)),
            ),
        ];
        first_false(&checks)
    }

    /// From where, on what.
    fn of_browser(&self, facts: &Facts<'_>) -> Option<Condition> {
        let told = &self.told;
        let within = |address| self.networks.iter().any(|network| network.contains(&address));
        let checks = [
            // An address that is not known is in no network and in no country.
            (
                Condition::Networks,
                self.networks.is_empty() || facts.address.is_some_and(within),
            ),
            (
                Condition::Countries,
                self.countries.is_empty()
                    || facts
                        .country
                        .is_some_and(|country| self.countries.contains(&country)),
            ),
            (
                Condition::Devices,
                told.devices.is_empty() || told.devices.contains(&facts.device),
            ),
            (
                Condition::Risk,
                told.risk.is_empty() || told.risk.contains(&facts.risk),
            ),
        ];
        first_false(&checks)
    }

    fn attributes_fit(&self, facts: &Facts<'_>) -> bool {
        self.told.attributes.iter().all(|(name, values)| {
            facts
                .attributes
                .get(name)
                .is_some_and(|value| has_one(value, values))
        })
    }
}

fn fits(list: &[String], is: impl Fn(&str) -> bool) -> bool {
    list.is_empty() || list.iter().any(|one| is(one))
}

fn first_false(checks: &[(Condition, bool)]) -> Option<Condition> {
    checks.iter().find(|(_, holds)| !holds).map(|(name, _)| *name)
}

/// Whether an attribute has one of these values: a text or a number as it is written, a list by any of its members.
fn has_one(attribute: &serde_json::Value, values: &[String]) -> bool {
    match attribute {
        serde_json::Value::String(text) => values.contains(text),
        serde_json::Value::Array(members) => members.iter().any(|member| has_one(member, values)),
        serde_json::Value::Null | serde_json::Value::Object(_) => false,
        other => values.contains(&other.to_string()),
    }
}

impl Hours {
    fn new(told: &Times) -> Result<Self, Unfit> {
        let zone = TimeZone::get(&told.zone).map_err(|_| Unfit::Zone(told.zone.clone()))?;
        Ok(Self {
            days: told.days.clone(),
            from: time(&told.from)?,
            until: time(&told.until)?,
            zone,
        })
    }

    fn contain(&self, at: Timestamp) -> bool {
        let Ok(moment) = jiff::Timestamp::from_microsecond(at.as_micros()) else {
            return false;
        };
        let local = self.zone.to_datetime(moment);
        let now = local.time();
        let on = |day: jiff::civil::Weekday| self.days.is_empty() || self.days.contains(&weekday(day));
        let today = local.date().weekday();
        if self.from < self.until {
            on(today) && self.from <= now && now < self.until
        } else if now >= self.from {
            on(today)
        } else {
            // After midnight it is still the evening of the day before.
            now < self.until && on(today.previous())
        }
    }
}

const fn weekday(day: jiff::civil::Weekday) -> Weekday {
    match day {
        jiff::civil::Weekday::Monday => Weekday::Monday,
        jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
        jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
        jiff::civil::Weekday::Thursday => Weekday::Thursday,
        jiff::civil::Weekday::Friday => Weekday::Friday,
        jiff::civil::Weekday::Saturday => Weekday::Saturday,
        jiff::civil::Weekday::Sunday => Weekday::Sunday,
    }
}

fn time(text: &str) -> Result<Time, Unfit> {
    let wrong = || Unfit::Time(text.to_owned());
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let number = |digits: &str| {
        let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i8>().ok().filter(|_| plain).ok_or_else(wrong)
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).map_err(|_| wrong())
}

fn network(text: &str) -> Result<IpNet, Unfit> {
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| Unfit::Network(text.to_owned()))
}

fn check_lists(told: &Conditions) -> Result<(), Unfit> {
    let lists = [
        ("people", &told.people),
        ("roles", &told.roles),
        ("groups", &told.groups),
        ("clients", &told.clients),
        ("scopes", &told.scopes),
        ("networks", &told.networks),
        ("countries", &told.countries),
    ];
    let attributes = told.attributes.values().map(|values| ("attributes", values));
    for (name, list) in lists.into_iter().chain(attributes) {
        check_list(name, list)?;
    }
    // The console writes them with commas between, one attribute a line.
    let parts = |text: &str| text.contains([',', '=', '\n', '\r']);
    let unfit = told.attributes.iter().any(|(name, values)| {
        name.is_empty() || parts(name) || values.is_empty() || values.iter().any(|value| parts(value))
    });
    if unfit {
        return Err(Unfit::Entry("attributes"));
    }
    let is_group = |text: &&String| {
        let kind = text.split_once(':').map(|(kind, _)| kind);
        kind.is_some_and(|kind| crate::domain::GroupKind::parse(kind).is_some())
    };
    match told.groups.iter().find(|text| !is_group(text)) {
        Some(text) => Err(Unfit::Group(text.clone())),
        None => Ok(()),
    }
}

fn check_list(name: &'static str, list: &[String]) -> Result<(), Unfit> {
    if list.len() > MOST {
        return Err(Unfit::TooMany(name));
    }
    if list.iter().any(|one| one.is_empty() || one.len() > LONGEST) {
        return Err(Unfit::Entry(name));
    }
    Ok(())
}
