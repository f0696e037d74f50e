//! The smallest conditions: each asks one thing of the attributes of a record, and is true or false of every record, never neither.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

/// A value that an attribute can be compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

/// What an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    /// A whole number of 64 bits.
    Integer,
    Boolean,
    /// Of values in no order.
    List,
}

/// How two whole numbers stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// Any characters, none too.
    Any,
    /// These.
    Text(String),
}

/// What is asked. Of an attribute that is absent, or of another kind than is asked for, all are false.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leaf {
    /// It is there.
    Has(String),
    Is(String, Kind),
    /// It is one of these values, and of the same kind.
    OneOf(String, BTreeSet<Scalar>),
    Compare(String, Order, i64),
    Like(String, Vec<Element>),
    /// It is a list in which this value is.
    Contains(String, Scalar),
    /// Both are texts, whole numbers or truth values, and the same.
    Same(String, String),
    /// Both are texts, whole numbers or truth values, and not the same.
    Differ(String, String),
    /// Both are whole numbers that stand so.
    CompareTwo(String, Order, String),
}

impl Scalar {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Integer(_) => Kind::Integer,
            Self::Boolean(_) => Kind::Boolean,
        }
    }

    /// A value of JSON that is one; none of lists, objects and fractions.
    #[must_use]
    pub fn of(value: &Json) -> Option<Self> {
        match value {
            Json::String(text) => Some(Self::Text(text.clone())),
            Json::Number(number) => number.as_i64().map(Self::Integer),
            Json::Bool(truth) => Some(Self::Boolean(*truth)),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }
}

impl Order {
    /// Whether two numbers stand so.
    #[must_use]
    pub fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// The sign that mathematics and SQL have for it.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// What is left when it does not hold of two whole numbers.
    pub(super) const fn reversed(self) -> Self {
        match self {
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The same said from the other side: `3 < level` is `level > 3`.
    pub(super) const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::AtMost => "at_most",
            Self::Greater => "greater",
            Self::AtLeast => "at_least",
        }
    }
}

/// Whether a text has the shape of a pattern. Each piece is taken where it comes first: what stands before the last wildcard can
/// only gain by that.
pub(super) fn matches(pattern: &[Element], text: &str) -> bool {
    match pattern {
        [] => text.is_empty(),
        [Element::Text(piece), rest @ ..] => text
            .strip_prefix(piece.as_str())
            .is_some_and(|text| matches(rest, text)),
        [Element::Any, rest @ ..] => text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .filter_map(|at| text.get(at..))
            .any(|text| matches(rest, text)),
    }
}

/// A pattern as text: `*` is any characters; a star or backslash itself has a backslash before it.
fn pattern_text(pattern: &[Element]) -> String {
    let mut text = String::new();
    for element in pattern {
        match element {
            Element::Any => text.push('*'),
            Element::Text(piece) => text.push_str(&piece.replace('\\', "\\\\").replace('*', "\\*")),
        }
    }
    text
}

impl Leaf {
    /// Whether it holds of a record. Null is absence.
    #[must_use]
    pub fn holds(&self, record: &Map<String, Json>) -> bool {
        let value = |name: &str| record.get(name).filter(|value| !value.is_null());
        let scalar = |name: &str| value(name).and_then(Scalar::of);
        let integer = |name: &str| value(name).and_then(Json::as_i64);
        let two = |left: &str, right: &str| Some((scalar(left)?, scalar(right)?));
        match self {
            Self::Has(name) => value(name).is_some(),
            Self::Is(name, Kind::List) => value(name).is_some_and(Json::is_array),
            Self::Is(name, kind) => scalar(name).is_some_and(|value| value.kind() == *kind),
            Self::OneOf(name, values) => scalar(name).is_some_and(|value| values.contains(&value)),
            Self::Compare(name, order, limit) => {
                integer(name).is_some_and(|number| order.holds(number, *limit))
            }
            Self::Like(name, pattern) => value(name)
                .and_then(Json::as_str)
                .is_some_and(|text| matches(pattern, text)),
            Self::Contains(name, wanted) => value(name)
                .and_then(Json::as_array)
                .is_some_and(|values| values.iter().filter_map(Scalar::of).any(|value| value == *wanted)),
            Self::Same(left, right) => two(left, right).is_some_and(|(left, right)| left == right),
            Self::Differ(left, right) => two(left, right).is_some_and(|(left, right)| left != right),
            Self::CompareTwo(left, order, right) => integer(left)
                .zip(integer(right))
                .is_some_and(|(left, right)| order.holds(left, right)),
        }
    }

