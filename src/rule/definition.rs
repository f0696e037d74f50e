//! Rules as people write them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exception::Exception;
use crate::domain::{
    DeviceStanding, FactorAsked, OrganisationId, RiskLevel, RuleId, RuleMode, Timestamp, Weekday, rfc3339,
};

/// One rule: when it applies, and what it asks then. Members that are left out say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// A sentence for people, one of its kind in the organisation.
    pub name: String,
    /// Before this moment it asks nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub starts: Option<Timestamp>,
    /// All of these must hold; none given: it always applies.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub when: Conditions,
    /// Where all of these hold, it does not apply; none given: no exception.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub unless: Conditions,
    pub then: Then,
}

/// What must hold. Of each list, one entry that fits is enough; different members must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// User names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Names of roles that are held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Groups with their kind, those above a person's own included: `department:support`, `region:emea`, `team:returns`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Attributes of the person, each with the values of which it must have one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// The account was made less than so many days ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_younger_than_days: Option<u16>,
    /// Only accounts for emergencies, or only others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<bool>,
    /// Ids of the clients for which somebody signs in. A sign-in for no client (the account pages) has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<String>,
    /// Scopes that the client asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Networks in CIDR notation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// Countries of addresses by their two letters (ISO 3166-1). An address whose country is not known is in none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceStanding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risk: Vec<RiskLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
}

impl Conditions {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Hours of the week. Where the end is not after the beginning, they go over midnight and belong to the day on which they begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// None given: every day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Weekday>,
    /// `HH:MM`, included.
    pub from: String,
    /// `HH:MM`, not included.
    pub until: String,
    /// A name of the time zone database: `Europe/Istanbul`.
    pub zone: String,
}

/// What is asked where a rule applies. All rules that apply count and the strictest wins; `allow` and `refuse` end the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Then {
    /// Nothing more than was asked so far: the rules below do not apply.
    Allow,
    SecondFactor {
        /// For so many days not again on a device that the person trusts; 0: always.
        #[serde(default)]
        remember_days: u16,
    },
    PhishingResistant,
    /// Signing in again, if the last time is longer ago; 0: for each request of an application. On pages of the house five
    /// minutes at least.
    Again {
        after_minutes: u32,
    },
    /// A factor must be set up: before the grace has passed the person is told, afterwards it is asked for. The grace
    /// counts from when the rule was switched on, from its start, or from when the account was made: from the latest.
    Enrol {
        factor: FactorAsked,
        #[serde(default)]
        grace_days: u16,
    },
    /// Nobody gets in; the person sees the sentence.
    Refuse {
        sentence: String,
    },
}

/// A rule of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub id: RuleId,
    pub mode: RuleMode,
    /// When it was last switched on; kept while it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_since: Option<Timestamp>,
    /// When it was last switched to report; kept while it reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_since: Option<Timestamp>,
    /// Whom it passes over for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    #[serde(flatten)]
    pub definition: Definition,
}

/// The rules of an organisation, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    pub organisation_id: OrganisationId,
    /// Rises with every change; 0 where there never was a rule.
    pub revision: i64,
    pub rules: Vec<Rule>,
}

impl RuleSet {
    /// The rule with this id, as addresses have it.
    #[must_use]
    pub fn of_id(&self, id: &str) -> Option<&Rule> {
        let id = id.parse::<RuleId>().ok()?;
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule with this name or id.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| rule.definition.name == name || rule.id.to_string() == name)
    }
}
