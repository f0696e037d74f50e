//! The language in which it is told which records somebody may see: small, without errors, and two-valued.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::leaf::Leaf;
use super::simple;

/// A condition over the attributes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Of every record, or of none.
    Always(bool),
    Leaf(Leaf),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

pub(super) const TRUE: Condition = Condition::Always(true);
pub(super) const FALSE: Condition = Condition::Always(false);

impl From<Leaf> for Condition {
    fn from(leaf: Leaf) -> Self {
        match leaf {
            Leaf::OneOf(_, values) if values.is_empty() => FALSE,
            leaf => Self::Leaf(leaf),
        }
    }
}

impl std::ops::Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Always(truth) => Self::Always(!truth),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

impl Condition {
    /// Whether it holds of a record. Null is absence.
    #[must_use]
    pub fn holds(&self, record: &Map<String, Json>) -> bool {
        match self {
            Self::Always(truth) => *truth,
            Self::Leaf(leaf) => leaf.holds(record),
            Self::Not(inner) => !inner.holds(record),
            Self::All(parts) => parts.iter().all(|part| part.holds(record)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(record)),
        }
    }

    /// All of them.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        join(parts, true)
    }

    /// Any of them.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        join(parts, false)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    /// Says the same more shortly.
    pub(super) fn simplified(self) -> Self {
        simple::simplify(self)
    }

    /// How many parts it has.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Always(_) | Self::Leaf(_) => 1,
            Self::Not(inner) => inner.size().saturating_add(1),
            Self::All(parts) | Self::Any(parts) => {
                let sizes = parts.iter().map(Self::size);
                sizes.fold(1, usize::saturating_add)
            }
        }
    }

    /// The smallest conditions of which it is made.
    pub(super) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Always(_) => Vec::new(),
            Self::Leaf(leaf) => vec![leaf],
            Self::Not(inner) => inner.leaves(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
        }
    }
}

/// Joins parts, by `all` if `unit` is true and by `any` if it is false: what is always so is left out, what never is decides, and
/// parts that are joined the same way become one with the others. Each stays once.
fn join(parts: impl IntoIterator<Item = Condition>, unit: bool) -> Condition {
    let mut joined: Vec<Condition> = Vec::new();
    for part in parts {
        let within = match part {
            Condition::Always(truth) if truth == unit => continue,
            Condition::Always(truth) => return Condition::Always(truth),
            Condition::All(within) if unit => within,
            Condition::Any(within) if !unit => within,
            other => vec![other],
        };
        for one in within {
            if !joined.contains(&one) {
                joined.push(one);
            }
        }
    }
    match joined.pop() {
        None => Condition::Always(unit),
        Some(only) if joined.is_empty() => only,
        Some(last) => {
            joined.push(last);
            if unit {
                Condition::All(joined)
            } else {
                Condition::Any(joined)
            }
        }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Always(truth) => serializer.serialize_bool(*truth),
            Self::Leaf(leaf) => leaf.serialize(serializer),
            Self::Not(inner) => member(serializer, "not", inner),
            Self::All(parts) => member(serializer, "all", parts),
            Self::Any(parts) => member(serializer, "any", parts),
        }
    }
}

fn member<S: Serializer>(serializer: S, name: &str, value: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}
