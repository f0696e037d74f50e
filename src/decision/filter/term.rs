//! What an expression of a policy comes to while the record is not known: values with the condition under which each is the one.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::EvalResult;
use serde_json::Value as Json;

use super::Untranslatable;
use super::condition::{Condition, FALSE, TRUE};
use super::leaf::{Kind, Leaf, Order, Scalar};
use super::truth::{FAILS, Truth};

/// A value as policies hold it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Scalar(Scalar),
    Set(BTreeSet<Value>),
    Record(BTreeMap<String, Value>),
    /// Type and id.
    Entity(String, String),
    /// A decimal, an address, a time: Cedar alone knows what they mean.
    Opaque,
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar::Text(text.into()))
    }

    /// A value of JSON that policies can hold; null is absence.
    pub(super) fn of_json(value: &Json) -> Option<Self> {
        if let Some(scalar) = Scalar::of(value) {
            return Some(Self::Scalar(scalar));
        }
        Some(match value {
            Json::Array(values) => Self::Set(values.iter().filter_map(Self::of_json).collect()),
            Json::Object(members) => Self::Record(
                members
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), Self::of_json(value)?)))
                    .collect(),
            ),
            Json::Null => return None,
            _ => Self::Opaque,
        })
    }

    pub(super) fn of_cedar(value: &EvalResult) -> Self {
        match value {
            EvalResult::Bool(truth) => Self::Scalar(Scalar::Boolean(*truth)),
            EvalResult::Long(number) => Self::Scalar(Scalar::Integer(*number)),
            EvalResult::String(text) => Self::text(text),
            EvalResult::EntityUid(uid) => {
                Self::Entity(uid.type_name().to_string(), uid.id().unescaped().to_owned())
            }
            EvalResult::Set(values) => Self::Set(values.iter().map(Self::of_cedar).collect()),
            EvalResult::Record(members) => Self::Record(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::of_cedar(value)))
                    .collect(),
            ),
            EvalResult::ExtensionValue(_) => Self::Opaque,
        }
    }

    fn is_clear(&self) -> bool {
        match self {
            Self::Scalar(_) | Self::Entity(..) => true,
            Self::Set(values) => values.iter().all(Self::is_clear),
            Self::Record(members) => members.values().all(Self::is_clear),
            Self::Opaque => false,
        }
    }
}

/// What an expression can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    Known(Value),
    /// The value of this attribute of the record.
    Attribute(String),
    /// A set in which something is not known.
    List(Vec<Term>),
    /// The record itself.
    Resource,
    /// What the application sent along.
    Context,
    /// The roles that grant the permission for the record.
    Granting,
}

/// What an expression comes to: each condition excludes the others; when none holds, it cannot be evaluated.
pub(super) type Cases = Vec<(Condition, Term)>;

/// The cases of something that is true, false or cannot be evaluated.
pub(super) fn cases_of(truth: Truth) -> Cases {
    [(truth.yes, true), (truth.no, false)]
        .into_iter()
        .filter(|(when, _)| *when != FALSE)
        .map(|(when, truth)| (when, Term::Known(Value::Scalar(Scalar::Boolean(truth)))))
        .collect()
}

/// The truth of what comes to these cases; what is no truth value cannot be evaluated as one.
pub(super) fn truth_of(cases: Cases) -> Truth {
    let mut truth = FAILS;
    for (when, term) in cases {
        let here = match term {
            Term::Known(Value::Scalar(Scalar::Boolean(value))) => Truth::always(value),
            Term::Attribute(name) => {
                let is = |truth| one_of(&name, [Scalar::Boolean(truth)]);
                Truth::either(is(true), is(false))
            }
            _ => FAILS,
        };
        truth = truth.or_in(when, here);
    }
    truth.settled()
}

pub(super) fn one_of(name: &str, values: impl IntoIterator<Item = Scalar>) -> Condition {
    Leaf::OneOf(name.to_owned(), values.into_iter().collect()).into()
}

