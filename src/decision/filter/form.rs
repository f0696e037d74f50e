//! Cedar's JSON form of policies and expressions, taken apart.

use serde_json::{Value as Json, json};

use super::Untranslatable;
use super::leaf::Element;
use super::term::Value;

pub(super) type Translated<T> = Result<T, Untranslatable>;

/// Whether what an operator comes to can only be a truth value.
pub(super) fn is_boolean(operator: &str) -> bool {
    const OPERATORS: [&str; 18] = [
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "contains",
        "containsAll",
        "containsAny",
        "isEmpty",
        "has",
        "hasTag",
        "like",
        "is",
    ];
    const FUNCTIONS: [&str; 9] = [
        "lessThan",
        "lessThanOrEqual",
        "greaterThan",
        "greaterThanOrEqual",
        "isIpv4",
        "isIpv6",
        "isLoopback",
        "isMulticast",
        "isInRange",
    ];
    OPERATORS.contains(&operator) || FUNCTIONS.contains(&operator)
}

/// What a policy asks, in the order in which it is evaluated: who, what, on what, and its conditions.
pub(super) fn parts(policy: &Json) -> Translated<Vec<Json>> {
    let mut parts = Vec::new();
    for variable in ["principal", "action", "resource"] {
        let scope = member(policy, variable)?;
        let left = json!({ "Var": variable });
        let named = |entity: &Json| json!({ "Value": { "__entity": entity } });
        let target = |scope: &Json| match (scope.get("entity"), scope.get("entities")) {
            (Some(entity), _) => Ok(named(entity)),
            (None, Some(Json::Array(entities))) => {
                Ok(json!({ "Set": entities.iter().map(named).collect::<Vec<_>>() }))
            }
            _ => Err(Untranslatable::Form),
        };
        match member(scope, "op")?.as_str() {
            Some("All") => {}
            Some(operator @ ("==" | "in")) => {
                parts.push(json!({ operator: { "left": left, "right": target(scope)? } }));
            }
            Some("is") => {
                let mut is = json!({ "left": left, "entity_type": member(scope, "entity_type")? });
                if let (Some(within), Some(members)) = (scope.get("in"), is.as_object_mut()) {
                    members.insert("in".to_owned(), target(within)?);
                }
                parts.push(json!({ "is": is }));
            }
            _ => return Err(Untranslatable::Form),
        }
    }
    for condition in member(policy, "conditions")?.as_array().into_iter().flatten() {
        let body = member(condition, "body")?.clone();
        match member(condition, "kind")?.as_str() {
            Some("when") => parts.push(body),
            Some("unless") => parts.push(json!({ "!": { "arg": body } })),
            _ => return Err(Untranslatable::Form),
        }
    }
    Ok(parts)
}

pub(super) fn single(node: &Json) -> Translated<(&str, &Json)> {
    let members = node.as_object().filter(|members| members.len() == 1);
    let only = members.and_then(|members| members.iter().next());
    only.map(|(name, value)| (name.as_str(), value))
        .ok_or(Untranslatable::Form)
}

pub(super) fn member<'a>(node: &'a Json, name: &str) -> Translated<&'a Json> {
    node.get(name).ok_or(Untranslatable::Form)
}

pub(super) fn value(json: &Json) -> Translated<Value> {
    if let Some(entity) = json.get("__entity") {
        let text = |name| member(entity, name)?.as_str().ok_or(Untranslatable::Form);
        return Ok(Value::Entity(text("type")?.to_owned(), text("id")?.to_owned()));
    }
    if json.get("__extn").is_some() {
        return Ok(Value::Opaque);
    }
    match json {
        Json::Array(values) => Ok(Value::Set(values.iter().map(value).collect::<Translated<_>>()?)),
        Json::Object(_) => Err(Untranslatable::Form),
        other => Value::of_json(other).ok_or(Untranslatable::Form),
    }
}

pub(super) fn pattern(json: &Json) -> Translated<Vec<Element>> {
    let elements = json.as_array().ok_or(Untranslatable::Form)?;
    let mut pattern: Vec<Element> = Vec::new();
    for element in elements {
        let next = match element.get("Literal").and_then(Json::as_str) {
            Some(text) => Element::Text(text.to_owned()),
            None if element == "Wildcard" => Element::Any,
            None => return Err(Untranslatable::Form),
        };
        match (pattern.last_mut(), next) {
            (Some(Element::Any), Element::Any) => {}
            (Some(Element::Text(before)), Element::Text(text)) => before.push_str(&text),
            (_, next) => pattern.push(next),
        }
    }
    Ok(pattern)
}
