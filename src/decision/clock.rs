//! The time of day that policies ask for, in the zones that they name: `context.clock["Europe/Istanbul"].minute`.
//!
//! Cedar knows neither zones nor remainders, so a policy cannot make the hour of a place out of `context.now`. Only what is named is
//! worked out.

use std::collections::BTreeMap;

use cedar_policy::Policy;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use super::written;
use crate::domain::Timestamp;

/// The member of the context that holds it.
pub(super) const CLOCK: &str = "clock";

/// The zones that some policies ask for.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(BTreeMap<String, TimeZone>);

impl Clock {
    /// Takes in the zones of these policies. A name that is no zone is answered.
    pub(super) fn learn(&mut self, policies: &[Policy]) -> Result<(), String> {
        for name in written::parts(policies).iter().flat_map(named) {
            let zone = TimeZone::get(&name).map_err(|_| name.clone())?;
            self.0.insert(name, zone);
        }
        Ok(())
    }

    /// What it shows at a moment; nothing if nobody asks. By zone: `minute` since midnight, `weekday` from 1, a Monday, to 7.
    pub(super) fn at(&self, now: Timestamp) -> Option<Json> {
        if self.0.is_empty() {
            return None;
        }
        let moment = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
        let shown: Map<String, Json> = self
            .0
            .iter()
            .map(|(name, zone)| {
                let local = zone.to_datetime(moment);
                let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
                let weekday = local.date().weekday().to_monday_one_offset();
                (name.clone(), json!({ "minute": minute, "weekday": weekday }))
            })
            .collect();
        Some(Json::Object(shown))
    }
}

/// The zones named in the parts of a policy.
fn named(parts: &Json) -> Vec<String> {
    let mut names = Vec::new();
    walk(parts, &mut |of| {
        let Some(access) = of.get(".") else { return };
        let clock = json!({ ".": { "left": { "Var": "context" }, "attr": CLOCK } });
        if access.get("left") == Some(&clock)
            && let Some(name) = access.get("attr").and_then(Json::as_str)
        {
            names.push(name.to_owned());
        }
    });
    names
}

/// Each object in a document, from the outside in.
pub(super) fn walk(document: &Json, see: &mut impl FnMut(&Map<String, Json>)) {
    match document {
        Json::Object(members) => {
            see(members);
            members.values().for_each(|member| walk(member, see));
        }
        Json::Array(items) => items.iter().for_each(|item| walk(item, see)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> Result<Clock, String> {
        let mut clock = Clock::default();
        clock.learn(&written::parse(text).unwrap()).map(|()| clock)
    }

    #[test]
    fn it_shows_the_hour_of_the_zones_that_are_asked_for() {
        let asks = |zone: &str| {
            format!(
                "permit (principal, action, resource) when {{ context.clock[\"{zone}\"].minute >= 480 }};"
            )
        };
        // A Saturday evening in Istanbul is still an afternoon in Berlin; there is summer time in Berlin only.
        let at = crate::domain::rfc3339::moment("2026-07-04T21:30:00Z").unwrap();
        let shown = clock(&asks("Europe/Istanbul")).unwrap().at(at).unwrap();
        assert_eq!(
            shown,
            json!({ "Europe/Istanbul": { "minute": 30, "weekday": 7 } })
        );
        let shown = clock(&asks("Europe/Berlin")).unwrap().at(at).unwrap();
        assert_eq!(
            shown,
            json!({ "Europe/Berlin": { "minute": 1_410, "weekday": 6 } })
        );
        let winter = crate::domain::rfc3339::moment("2026-01-05T08:00:00Z").unwrap();
        let shown = clock(&asks("Europe/Berlin")).unwrap().at(winter).unwrap();
        assert_eq!(shown, json!({ "Europe/Berlin": { "minute": 540, "weekday": 1 } }));
        assert_eq!(clock(&asks("Mars/Olympus")).unwrap_err(), "Mars/Olympus");
        let none = clock("permit (principal, action, resource);").unwrap();
        assert_eq!(none.at(at), None);
    }
}
