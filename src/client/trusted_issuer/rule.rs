//! Whether an assertion fits a rule: pure.

use serde_json::{Map, Value};

use super::{Identity, Rule};

/// Whether a subject pattern has the shape that is allowed: some text, and a `*` at its end only. A lone `*` would make
/// everybody of an issuer the same.
pub(super) fn is_pattern(text: &str) -> bool {
    let fixed = text.strip_suffix('*').unwrap_or(text);
    !fixed.is_empty() && !fixed.contains('*') && text.len() <= 512
}

/// Whom the claims of a verified assertion are by the first rule that fits.
pub(super) fn identity<'a>(rules: &'a [Rule], claims: &Map<String, Value>) -> Option<&'a Identity> {
    let subject = claims.get("sub").and_then(Value::as_str)?;
    rules
        .iter()
        .find(|rule| fits(&rule.subject, subject) && has_all(&rule.claims, claims))
        .map(|rule| &rule.identity)
}

fn fits(pattern: &str, subject: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(fixed) => subject.starts_with(fixed),
        None => subject == pattern,
    }
}

fn has_all(asked: &Map<String, Value>, claims: &Map<String, Value>) -> bool {
    asked.iter().all(|(name, value)| claims.get(name) == Some(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::ClientId;

    fn rule(subject: &str, claims: &Value, client: &str) -> Rule {
        Rule {
            subject: subject.into(),
            claims: claims.as_object().unwrap().clone(),
            identity: Identity::Client(ClientId::parse(client).unwrap()),
        }
    }

    #[test]
    fn the_first_rule_that_fits_in_subject_and_claims_decides() {
        let rules = [
            rule("repo:acme/app:ref:refs/heads/main", &json!({}), "exact"),
            rule(
                "repo:acme/*",
                &json!({ "environment": "production", "run": 1 }),
                "production",
            ),
            rule("repo:acme/*", &json!({ "environment": "test" }), "test"),
        ];
        for (claims, expected) in [
            (
                json!({ "sub": "repo:acme/app:ref:refs/heads/main", "environment": "test" }),
                Some("exact"),
            ),
            (
                json!({ "sub": "repo:acme/app", "environment": "production", "run": 1 }),
                Some("production"),
            ),
            (
                json!({ "sub": "repo:acme/app", "environment": "production", "run": "1" }),
                None,
            ),
            (json!({ "sub": "repo:acme/app", "environment": ["test"] }), None),
            (
                json!({ "sub": "repo:acme/", "environment": "test" }),
                Some("test"),
            ),
            (
                json!({ "sub": "repo:acme-evil/app", "environment": "test" }),
                None,
            ),
            (json!({ "sub": ["repo:acme/app"], "environment": "test" }), None),
            (json!({ "environment": "test" }), None),
        ] {
            let found = identity(&rules, claims.as_object().unwrap());
            let found = found.map(|identity| match identity {
                Identity::Client(id) => id.as_str(),
                Identity::ServiceAccount(_) => "an account",
            });
            assert_eq!(found, expected, "{claims}");
        }
    }

    #[test]
    fn a_pattern_has_one_star_at_its_end_at_most_and_something_before_it() {
        for text in ["a", "a*", "spiffe://acme.example/ns/*"] {
            assert!(is_pattern(text), "{text}");
        }
        for text in ["", "*", "**", "a*b", "*a", "a**", &"x".repeat(513)] {
            assert!(!is_pattern(text), "{text}");
        }
    }

    #[test]
    fn a_rule_is_written_with_one_identity() {
        let text = r#"{"subject":"a*","claims":{"b":1},"client":"app"}"#;
        let read: Rule = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        for wrong in [
            r#"{"subject":"a"}"#,
            r#"{"subject":"a","client":"app","more":1}"#,
            r#"{"subject":"a","client":"app","service_account":"0190a0b0-0000-7000-8000-000000000000"}"#,
        ] {
            assert!(serde_json::from_str::<Rule>(wrong).is_err(), "{wrong}");
        }
    }
}
