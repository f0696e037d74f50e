//! Which rules are roll-outs, and whether they run.

use std::time::Duration;

use crate::domain::{FactorAsked, RuleId, RuleMode, Timestamp};
use crate::rule::{Rule, RuleSet, Then};

const DAY: Duration = Duration::from_hours(24);

/// A rule that asks people to set up a factor.
#[derive(Debug, Clone)]
pub struct RollOut {
    pub rule: Rule,
    pub factor: FactorAsked,
    pub grace_days: u16,
}

impl RollOut {
    fn of(rule: &Rule) -> Option<Self> {
        match rule.definition.then {
            Then::Enrol { factor, grace_days } => Some(Self {
                rule: rule.clone(),
                factor,
                grace_days,
            }),
            _ => None,
        }
    }

    #[must_use]
    pub fn id(&self) -> RuleId {
        self.rule.id
    }

    /// When it begins, or has begun, if it is on.
    #[must_use]
    pub fn begins_at(&self) -> Option<Timestamp> {
        let on = self.rule.on_since.filter(|_| self.rule.mode == RuleMode::On)?;
        Some(on.max(self.rule.definition.starts.unwrap_or(on)))
    }

    /// When the grace ends for people who were there at its beginning.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        Some(self.begins_at()?.plus(DAY * u32::from(self.grace_days)))
    }

    /// When it has begun, if it is on and has.
    #[must_use]
    pub fn begun_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.begins_at().filter(|begins| *begins <= now)
    }
}

/// The roll-outs of an organisation, in the order of their rules.
#[must_use]
pub fn all(set: &RuleSet) -> Vec<RollOut> {
    set.rules.iter().filter_map(RollOut::of).collect()
}

/// The one whose rule has this name or id.
#[must_use]
pub fn find(set: &RuleSet, name: &str) -> Option<RollOut> {
    set.find(name).and_then(RollOut::of)
}

/// The one whose rule has this id.
#[must_use]
pub fn of_id(set: &RuleSet, id: &str) -> Option<RollOut> {
    set.of_id(id).and_then(RollOut::of)
}
