//! "Yes, with a stronger or fresher proof of who one is": policies that a step-up turns (RFC 9470).
//!
//! A `forbid` policy that is annotated with `@step_up("urn:doorward:acr:3")` holds as long as the person has proven less than that class, and
//! with `@step_up_max_age("300")` also when that was longer ago than so many seconds. What was proven is what the application says of the session
//! that it serves: `acr` and `auth_time` in the context, as its tokens have them. Without them nothing was proven.

use cedar_policy::{Effect, Policy};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::domain::{Acr, Timestamp};

/// The member of the context that tells what was proven.
pub(super) const AUTHENTICATION: &str = "authentication";

/// Claims of tokens, as an application sends them along (OpenID Connect Core section 2).
const ACR: &str = "acr";
const AUTH_TIME: &str = "auth_time";

const CLASS: &str = "step_up";
const MAX_AGE: &str = "step_up_max_age";

/// Longest age that a policy asks for, in seconds: a year.
const LONGEST: i64 = 365 * 24 * 3_600;

/// Longer ago than anybody remembers, in seconds.
const NEVER: i64 = i64::MAX;

/// How far a clock of an application may be ahead, in seconds.
const LEEWAY: i64 = 60;

/// What has to be proven, and how fresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepUp {
    /// The classes that are enough, the weakest first, with a space between (RFC 9470 section 3).
    pub acr_values: String,
    /// How many seconds ago at most (RFC 9470 section 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
}

/// What one policy asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    class: Acr,
    max_age: Option<i64>,
}

impl Asked {
    /// What the annotations of a policy ask for; none if it has none of these. The error says what is wrong with them.
    pub(super) fn of(policy: &Policy) -> Result<Option<Self>, String> {
        let (class, max_age) = (policy.annotation(CLASS), policy.annotation(MAX_AGE));
        let Some(class) = class else {
            return match max_age {
                None => Ok(None),
                Some(_) => Err(format!("@{MAX_AGE} goes with @{CLASS}")),
            };
        };
        let class = Acr::parse(class).ok_or_else(|| {
            let classes: Vec<&str> = Acr::ALL.iter().map(|one| one.as_str()).collect();
            format!("@{CLASS} is one of {}", classes.join(", "))
        })?;
        if policy.effect() != Effect::Forbid {
            return Err(format!(
                "@{CLASS} is for policies that forbid: a proof does not give, it lets what was given count"
            ));
        }
        let seconds = |text: &str| text.parse().ok().filter(|age| (1..=LONGEST).contains(age));
        let wrong = || format!("@{MAX_AGE} is a number of seconds from 1 to {LONGEST}");
        let max_age = max_age.map(|text| seconds(text).ok_or_else(wrong)).transpose()?;
        Ok(Some(Self { class, max_age }))
    }

    /// When the policy does not hold: enough was proven, and of late.
    fn condition(self) -> Json {
        let proven = json!({ ".": { "left": { "Var": "context" }, "attr": AUTHENTICATION } });
        let member = |name: &str| json!({ ".": { "left": proven, "attr": name } });
        let enough = json!({ ">=": { "left": member("level"), "right": { "Value": level(self.class) } } });
        match self.max_age {
            None => enough,
            Some(age) => {
                let fresh = json!({ "<=": { "left": member("age"), "right": { "Value": age } } });
                json!({ "&&": { "left": enough, "right": fresh } })
            }
        }
    }

    /// The parts of a policy (Cedar's JSON form of it) with this condition among its own.
    pub(super) fn put_into(self, mut parts: Json) -> Option<Json> {
        let conditions = parts.get_mut("conditions")?.as_array_mut()?;
        conditions.push(json!({ "kind": "unless", "body": self.condition() }));
        Some(parts)
    }
}