/// What `tell` says of each pair of cases.
pub(super) fn pairs(
    left: &Cases,
    right: &Cases,
    tell: impl Fn(&Term, &Term) -> Result<Truth, Untranslatable>,
) -> Result<Truth, Untranslatable> {
    let mut truth = FAILS;
    for (left_when, left) in left {
        for (right_when, right) in right {
            let when = left_when.clone().and(right_when.clone());
            if when != FALSE {
                truth = truth.or_in(when, tell(left, right)?);
            }
        }
    }
    Ok(truth.settled())
}

/// `==`, which never fails.
pub(super) fn equal(left: &Term, right: &Term, granted: &Granted) -> Result<Truth, Untranslatable> {
    Ok(match (left, right) {
        (Term::Granting, Term::Known(value)) | (Term::Known(value), Term::Granting) => {
            are_granting(value, granted)
        }
        (Term::Known(one), Term::Known(other)) if one.is_clear() && other.is_clear() => {
            Truth::always(one == other)
        }
        (Term::Known(value), Term::Attribute(name)) | (Term::Attribute(name), Term::Known(value)) => {
            match value {
                Value::Scalar(scalar) => Truth::of(one_of(name, [scalar.clone()])),
                // No attribute of a record is one.
                Value::Entity(..) => Truth::always(false),
                Value::Set(_) | Value::Record(_) | Value::Opaque => {
                    return Err(Untranslatable::Comparison(name.clone()));
                }
            }
        }
        (Term::Attribute(left), Term::Attribute(right)) if left == right => Truth::always(true),
        (Term::Attribute(left), Term::Attribute(right)) => Truth::either(
            Leaf::Same(left.clone(), right.clone()).into(),
            Leaf::Differ(left.clone(), right.clone()).into(),
        ),
        (Term::Resource, Term::Resource) => Truth::always(true),
        (Term::Resource, Term::Known(value)) | (Term::Known(value), Term::Resource) => is_resource(value),
        (Term::Resource, Term::Attribute(_)) | (Term::Attribute(_), Term::Resource) => Truth::always(false),
        _ => return Err(Untranslatable::Expression("==")),
    })
}

/// Whether the roles that grant the permission are exactly these.
fn are_granting(value: &Value, granted: &Granted) -> Truth {
    let Value::Set(values) = value else {
        return Truth::always(false);
    };
    let named: Option<BTreeSet<&str>> = values
        .iter()
        .map(|value| match value {
            Value::Scalar(Scalar::Text(role)) => granted.contains_key(role).then_some(role.as_str()),
            _ => None,
        })
        .collect();
    let Some(named) = named else {
        return Truth::always(false);
    };
    let each = granted.iter().map(|(role, when)| {
        if named.contains(role.as_str()) {
            when.clone()
        } else {
            !when.clone()
        }
    });
    Truth::of(Condition::all(each))
}

/// Whether the record is this entity.
pub(super) fn is_resource(value: &Value) -> Truth {
    match value {
        Value::Entity(kind, id) if kind == "Resource" => Truth::of(one_of("id", [Scalar::Text(id.clone())])),
        _ => Truth::always(false),
    }
}

/// `<` and its like: of two whole numbers.
pub(super) fn ordered(left: &Term, order: Order, right: &Term) -> Result<Truth, Untranslatable> {
    let two = |leaf: Leaf, other: Leaf| Truth::either(leaf.into(), other.into());
    let with = |name: &String, order: Order, limit: i64| {
        two(
            Leaf::Compare(name.clone(), order, limit),
            Leaf::Compare(name.clone(), order.reversed(), limit),
        )
    };
    Ok(match (left, right) {
        (
            Term::Known(Value::Scalar(Scalar::Integer(left))),
            Term::Known(Value::Scalar(Scalar::Integer(right))),
        ) => Truth::always(order.holds(*left, *right)),
        (Term::Attribute(name), Term::Known(Value::Scalar(Scalar::Integer(limit)))) => {
            with(name, order, *limit)
        }
        (Term::Known(Value::Scalar(Scalar::Integer(limit))), Term::Attribute(name)) => {
            with(name, order.mirrored(), *limit)
        }
        (Term::Attribute(left), Term::Attribute(right)) => two(
            Leaf::CompareTwo(left.clone(), order, right.clone()),
            Leaf::CompareTwo(left.clone(), order.reversed(), right.clone()),
        ),
        // Times have an order too.
        (Term::Known(Value::Opaque), _) | (_, Term::Known(Value::Opaque)) => {
            return Err(Untranslatable::Expression(order.sign()));
        }
        _ => FAILS,
    })
}

