//! What is known before a record is: who asks, what for, and what is the same for all records.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::condition::Condition;
use super::leaf::Scalar;
use super::term::{Granted, Value, one_of};
use crate::decision::holdings::{Held, Holdings};
use crate::decision::judge;
use crate::decision::rulebook::{Group, Rulebook};
use crate::domain::{ApplicationId, GroupKind};

/// The attributes of the record that are known to be the same for all; none is known to be absent.
pub(super) type Known = BTreeMap<String, Option<Value>>;

/// Members of the context that depend on the record.
pub(super) fn of_record(name: &str) -> bool {
    matches!(name, "role_granted" | "roles")
}

pub(super) fn known(resource: &Map<String, Json>) -> Known {
    let values = resource.iter();
    values
        .map(|(name, value)| (name.clone(), Value::of_json(value)))
        .collect()
}

/// Where a record can be: in the departments, regions and teams that its attributes name.
pub(super) struct Places<'a> {
    rulebook: &'a Rulebook,
    groups: Vec<&'a Group>,
    known: &'a Known,
}

impl<'a> Places<'a> {
    pub(super) fn new(rulebook: &'a Rulebook, known: &'a Known) -> Self {
        let labels = rulebook.vocabulary().groups.into_keys();
        let group = |label: String| {
            let (kind, name) = label.split_once(':')?;
            rulebook.group_named(GroupKind::parse(kind)?, name)
        };
        Self {
            rulebook,
            groups: labels.filter_map(group).map(AsRef::as_ref).collect(),
            known,
        }
    }

    /// When the record is in a group of which something holds.
    pub(super) fn any(&self, holds: impl Fn(&Group) -> bool) -> Condition {
        let name = |group: &Group| {
            let (_, name) = group.label.split_once(':')?;
            Some(name.to_owned())
        };
        let of_kind = |kind: &GroupKind| {
            let groups = self
                .groups
                .iter()
                .filter(|group| group.kind == *kind && holds(group));
            let names = groups.filter_map(|group| name(group)).map(Scalar::Text);
            match self.known.get(kind.as_str()) {
                None => one_of(kind.as_str(), names),
                Some(value) => {
                    Condition::Always(names.map(Value::Scalar).any(|name| value.as_ref() == Some(&name)))
                }
            }
        };
        Condition::any(GroupKind::ALL.iter().map(of_kind))
    }

    /// Whether a group is the one of this label, or below it.
    pub(super) fn is_below(&self, group: &Group, label: &str) -> bool {
        let mut above = group.lineage.iter().filter_map(|id| self.rulebook.group(*id));
        above.any(|above| above.label == label)
    }

    /// When a role holds where the record is; the rule itself is [`judge::covers`].
    fn covered(&self, held: &Held) -> Condition {
        let each = held.within.iter().map(|(kind, allowed)| {
            let within = [(*kind, allowed.clone())];
            self.any(|group| judge::covers(&within, &[group]))
        });
        Condition::all(each)
    }

    /// When each role of a subject grants a permission.
    pub(super) fn granted(&self, holdings: &Holdings, application: ApplicationId, action: &str) -> Granted {
        let mut granted = Granted::new();
        for held in holdings.with_permission(application, action) {
            let covered = self.covered(held);
            let before = granted.remove(&held.role.name);
            granted.insert(
                held.role.name.clone(),
                Condition::any(before.into_iter().chain([covered])),
            );
        }
        granted
    }
}
