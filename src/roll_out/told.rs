//! A roll-out as programs are told of it, at the command line and over HTTP.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Coverage, Left, RollOut, Share};
use crate::domain::{FactorAsked, RuleId, RuleMode, Timestamp, rfc3339};
use crate::rule::Exception;

/// See the head of this file.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    pub rule: RuleId,
    pub name: String,
    pub mode: RuleMode,
    pub factor: FactorAsked,
    pub grace_days: u16,
    #[serde(with = "rfc3339::optional")]
    pub begins_at: Option<Timestamp>,
    #[serde(with = "rfc3339::optional")]
    pub ends_at: Option<Timestamp>,
    pub all: Share,
    /// Departments and regions by their label.
    pub groups: BTreeMap<String, Share>,
    /// Those that hold.
    pub exceptions: Vec<Exception>,
    /// Who is left, by user name; none where it is told how many, not who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Vec<Left>>,
}

impl Told {
    /// All of it.
    #[must_use]
    pub fn new(one: &RollOut, coverage: Coverage, now: Timestamp) -> Self {
        let exceptions = one.rule.exceptions.iter();
        Self {
            rule: one.id(),
            name: one.rule.definition.name.clone(),
            mode: one.rule.mode,
            factor: one.factor,
            grace_days: one.grace_days,
            begins_at: one.begins_at(),
            ends_at: one.ends_at(),
            all: coverage.all,
            groups: coverage.groups,
            exceptions: exceptions.filter(|one| one.holds(now)).cloned().collect(),
            left: Some(coverage.left),
        }
    }

    /// How many, not who.
    #[must_use]
    pub fn without_names(self) -> Self {
        Self { left: None, ..self }
    }
}