/// `contains`: whether a set has a value.
pub(super) fn contains(set: &Term, value: &Term, granted: &Granted) -> Result<Truth, Untranslatable> {
    let refused = || Untranslatable::Expression("contains");
    Ok(match (set, value) {
        (Term::Known(Value::Set(values)), Term::Known(value)) => {
            if !value.is_clear() || !values.iter().all(Value::is_clear) {
                return Err(refused());
            }
            Truth::always(values.contains(value))
        }
        (Term::Known(Value::Set(values)), Term::Attribute(name)) => {
            let scalars = values.iter().map(|value| match value {
                Value::Scalar(scalar) => Some(Some(scalar.clone())),
                Value::Entity(..) => Some(None),
                Value::Set(_) | Value::Record(_) | Value::Opaque => None,
            });
            let scalars: Option<Vec<_>> = scalars.collect();
            let scalars = scalars.ok_or_else(|| Untranslatable::Comparison(name.clone()))?;
            Truth::of(one_of(name, scalars.into_iter().flatten()))
        }
        (Term::Attribute(name), Term::Known(Value::Scalar(scalar))) => Truth::given(
            Leaf::Is(name.clone(), Kind::List).into(),
            Leaf::Contains(name.clone(), scalar.clone()).into(),
        ),
        (Term::List(terms), value) => {
            let each = terms.iter().map(|term| equal(term, value, granted));
            Truth::any(each.collect::<Result<_, _>>()?)
        }
        (Term::Granting, Term::Known(Value::Scalar(Scalar::Text(role)))) => {
            Truth::of(granted.get(role).cloned().unwrap_or(FALSE))
        }
        (Term::Granting, Term::Attribute(name)) => {
            let each = granted
                .iter()
                .map(|(role, when)| one_of(name, [Scalar::Text(role.clone())]).and(when.clone()));
            Truth::of(Condition::any(each))
        }
        (Term::Granting, Term::Known(Value::Scalar(_))) => Truth::always(false),
        (Term::Known(Value::Set(_) | Value::Opaque) | Term::Attribute(_) | Term::Granting, _) => {
            return Err(refused());
        }
        (Term::Known(_) | Term::Resource | Term::Context, _) => FAILS,
    })
}

/// When each role grants the permission, by name.
pub(super) type Granted = BTreeMap<String, Condition>;

/// The members of a set that is compared with another one: each once, with nothing where it is no set.
pub(super) fn members(set: &Term) -> Result<Option<Vec<Term>>, Untranslatable> {
    match set {
        Term::Known(Value::Set(values)) => Ok(Some(values.iter().cloned().map(Term::Known).collect())),
        Term::List(terms) => Ok(Some(terms.clone())),
        Term::Known(Value::Opaque) | Term::Attribute(_) | Term::Granting => {
            Err(Untranslatable::Expression("containsAll or containsAny"))
        }
        Term::Known(_) | Term::Resource | Term::Context => Ok(None),
    }
}

/// When something is a set at all.
pub(super) fn is_set(term: &Term) -> Condition {
    match term {
        Term::Known(Value::Set(_)) | Term::List(_) | Term::Granting => TRUE,
        Term::Attribute(name) => Leaf::Is(name.clone(), Kind::List).into(),
        Term::Known(_) | Term::Resource | Term::Context => FALSE,
    }
}
