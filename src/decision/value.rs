//! Attributes as Cedar holds them.
//!
//! They are made as values at once, not as expressions that Cedar would evaluate to the same values: that took longer than the decision.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use cedar_policy_core::ast::{
    Context, Eid, Entity, EntityType, EntityUID, Name, PartialValue, RestrictedExpr, Value,
};
use cedar_policy_core::evaluator::RestrictedEvaluator;
use cedar_policy_core::extensions::Extensions;
use serde_json::{Map, Value as Json};

/// Deepest nesting of an attribute's value.
const DEPTH: usize = 8;

/// The attribute or part of a request that Cedar cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusable(pub(super) String);

/// The name of an entity type: `Person`.
pub(super) fn entity_type(name: &str) -> Result<EntityType, Unusable> {
    name.parse().map_err(|_| Unusable(name.to_owned()))
}

pub(super) fn uid(kind: &EntityType, id: &str) -> EntityUID {
    EntityUID::from_components(kind.clone(), Eid::new(id), None)
}

/// An entity in all the groups that it is in, those above its own included.
pub(super) fn entity(
    uid: EntityUID,
    attributes: &[(&str, &Json)],
    groups: HashSet<EntityUID>,
) -> Result<Entity, Unusable> {
    let attributes = attributes.iter().filter(|(_, value)| !value.is_null());
    let attributes: Vec<_> = attributes
        .map(|(name, value)| Ok(((*name).into(), PartialValue::Value(value_of(name, value)?))))
        .collect::<Result<_, _>>()?;
    Ok(Entity::new_with_attr_partial_value(
        uid,
        attributes,
        HashSet::new(),
        groups,
        [],
    ))
}

/// What is known of the circumstances. Of two of one name, the later counts.
pub(super) fn context<'a>(
    members: impl IntoIterator<Item = (&'a str, &'a Json)>,
) -> Result<Context, Unusable> {
    let mut context = BTreeMap::new();
    for (name, value) in members {
        if value.is_null() {
            context.remove(name);
        } else {
            context.insert(name.into(), value_of(name, value)?);
        }
    }
    Ok(Context::Value(Arc::new(context)))
}

/// All attributes of a map, by name.
pub(super) fn each(attributes: &Map<String, Json>) -> impl Iterator<Item = (&str, &Json)> {
    attributes.iter().map(|(name, value)| (name.as_str(), value))
}

fn value_of(name: &str, value: &Json) -> Result<Value, Unusable> {
    cedar(value, DEPTH).ok_or_else(|| Unusable(name.to_owned()))
}

/// JSON as Cedar holds it; null is absence. Fractions become `decimal`, which has four places.
fn cedar(value: &Json, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => decimal(&number.to_string())?,
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(values) => {
            let values = values.iter().map(|value| cedar(value, depth));
            Value::set(values.collect::<Option<Vec<_>>>()?, None)
        }
        Json::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let members = members.map(|(name, value)| Some((name.as_str(), cedar(value, depth)?)));
            Value::record(members.collect::<Option<Vec<_>>>()?, None)
        }
    })
}

fn decimal(text: &str) -> Option<Value> {
    let function: Name = "decimal".parse().ok()?;
    let call = RestrictedExpr::call_extension_fn(function, [RestrictedExpr::val(text)]);
    let evaluator = RestrictedEvaluator::new(Extensions::all_available());
    evaluator.interpret(call.as_borrowed()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_becomes_what_cedar_reads_of_the_same_expression() {
        for (value, expression) in [
            (json!(true), "true"),
            (json!(-7), "-7"),
            (json!("a \"b\""), r#""a \"b\"""#),
            (json!(1.25), r#"decimal("1.25")"#),
            (json!([2, 1, 2, "x"]), r#"[1, 2, "x"]"#),
            (json!({ "a": { "b": [] }, "c": null }), "{ a: { b: [] } }"),
        ] {
            let expected: RestrictedExpr = expression.parse().unwrap();
            let expected = RestrictedEvaluator::new(Extensions::all_available())
                .interpret(expected.as_borrowed())
                .unwrap();
            assert_eq!(cedar(&value, DEPTH), Some(expected), "{value}");
        }
    }

    #[test]
    fn what_cedar_cannot_hold_is_named() {
        let deep = |depth: usize| (1..depth).fold(json!(1), |inner, _| json!([inner]));
        assert!(value_of("deep", &deep(DEPTH)).is_ok());
        for value in [
            json!(u64::MAX),
            json!(1e300),
            json!(1.234_56),
            json!([null]),
            deep(DEPTH + 1),
        ] {
            assert_eq!(
                value_of("share", &value),
                Err(Unusable("share".to_owned())),
                "{value}"
            );
        }
    }
}
