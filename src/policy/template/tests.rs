//! What every template holds to.

use super::*;

/// Values that every template takes.
fn values(template: &Template) -> Map<String, Json> {
    let mut values = member("actions", json!(["feedback:read", "feedback:edit"]));
    for parameter in &template.parameters {
        let value = match parameter.name {
            "zone" => json!("Europe/Istanbul"),
            "networks" => json!(["10.0.0.0/8", "2001:db8:1::/48"]),
            _ => continue,
        };
        values.insert(parameter.name.to_owned(), value);
    }
    values
}

#[test]
fn every_template_becomes_a_policy_with_cases_of_both_kinds() {
    let all = templates();
    assert_eq!(all.len(), 10);
    for template in all {
        let content = fill(template.name, &values(&template)).unwrap();
        content.check().unwrap();
        assert!(content.cedar.contains("forbid ("), "{}", content.cedar);
        for expect in [Expected::Allow, Expected::Deny] {
            let some = content.cases.iter().any(|case| case.expect == expect);
            assert!(some, "{}: {expect:?}", template.name);
        }
    }
}

#[test]
fn a_field_that_is_missing_unknown_or_of_another_kind_is_named() {
    let told = |name: &str, values: Json| {
        let Json::Object(values) = values else {
            panic!("{values}")
        };
        fill(name, &values).unwrap_err().to_string()
    };
    assert_eq!(told("nothing", json!({})), "there is no template called nothing");
    assert_eq!(
        told("four-eyes", json!({})),
        "values: actions: a list of permissions such as feedback:read is needed"
    );
    let read = json!(["feedback:read"]);
    assert_eq!(
        told("four-eyes", json!({ "actions": read, "acts": 1 })),
        "values: the template has no field called acts"
    );
    for (name, field, value) in [
        ("own-territory", "several", json!("yes")),
        ("own-territory", "roles", json!("manager")),
        ("own-territory", "person_attribute", json!("")),
        ("own-territory", "person_attribute", json!("a\u{200b}b")),
        ("clearance", "classes", json!([])),
        ("clearance", "classes", json!(["a", "a"])),
        ("office-hours", "from", json!("25:00")),
        ("office-hours", "until", json!("07:00")),
        ("office-hours", "days", json!(["monday"])),
        ("office-hours", "zone", json!("Mars/Olympus")),
        ("office-network", "networks", json!(["10.0.0.0/8 || true"])),
        ("four-eyes", "actions", json!(["feedback:read\") ; permit"])),
    ] {
        let template = templates().into_iter().find(|one| one.name == name).unwrap();
        let mut values = values(&template);
        values.insert(field.to_owned(), value);
        let refused = fill(name, &values).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("values: {field}: ")), "{refused}");
    }
}

/// Every text that a form takes as it is goes into the policy as a value or a name: the policy that is read from the text is the one that was
/// built, one policy, forbidding.
#[test]
fn hostile_values_cannot_break_out_of_their_place() {
    let hostile = [
        "\") }; permit (principal, action, resource); //",
        "x\"] == 1 || true || resource[\"x",
        "\\\" || true //",
        "\\",
        "${principal}",
        "?principal",
        "true",
        "__entity",
        "ip(\"0.0.0.0/0\")",
        "*/ unless { false }",
    ];
    for template in templates() {
        for text in hostile {
            let mut values = values(&template);
            for parameter in &template.parameters {
                let value = match parameter.kind {
                    Kind::Attribute => json!(text),
                    Kind::Texts | Kind::Roles => json!([text, "other"]),
                    _ => continue,
                };
                values.insert(parameter.name.to_owned(), value);
            }
            let parts = (template.fill)(&Values::new(&template.parameters, &values).unwrap())
                .unwrap()
                .parts;
            let cedar = fill(template.name, &values).unwrap().cedar;
            let read = decision::parts_of_policies(&cedar).unwrap();
            assert_eq!(read.len(), 1, "{cedar}");
            assert_eq!(leaves(&read[0]), leaves(&parts), "{cedar}");
        }
    }
}

/// The names and values of a policy in their order. Operators may be written otherwise than they were built (`unless` as a part of `when`,
/// `>=` as a negation), names and values may not.
fn leaves(parts: &Json) -> Vec<String> {
    match parts {
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| *name != "kind");
            kept.flat_map(|(_, value)| leaves(value)).collect()
        }
        Json::Array(values) => values.iter().flat_map(leaves).collect(),
        leaf => vec![leaf.to_string()],
    }
}
