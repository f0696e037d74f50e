//! From a policy to the conditions under which it is satisfied, is not, and cannot be evaluated.
//!
//! Policies are read in Cedar's JSON form. Each expression comes to cases, in Cedar's order of evaluation: what Cedar does not evaluate
//! because of what stands before it is not looked at for the same records only. What this cannot say exactly it refuses.

use std::cell::Cell;

use serde_json::{Value as Json, json};

use super::Untranslatable;
use super::closed::Closed;
use super::condition::{Condition, FALSE, TRUE};
use super::facts::{Known, Places, of_record};
use super::form::{Translated, is_boolean, member, parts, pattern, single, value};
use super::leaf::{Kind, Leaf, Order, Scalar, matches};
use super::term::{
    Cases, Granted, Term, Value, cases_of, contains, equal, is_resource, is_set, members, ordered, pairs,
    truth_of,
};
use super::truth::{FAILS, Truth};

/// Deepest nesting of expressions that is followed.
const DEPTH: usize = 100;

/// Most of a condition, while it is made and in the end.
pub(super) const MOST: usize = 1_000;

/// What is longer is said more shortly before it is used.
const LARGE: usize = 300;

/// How often that is done for one question.
pub(super) const SPARE: usize = 50;

/// Everything that an expression can depend on.
pub(super) struct Translator<'a> {
    pub(super) closed: Closed<'a>,
    pub(super) principal: &'a cedar_policy::Entity,
    pub(super) action: &'a str,
    pub(super) known: &'a Known,
    pub(super) context: &'a Known,
    pub(super) granted: &'a Granted,
    pub(super) places: &'a Places<'a>,
    /// How often something long may still be said more shortly.
    pub(super) spare: Cell<usize>,
}

