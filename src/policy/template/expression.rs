//! Expressions of Cedar in parts (the JSON form of its policies). Values stand in values and names in names, so that none can become anything
//! else, whatever characters it has.

use serde_json::{Value as Json, json};

pub(super) fn principal() -> Json {
    json!({ "Var": "principal" })
}

pub(super) fn resource() -> Json {
    json!({ "Var": "resource" })
}

pub(super) fn context() -> Json {
    json!({ "Var": "context" })
}

pub(super) fn value(value: impl Into<Json>) -> Json {
    json!({ "Value": value.into() })
}

pub(super) fn set(values: &[String]) -> Json {
    let values: Vec<Json> = values.iter().map(|one| value(one.as_str())).collect();
    json!({ "Set": values })
}

pub(super) fn attribute(left: &Json, name: &str) -> Json {
    json!({ ".": { "left": left, "attr": name } })
}

pub(super) fn has(left: &Json, name: &str) -> Json {
    json!({ "has": { "left": left, "attr": name } })
}

pub(super) fn not(argument: &Json) -> Json {
    json!({ "!": { "arg": argument } })
}

/// Two expressions with an operator between: `==`, `!=`, `<`, `>=`, `contains`, `containsAll`, …
pub(super) fn between(left: &Json, operator: &str, right: &Json) -> Json {
    json!({ operator: { "left": left, "right": right } })
}

/// All of them, of which there is one at least.
pub(super) fn all(first: Json, rest: impl IntoIterator<Item = Json>) -> Json {
    rest.into_iter()
        .fold(first, |left, right| between(&left, "&&", &right))
}

/// Any of them; false if there is none.
pub(super) fn any(expressions: impl IntoIterator<Item = Json>) -> Json {
    let joined = expressions
        .into_iter()
        .reduce(|left, right| between(&left, "||", &right));
    joined.unwrap_or_else(|| value(false))
}

/// Whether an address, given as a text, is in a network.
pub(super) fn in_network(address: &Json, network: &str) -> Json {
    json!({ "isInRange": [{ "ip": [address] }, { "ip": [value(network)] }] })
}

/// A policy that forbids these actions when the first holds (if it is given), unless the second does.
pub(super) fn forbid(actions: &[String], when: Option<Json>, unless: Option<Json>) -> Json {
    let actions: Vec<Json> = actions
        .iter()
        .map(|id| json!({ "type": "Action", "id": id }))
        .collect();
    let condition = |kind: &str, body: Option<Json>| body.map(|body| json!({ "kind": kind, "body": body }));
    let conditions: Vec<Json> = condition("when", when)
        .into_iter()
        .chain(condition("unless", unless))
        .collect();
    json!({
        "effect": "forbid",
        "principal": { "op": "All" },
        "action": { "op": "in", "entities": actions },
        "resource": { "op": "All" },
        "conditions": conditions,
    })
}

/// A policy with annotations.
pub(super) fn annotated(mut policy: Json, annotations: Json) -> Json {
    if let Json::Object(members) = &mut policy {
        members.insert("annotations".to_owned(), annotations);
    }
    policy
}

/// What only these roles give; none: everything.
pub(super) fn given_only_by(roles: &[String]) -> Option<Json> {
    if roles.is_empty() {
        return None;
    }
    let granting = attribute(&context(), "roles");
    let only = between(&set(roles), "containsAll", &granting);
    Some(all(attribute(&context(), "role_granted"), [only]))
}