    /// The attributes of which it asks: one or two.
    pub(super) fn attributes(&self) -> [&str; 2] {
        match self {
            Self::Has(name)
            | Self::Is(name, _)
            | Self::OneOf(name, _)
            | Self::Compare(name, _, _)
            | Self::Like(name, _)
            | Self::Contains(name, _) => [name, name],
            Self::Same(left, right) | Self::Differ(left, right) | Self::CompareTwo(left, _, right) => {
                [left, right]
            }
        }
    }
}

impl Serialize for Leaf {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = match self {
            Self::Has(name) => json!({ "has": name }),
            Self::Is(name, kind) => json!({ "is": { "attribute": name, "type": kind } }),
            Self::OneOf(name, values) => match values.first().filter(|_| values.len() == 1) {
                Some(value) => json!({ "equals": { "attribute": name, "value": value } }),
                None => json!({ "in": { "attribute": name, "values": values } }),
            },
            Self::Compare(name, order, limit) => {
                json!({ order.word(): { "attribute": name, "value": limit } })
            }
            Self::Like(name, pattern) => {
                json!({ "like": { "attribute": name, "pattern": pattern_text(pattern) } })
            }
            Self::Contains(name, value) => json!({ "contains": { "attribute": name, "value": value } }),
            Self::Same(left, right) => json!({ "equals": { "attribute": left, "other": right } }),
            Self::Differ(left, right) => json!({ "differs": { "attribute": left, "other": right } }),
            Self::CompareTwo(left, order, right) => {
                json!({ order.word(): { "attribute": left, "other": right } })
            }
        };
        told.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_each_piece_in_its_place() {
        let any = || Element::Any;
        let text = |piece: &str| Element::Text(piece.to_owned());
        for (pattern, yes, no) in [
            (vec![text("a"), any()], vec!["a", "abc"], vec!["ba", "A", ""]),
            (
                vec![any(), text("ab")],
                vec!["ab", "abab", "xab"],
                vec!["aba", "b"],
            ),
            (
                vec![any(), text("a"), any(), text("b")],
                vec!["ab", "xaxbb"],
                vec!["ba", "xax"],
            ),
            (vec![any()], vec!["", "ü*"], vec![]),
            (vec![], vec![""], vec!["a"]),
        ] {
            for one in yes {
                assert!(matches(&pattern, one), "{pattern:?} {one}");
            }
            for one in no {
                assert!(!matches(&pattern, one), "{pattern:?} {one}");
            }
        }
    }

    #[test]
    fn a_pattern_is_written_so_that_a_star_of_the_text_is_no_wildcard() {
        let leaf = Leaf::Like("name".into(), vec![Element::Text("a*\\".into()), Element::Any]);
        let told = serde_json::to_value(&leaf).unwrap();
        assert_eq!(
            told,
            json!({ "like": { "attribute": "name", "pattern": "a\\*\\\\*" } })
        );
    }

    #[test]
    fn nothing_holds_of_what_is_absent_or_of_another_kind() {
        let record = |value: Json| Map::from_iter([("level".to_owned(), value)]);
        let one_of = |value: Scalar| Leaf::OneOf("level".into(), BTreeSet::from([value]));
        let five = one_of(Scalar::Integer(5));
        assert!(five.holds(&record(json!(5))));
        for other in [json!(null), json!("5"), json!(5.0), json!([5]), json!(true)] {
            assert!(!five.holds(&record(other.clone())), "{other}");
            let less = Leaf::Compare("level".into(), Order::Less, 9);
            assert!(!less.holds(&record(other.clone())), "{other}");
        }
        assert!(!Leaf::Has("level".into()).holds(&record(json!(null))));
        assert!(!Leaf::Differ("level".into(), "other".into()).holds(&record(json!(1))));
    }
}
