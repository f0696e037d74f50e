//! A stronger or fresher proof of who somebody is, for what matters more.

use serde_json::{Value as Json, json};

use super::expression as is;
use super::{Case, Expected, Filled, Kind, Parameter, Sketch, Template, Unfit, Values};
use super::{actions, member};
use crate::domain::{Acr, Timestamp};

/// When the test cases are asked, in seconds since 1970.
const ASKED: i64 = 1_800_000_000;

pub(super) fn templates() -> Vec<Template> {
    vec![Template {
        name: "fresh-proof",
        title: "Fresh proof of who it is",
        sentence: "It is done by whoever has proven of late, and strongly enough, who they are.",
        parameters: vec![
            actions(),
            Parameter {
                name: "strength",
                kind: Kind::Strength,
                title: "How strongly",
                default: Some(json!(Acr::PhishingResistant)),
            },
            Parameter {
                name: "minutes",
                kind: Kind::Minutes,
                title: "Within how many minutes",
                default: Some(json!(5)),
            },
        ],
        fill,
    }]
}

fn fill(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, strength, minutes) = (values.actions()?, values.strength()?, values.minutes()?);
    let age = minutes.saturating_mul(60);
    let annotations = json!({ "step_up": strength, "step_up_max_age": age.to_string() });
    let case = |name: &str, expect, session: Option<(Acr, i64)>| {
        let sketch = Sketch {
            actions: &actions,
            roles: &[],
        };
        let context = session.map(|(class, age)| {
            let mut context = member("acr", json!(class));
            context.insert("auth_time".to_owned(), Json::from(ASKED.saturating_sub(age)));
            context
        });
        Case {
            context: context.unwrap_or_default(),
            at: Some(Timestamp::from_seconds(ASKED)),
            ..sketch.case(name, expect)
        }
    };
    let mut cases = vec![
        case("strong and fresh", Expected::Allow, Some((strength, 0))),
        case("at its last second", Expected::Allow, Some((strength, age))),
        case(
            "a second too old",
            Expected::Deny,
            Some((strength, age.saturating_add(1))),
        ),
        case("nothing is said of the session", Expected::Deny, None),
    ];
    let weaker = Acr::ALL.iter().rfind(|class| **class < strength);
    cases.extend(weaker.map(|class| case("too weak", Expected::Deny, Some((*class, 0)))));
    Ok(Filled {
        parts: is::annotated(is::forbid(&actions, None, None), annotations),
        cases,
    })
}