impl StepUp {
    /// What is enough for all of these policies; none if there is none.
    pub(super) fn for_all(asked: impl IntoIterator<Item = Asked>) -> Option<Self> {
        let all = asked.into_iter().reduce(|one, other| Asked {
            class: one.class.max(other.class),
            max_age: one.max_age.into_iter().chain(other.max_age).min(),
        })?;
        let enough = Acr::ALL.iter().filter(|class| **class >= all.class);
        let enough: Vec<&str> = enough.map(|class| class.as_str()).collect();
        Some(Self {
            acr_values: enough.join(" "),
            max_age: all.max_age,
        })
    }
}

/// From 1; nothing proven is 0.
fn level(class: Acr) -> i64 {
    let place = Acr::ALL.iter().position(|one| *one == class);
    let place = place.and_then(|place| i64::try_from(place).ok());
    place.unwrap_or_default().saturating_add(1)
}

/// What was proven, as policies read it: `level` and `age` in seconds, out of what the application sent.
pub(super) fn proven(context: &Map<String, Json>, now: Timestamp) -> Json {
    let class = context.get(ACR).and_then(Json::as_str).and_then(Acr::parse);
    let at = context.get(AUTH_TIME).and_then(Json::as_i64);
    let age = at.map(|at| now.as_seconds().saturating_sub(at));
    // Somebody who has proven it tomorrow has proven nothing.
    let age = age.filter(|age| *age >= -LEEWAY).map(|age| age.max(0));
    json!({ "level": class.map_or(0, level), "age": age.unwrap_or(NEVER) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(annotations: &str, effect: &str) -> Result<Option<Asked>, String> {
        let text = format!("{annotations} {effect} (principal, action, resource);");
        Asked::of(&text.parse().unwrap())
    }

    #[test]
    fn annotations_that_say_nothing_sensible_are_told() {
        let sound = asked(
            "@step_up(\"urn:doorward:acr:2\") @step_up_max_age(\"300\")",
            "forbid",
        );
        let expected = Asked {
            class: Acr::Two,
            max_age: Some(300),
        };
        assert_eq!(sound, Ok(Some(expected)));
        assert_eq!(asked("@note(\"x\")", "permit"), Ok(None));
        for (annotations, effect) in [
            ("@step_up(\"gold\")", "forbid"),
            ("@step_up(\"urn:doorward:acr:2\")", "permit"),
            ("@step_up_max_age(\"300\")", "forbid"),
            (
                "@step_up(\"urn:doorward:acr:2\") @step_up_max_age(\"0\")",
                "forbid",
            ),
            (
                "@step_up(\"urn:doorward:acr:2\") @step_up_max_age(\"soon\")",
                "forbid",
            ),
        ] {
            assert!(asked(annotations, effect).is_err(), "{annotations} {effect}");
        }
    }

    #[test]
    fn of_several_the_strongest_and_freshest_is_enough() {
        let one = |class, max_age| Asked { class, max_age };
        let all = StepUp::for_all([
            one(Acr::Two, Some(600)),
            one(Acr::PhishingResistant, None),
            one(Acr::One, Some(60)),
        ]);
        let expected = StepUp {
            acr_values: "urn:doorward:acr:3".to_owned(),
            max_age: Some(60),
        };
        assert_eq!(all, Some(expected));
        assert_eq!(StepUp::for_all([]), None);
    }

    #[test]
    fn what_was_proven_is_what_the_application_says_and_nothing_without() {
        let now = Timestamp::from_seconds(1_000);
        let told = |context: Json| proven(context.as_object().unwrap(), now);
        assert_eq!(told(json!({})), json!({ "level": 0, "age": NEVER }));
        let session = json!({ "acr": "urn:doorward:acr:3", "auth_time": 900 });
        assert_eq!(told(session), json!({ "level": 3, "age": 100 }));
        let ahead = json!({ "acr": "urn:doorward:acr:1", "auth_time": 1_030 });
        assert_eq!(told(ahead), json!({ "level": 1, "age": 0 }));
        let tomorrow = json!({ "acr": "gold", "auth_time": 90_000 });
        assert_eq!(told(tomorrow), json!({ "level": 0, "age": NEVER }));
    }
}