impl Translator<'_> {
    /// When a policy is satisfied, and when it is not.
    pub(super) fn policy(&self, policy: &Json) -> Translated<Truth> {
        let mut whole = Truth::always(true);
        for part in parts(policy)? {
            if whole.yes == FALSE {
                break;
            }
            whole = self.fits(whole.and(self.truth(&part, DEPTH)?))?;
        }
        Ok(whole)
    }

    fn truth(&self, node: &Json, depth: usize) -> Translated<Truth> {
        let depth = depth.checked_sub(1).ok_or(Untranslatable::Deep)?;
        let (operator, operand) = single(node)?;
        // What stands here has to be a truth value, so Cedar can be asked for any expression.
        if self.closed.is_closed(node) {
            return Ok(self.closed.ask(node)?.map_or(FAILS, Truth::always));
        }
        match operator {
            "&&" | "||" => self.both(operator, operand, depth),
            "!" => Ok(!self.truth(member(operand, "arg")?, depth)?),
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "contains" | "containsAll" | "containsAny" => {
                self.two(operator, operand, depth)
            }
            "isEmpty" => self.is_empty(member(operand, "arg")?, depth),
            "has" => self.has(operand, depth),
            "like" => self.like(operand, depth),
            "is" => self.is(operand, depth),
            other if is_boolean(other) => Err(Untranslatable::Function(other.to_owned())),
            _ => Ok(truth_of(self.cases(node, depth)?)),
        }
    }

    /// What has become long is said more shortly; that is done so often only, for it takes long itself.
    fn fits(&self, truth: Truth) -> Translated<Truth> {
        let truth = truth.settled();
        if truth.size() <= LARGE {
            return Ok(truth);
        }
        let spare = self.spare.get().checked_sub(1).ok_or(Untranslatable::Long)?;
        self.spare.set(spare);
        let truth = truth.simplified();
        if truth.size() > MOST {
            return Err(Untranslatable::Long);
        }
        Ok(truth)
    }

    /// `&&` and `||`: what stands behind is evaluated only where what stands before has not decided.
    fn both(&self, operator: &str, operand: &Json, depth: usize) -> Translated<Truth> {
        let negated = |truth: Truth| if operator == "||" { !truth } else { truth };
        let left = negated(self.truth(member(operand, "left")?, depth)?);
        if left.yes == FALSE {
            return Ok(negated(left));
        }
        let right = negated(self.truth(member(operand, "right")?, depth)?);
        Ok(negated(self.fits(left.and(right))?))
    }

    fn two(&self, operator: &str, operand: &Json, depth: usize) -> Translated<Truth> {
        let left = self.cases(member(operand, "left")?, depth)?;
        let right = self.cases(member(operand, "right")?, depth)?;
        let same = || pairs(&left, &right, |left, right| equal(left, right, self.granted));
        let with = |order: Order| pairs(&left, &right, |left, right| ordered(left, order, right));
        self.fits(match operator {
            "==" => same()?,
            "!=" => !same()?,
            "<" => with(Order::Less)?,
            "<=" => with(Order::AtMost)?,
            ">" => with(Order::Greater)?,
            ">=" => with(Order::AtLeast)?,
            "in" => pairs(&left, &right, |left, right| self.within(left, right))?,
            "contains" => pairs(&left, &right, |set, value| contains(set, value, self.granted))?,
            _ => pairs(&left, &right, |set, other| {
                self.contains_many(set, other, operator == "containsAll")
            })?,
        })
    }

    /// `containsAll` and `containsAny`.
    fn contains_many(&self, set: &Term, other: &Term, all: bool) -> Translated<Truth> {
        let truth = if let Term::Granting = other {
            self.contains_granting(set, all)?
        } else {
            let Some(others) = members(other)? else {
                return Ok(FAILS);
            };
            let each = others.iter().map(|one| contains(set, one, self.granted));
            let each = each.collect::<Translated<Vec<_>>>()?;
            if all { Truth::all(each) } else { Truth::any(each) }
        };
        // Of no values nothing is asked above, not even whether it is a set.
        let given = is_set(set);
        if given == TRUE {
            return Ok(truth);
        }
        Ok(Truth::either(truth.yes.and(given.clone()), truth.no.and(given)))
    }

    /// The same of the roles that grant the permission, each of which does where its condition holds.
    fn contains_granting(&self, set: &Term, all: bool) -> Translated<Truth> {
        let each = self.granted.iter().map(|(role, when)| {
            let role = Term::Known(Value::Scalar(Scalar::Text(role.clone())));
            let has = contains(set, &role, self.granted)?;
            Ok(if all {
                Truth::any(vec![Truth::of(!when.clone()), has])
            } else {
                Truth::all(vec![Truth::of(when.clone()), has])
            })
        });
        let each = each.collect::<Translated<Vec<_>>>()?;
        Ok(if all { Truth::all(each) } else { Truth::any(each) })
    }

    fn is_empty(&self, argument: &Json, depth: usize) -> Translated<Truth> {
        let cases = self.cases(argument, depth)?;
        let unit = vec![(TRUE, Term::Context)];
        pairs(&cases, &unit, |term, _| match term {
            Term::Known(Value::Set(values)) => Ok(Truth::always(values.is_empty())),
            Term::List(_) => Ok(Truth::always(false)),
            Term::Granting => Ok(!Truth::of(self.role_granted())),
            Term::Attribute(_) | Term::Known(Value::Opaque) => Err(Untranslatable::Expression("isEmpty")),
            Term::Known(_) | Term::Resource | Term::Context => Ok(FAILS),
        })
    }

    fn role_granted(&self) -> Condition {
        Condition::any(self.granted.values().cloned()).simplified()
    }

    /// `in`: of entities only, which attributes never are.
    fn within(&self, left: &Term, right: &Term) -> Translated<Truth> {
        let refused = Err(Untranslatable::Expression("in"));
        match (left, right) {
            (Term::Resource, Term::Resource) => Ok(Truth::always(true)),
            (Term::Resource, Term::Known(Value::Set(values))) => {
                if !values.iter().all(|value| matches!(value, Value::Entity(..))) {
                    return Ok(FAILS);
                }
                Ok(Truth::any(
                    values.iter().map(|value| self.resource_within(value)).collect(),
                ))
            }
            (Term::Resource, Term::Known(value @ Value::Entity(..))) => Ok(self.resource_within(value)),
            (Term::Resource, Term::List(_) | Term::Known(Value::Opaque))
            | (Term::Known(Value::Entity(..) | Value::Opaque), _) => refused,
            _ => Ok(FAILS),
        }
    }

    fn resource_within(&self, value: &Value) -> Truth {
        match value {
            Value::Entity(kind, label) if kind == "Group" => {
                Truth::of(self.places.any(|group| self.places.is_below(group, label)))
            }
            other => is_resource(other),
        }
    }

    fn has(&self, operand: &Json, depth: usize) -> Translated<Truth> {
        let Some(name) = member(operand, "attr")?.as_str() else {
            return Err(Untranslatable::Expression("has with a path"));
        };
        let left = self.cases(member(operand, "left")?, depth)?;
        let unit = vec![(TRUE, Term::Context)];
        pairs(&left, &unit, |term, _| self.has_attribute(term, name))
    }

    fn has_attribute(&self, term: &Term, name: &str) -> Translated<Truth> {
        Ok(match term {
            Term::Resource if name == "id" => Truth::always(true),
            Term::Resource => match self.known.get(name) {
                Some(value) => Truth::always(value.is_some()),
                None => Truth::of(Leaf::Has(name.to_owned()).into()),
            },
            Term::Context => {
                Truth::always(of_record(name) || self.context.get(name).is_some_and(Option::is_some))
            }
            Term::Known(Value::Record(members)) => Truth::always(members.contains_key(name)),
            Term::Known(entity @ Value::Entity(..)) => {
                Truth::always(self.attribute_of(entity, name)?.is_some())
            }
            Term::Attribute(attribute) => return Err(Untranslatable::Member(attribute.clone())),
            Term::Known(Value::Opaque) => return Err(Untranslatable::Expression("has")),
            Term::Known(Value::Scalar(_) | Value::Set(_)) | Term::List(_) | Term::Granting => FAILS,
        })
    }

    /// The attribute of an entity of which all is known: who asks, or one that nobody knows.
    fn attribute_of(&self, entity: &Value, name: &str) -> Translated<Option<Value>> {
        let Value::Entity(kind, id) = entity else {
            return Ok(None);
        };
        if kind == "Resource" {
            return Err(Untranslatable::Expression(
                "an attribute of a record that is named by its id",
            ));
        }
        let uid = self.principal.uid();
        if uid.type_name().to_string() != *kind || uid.id().unescaped() != id {
            return Ok(None);
        }
        match self.principal.attr(name) {
            Some(Ok(value)) => Ok(Some(Value::of_cedar(&value))),
            Some(Err(_)) => Err(Untranslatable::Form),
            None => Ok(None),
        }
    }

    fn like(&self, operand: &Json, depth: usize) -> Translated<Truth> {
        let pattern = pattern(member(operand, "pattern")?)?;
        let left = self.cases(member(operand, "left")?, depth)?;
        let unit = vec![(TRUE, Term::Context)];
        pairs(&left, &unit, |term, _| {
            Ok(match term {
                Term::Known(Value::Scalar(Scalar::Text(text))) => Truth::always(matches(&pattern, text)),
                Term::Attribute(name) => Truth::given(
                    Leaf::Is(name.clone(), Kind::Text).into(),
                    Leaf::Like(name.clone(), pattern.clone()).into(),
                ),
                _ => FAILS,
            })
        })
    }

    fn is(&self, operand: &Json, depth: usize) -> Translated<Truth> {
        let kind = member(operand, "entity_type")?
            .as_str()
            .ok_or(Untranslatable::Form)?;
        let left = member(operand, "left")?;
        let cases = self.cases(left, depth)?;
        let unit = vec![(TRUE, Term::Context)];
        let is = pairs(&cases, &unit, |term, _| {
            Ok(match term {
                Term::Resource => Truth::always(kind == "Resource"),
                Term::Known(Value::Entity(of, _)) => Truth::always(of == kind),
                Term::Known(Value::Opaque) => return Err(Untranslatable::Expression("is")),
                _ => FAILS,
            })
        })?;
        match operand.get("in") {
            Some(within) if is.yes != FALSE => {
                let within = json!({ "in": { "left": left, "right": within } });
                self.fits(is.and(self.truth(&within, depth)?))
            }
            _ => Ok(is),
        }
    }

    fn cases(&self, node: &Json, depth: usize) -> Translated<Cases> {
        let depth = depth.checked_sub(1).ok_or(Untranslatable::Deep)?;
        let (operator, operand) = single(node)?;
        if is_boolean(operator) {
            return Ok(cases_of(self.truth(node, depth)?));
        }
        let always = |term: Term| Ok(vec![(TRUE, term)]);
        match operator {
            "Value" => always(Term::Known(value(operand)?)),
            "Var" => match operand.as_str() {
                Some("resource") => always(Term::Resource),
                Some("context") => always(Term::Context),
                Some("action") => always(Term::Known(Value::Entity("Action".into(), self.action.into()))),
                Some("principal") => {
                    let uid = self.principal.uid();
                    let kind = uid.type_name().to_string();
                    always(Term::Known(Value::Entity(kind, uid.id().unescaped().to_owned())))
                }
                _ => Err(Untranslatable::Form),
            },
            "." => self.read(operand, depth),
            "if-then-else" => self.choice(operand, depth),
            "Set" => self.set(operand, depth),
            "neg" => {
                let zero = vec![(TRUE, Term::Known(Value::Scalar(Scalar::Integer(0))))];
                calculate(&zero, &self.cases(member(operand, "arg")?, depth)?, "-")
            }
            "+" | "-" | "*" => {
                let left = self.cases(member(operand, "left")?, depth)?;
                calculate(&left, &self.cases(member(operand, "right")?, depth)?, operator)
            }
            other => Err(Untranslatable::Function(other.to_owned())),
        }
    }

    /// An attribute of something.
    fn read(&self, operand: &Json, depth: usize) -> Translated<Cases> {
        let name = member(operand, "attr")?.as_str().ok_or(Untranslatable::Form)?;
        let mut read = Cases::new();
        for (when, term) in self.cases(member(operand, "left")?, depth)? {
            for (given, term) in self.attribute(&term, name)? {
                read.push((when.clone().and(given), term));
            }
        }
        Ok(read)
    }

    fn attribute(&self, term: &Term, name: &str) -> Translated<Cases> {
        let known = |value: Option<Value>| {
            value
                .map(|value| (TRUE, Term::Known(value)))
                .into_iter()
                .collect()
        };
        Ok(match term {
            Term::Resource => match self.known.get(name) {
                Some(value) => known(value.clone()),
                None => vec![(
                    Leaf::Has(name.to_owned()).into(),
                    Term::Attribute(name.to_owned()),
                )],
            },
            Term::Context if name == "role_granted" => cases_of(Truth::of(self.role_granted())),
            Term::Context if name == "roles" => vec![(TRUE, Term::Granting)],
            Term::Context => known(self.context.get(name).cloned().flatten()),
            Term::Known(Value::Record(members)) => known(members.get(name).cloned()),
            Term::Known(entity @ Value::Entity(..)) => known(self.attribute_of(entity, name)?),
            Term::Attribute(attribute) => return Err(Untranslatable::Member(attribute.clone())),
            Term::Known(Value::Opaque) => return Err(Untranslatable::Expression(".")),
            Term::Known(Value::Scalar(_) | Value::Set(_)) | Term::List(_) | Term::Granting => Vec::new(),
        })
    }

    fn choice(&self, operand: &Json, depth: usize) -> Translated<Cases> {
        let condition = self.truth(member(operand, "if")?, depth)?;
        let mut chosen = Cases::new();
        for (when, branch) in [(condition.yes, "then"), (condition.no, "else")] {
            if when == FALSE {
                continue;
            }
            for (given, term) in self.cases(member(operand, branch)?, depth)? {
                chosen.push((when.clone().and(given), term));
            }
        }
        Ok(chosen)
    }

    fn set(&self, operand: &Json, depth: usize) -> Translated<Cases> {
        let elements = operand.as_array().ok_or(Untranslatable::Form)?;
        let mut sets: Vec<(Condition, Vec<Term>)> = vec![(TRUE, Vec::new())];
        for element in elements {
            let cases = self.cases(element, depth)?;
            let mut longer = Vec::new();
            for (when, terms) in &sets {
                for (given, term) in &cases {
                    let terms = terms.iter().chain([term]).cloned().collect();
                    longer.push((when.clone().and(given.clone()), terms));
                }
            }
            if longer.len() > MOST {
                return Err(Untranslatable::Long);
            }
            sets = longer;
        }
        let known = |term: &Term| match term {
            Term::Known(value) => Some(value.clone()),
            _ => None,
        };
        let whole = |terms: Vec<Term>| match terms.iter().map(known).collect() {
            Some(values) => Term::Known(Value::Set(values)),
            None => Term::List(terms),
        };
        Ok(sets
            .into_iter()
            .map(|(when, terms)| (when, whole(terms)))
            .collect())
    }
}

/// Sum, difference or product of whole numbers that are known; what is too large cannot be evaluated.
fn calculate(left: &Cases, right: &Cases, operator: &str) -> Translated<Cases> {
    let mut results = Cases::new();
    for (left_when, left) in left {
        for (right_when, right) in right {
            let (Term::Known(left), Term::Known(right)) = (left, right) else {
                return Err(Untranslatable::Expression("arithmetic"));
            };
            if [left, right].contains(&&Value::Opaque) {
                return Err(Untranslatable::Expression("arithmetic"));
            }
            let (Value::Scalar(Scalar::Integer(left)), Value::Scalar(Scalar::Integer(right))) = (left, right)
            else {
                continue;
            };
            let result = match operator {
                "+" => left.checked_add(*right),
                "-" => left.checked_sub(*right),
                _ => left.checked_mul(*right),
            };
            if let Some(result) = result {
                let when = left_when.clone().and(right_when.clone());
                results.push((when, Term::Known(Value::Scalar(Scalar::Integer(result)))));
            }
        }
    }
    Ok(results)
}
