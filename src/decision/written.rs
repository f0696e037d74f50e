//! Texts of policies: read, with the place of what is wrong, and written from parts.
//!
//! What a form fills in becomes a policy by parts only (the JSON form of Cedar), so that no value can be read as anything but a value.

use std::str::FromStr as _;

use cedar_policy::ffi::{self, DetailedError};
use cedar_policy::{Policy, PolicyId, PolicySet};
use serde_json::{Value as Json, json};

use super::step_up;

/// Longest text of a policy, in bytes.
pub const LONGEST: usize = 65_536;

/// Why a text is not a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Lines and columns count from 1.
    #[error("line {line}, column {column}: {reason}")]
    Syntax {
        line: usize,
        column: usize,
        reason: String,
    },
    #[error("a policy of its own is needed: templates with slots are not")]
    Template,
    #[error("{0}")]
    Annotation(String),
    #[error("there is no policy in the text")]
    Empty,
    #[error("the text is longer than {LONGEST} bytes", LONGEST = LONGEST)]
    TooLong,
}

/// Checks a policy's text before it is stored.
pub fn check_policy(text: &str) -> Result<(), PolicyFault> {
    parse(text).map(|_| ())
}

pub(super) fn parse(text: &str) -> Result<Vec<Policy>, PolicyFault> {
    let set = parse_set(text)?;
    Ok(set.policies().cloned().collect())
}

pub(super) fn parse_set(text: &str) -> Result<PolicySet, PolicyFault> {
    if text.len() > LONGEST {
        return Err(PolicyFault::TooLong);
    }
    let set = PolicySet::from_str(text).map_err(|error| syntax(text, &DetailedError::from(&error)))?;
    if set.templates().next().is_some() {
        return Err(PolicyFault::Template);
    }
    if set.policies().next().is_none() {
        return Err(PolicyFault::Empty);
    }
    for policy in set.policies() {
        step_up::Asked::of(policy).map_err(PolicyFault::Annotation)?;
    }
    Ok(set)
}

fn syntax(text: &str, error: &DetailedError) -> PolicyFault {
    let (line, column) = place(text, error).unwrap_or((1, 1));
    PolicyFault::Syntax {
        line,
        column,
        reason: reason(error),
    }
}

/// Where it is, and what would help, in one sentence.
pub(super) fn reason(error: &DetailedError) -> String {
    match &error.help {
        Some(help) => format!("{} ({help})", error.message),
        None => error.message.clone(),
    }
}

/// The line and column of what an error is about.
pub(super) fn place(text: &str, error: &DetailedError) -> Option<(usize, usize)> {
    let at = error.source_locations.first()?.loc.start;
    Some(line_and_column(text, at))
}

/// Of a place in bytes; columns are characters.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let last = before.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count().saturating_add(1))
}

/// Whether a text names an action, in its head or in a condition. One that cannot be read may mean anything: it does if the name stands in it.
pub(super) fn speaks_of(text: &str, action: &str) -> bool {
    let Ok(policies) = parse(text) else {
        return text.contains(&format!("\"{action}\""));
    };
    policies
        .iter()
        .flat_map(Policy::entity_literals)
        .any(|named| named.type_name().to_string() == "Action" && named.id().unescaped() == action)
}

/// The text of a policy that is given in parts (the JSON form of Cedar policies).
pub fn policy_of_parts(parts: &Json) -> Result<String, PolicyFault> {
    let wrong = |error: DetailedError| PolicyFault::Syntax {
        line: 1,
        column: 1,
        reason: reason(&error),
    };
    let policy = Policy::from_json(Some(PolicyId::new("parts")), parts.clone())
        .map_err(|error| wrong(DetailedError::from(&error)))?;
    let text = policy.to_cedar().ok_or(PolicyFault::Template)?;
    check_policy(&text)?;
    Ok(pretty(&text).unwrap_or(text))
}

/// The same text with its lines broken as people read it.
fn pretty(text: &str) -> Option<String> {
    let call = json!({ "policyText": text, "lineWidth": 100, "indentWidth": 4 });
    let answer = ffi::format_json(call).ok()?;
    let formatted = answer.get("formatted_policy")?.as_str()?.trim_end().to_owned();
    check_policy(&formatted).ok().map(|()| formatted)
}

/// The parts of each policy of a text.
pub fn parts_of_policies(text: &str) -> Result<Vec<Json>, PolicyFault> {
    parse(text).map(|policies| parts(&policies))
}

pub(super) fn parts(policies: &[Policy]) -> Vec<Json> {
    policies
        .iter()
        .filter_map(|policy| policy.to_json().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_speaks_of_an_action_in_its_head_or_in_a_condition() {
        let in_head = r#"forbid (principal, action == Action::"a:read", resource);"#;
        let in_list = r#"forbid (principal, action in [Action::"a:edit", Action::"a:read"], resource);"#;
        let in_condition = r#"permit (principal, action, resource) when { action == Action::"a:read" };"#;
        for text in [in_head, in_list, in_condition, r#"broken "a:read""#] {
            assert!(speaks_of(text, "a:read"), "{text}");
            assert!(!speaks_of(text, "a:rea"), "{text}");
        }
        let other =
            r#"forbid (principal, action, resource == Resource::"a:read") when { resource.of == "a:read" };"#;
        assert!(!speaks_of(other, "a:read"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_column() {
        let text = "permit (\n  principal,\n  action,\n  resource\n) when { resource.level >> 3 };";
        let fault = check_policy(text).unwrap_err();
        assert!(
            matches!(
                fault,
                PolicyFault::Syntax {
                    line: 5,
                    column: 26,
                    ..
                }
            ),
            "{fault}"
        );
        assert!(fault.to_string().starts_with("line 5, column 26: "), "{fault}");
        let fault = check_policy("permit (principal, action, resource) when { ü };").unwrap_err();
        assert!(matches!(fault, PolicyFault::Syntax { line: 1, .. }), "{fault}");
        assert_eq!(check_policy(""), Err(PolicyFault::Empty));
        assert_eq!(check_policy("// nothing"), Err(PolicyFault::Empty));
        let slot = "permit (principal == ?principal, action, resource);";
        assert_eq!(check_policy(slot), Err(PolicyFault::Template));
        assert_eq!(check_policy(&" ".repeat(LONGEST + 1)), Err(PolicyFault::TooLong));
    }

    #[test]
    fn a_value_in_parts_stays_a_value() {
        let hostile = "\" || true }; permit (principal, action, resource); //\n\u{0}";
        let parts = json!({
            "effect": "forbid",
            "principal": { "op": "All" },
            "action": { "op": "==", "entity": { "type": "Action", "id": hostile } },
            "resource": { "op": "All" },
            "conditions": [{ "kind": "when", "body": { "==": {
                "left": { ".": { "left": { "Var": "resource" }, "attr": hostile } },
                "right": { "Value": hostile },
            } } }],
        });
        let text = policy_of_parts(&parts).unwrap();
        let read = parse(&text).unwrap();
        assert_eq!(read.len(), 1, "{text}");
        assert_eq!(super::parts(&read), [parts], "{text}");
        assert!(text.starts_with("forbid"), "{text}");
    }
}
