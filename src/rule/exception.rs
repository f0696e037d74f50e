//! Exceptions with an end: people whom a rule passes over for a while.
//!
//! They hold through whole days in UTC and end by themselves. Each has a reason and says who gave it: an exception is a weakness
//! that somebody answers for, so that none is without a name and none lasts for ever.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::definition::Rule;
use crate::domain::{Actor, Timestamp, rfc3339};

const DAY: Duration = Duration::from_hours(24);

/// How long one may last.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// Most exceptions from one rule: more of them want a group under `unless`.
const MOST: usize = 200;

/// Longest reason, in characters.
const REASON: usize = 200;

/// Somebody whom a rule passes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Their user name.
    pub person: String,
    /// From here on the rule means them again.
    #[serde(with = "rfc3339")]
    pub until: Timestamp,
    pub reason: String,
    /// Who has given it: `operator`, or a person's id.
    pub by: String,
    #[serde(with = "rfc3339")]
    pub given_at: Timestamp,
}

/// An exception that somebody would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewException {
    pub person: String,
    /// A moment of the last day on which it holds.
    pub last_day: Timestamp,
    pub reason: String,
}

/// Why an exception is not given, or not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoException {
    #[error("the last day of the exception is over already")]
    Past,
    #[error("an exception lasts a year at most: renew it when it ends")]
    TooFar,
    #[error("an exception needs a reason, of at most {REASON} characters", REASON = REASON)]
    Reason,
    #[error("there are {MOST} exceptions from this rule: name a group under `unless` instead", MOST = MOST)]
    TooMany,
    #[error("the rule makes no exception for this person")]
    None,
}

impl Exception {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        at < self.until
    }

    /// A moment of the last day on which it holds.
    #[must_use]
    pub fn last_day(&self) -> Timestamp {
        self.until.minus(DAY)
    }
}

/// Gives an exception, in place of one that the person has. Those that have ended go: earlier revisions and the log keep them.
pub(super) fn give(
    rule: &mut Rule,
    new: NewException,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), NoException> {
    let reason = new.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON || reason.contains(char::is_control) {
        return Err(NoException::Reason);
    }
    let until = end_of_day(new.last_day);
    if until <= now {
        return Err(NoException::Past);
    }
    if until > now.plus(LONGEST) {
        return Err(NoException::TooFar);
    }
    rule.exceptions
        .retain(|one| one.holds(now) && one.person != new.person);
    if rule.exceptions.len() >= MOST {
        return Err(NoException::TooMany);
    }
    rule.exceptions.push(Exception {
        person: new.person,
        until,
        reason: reason.to_owned(),
        by: name_of(actor),
        given_at: now,
    });
    rule.exceptions
        .sort_by(|one, other| (one.until, &one.person).cmp(&(other.until, &other.person)));
    Ok(())
}

/// Ends the exception of a person before its time.
pub(super) fn end(rule: &mut Rule, person: &str, now: Timestamp) -> Result<(), NoException> {
    let has = |one: &Exception| one.person == person && one.holds(now);
    if !rule.exceptions.iter().any(has) {
        return Err(NoException::None);
    }
    rule.exceptions
        .retain(|one| one.holds(now) && one.person != person);
    Ok(())
}

/// Midnight after a moment, in UTC.
fn end_of_day(moment: Timestamp) -> Timestamp {
    let days = moment.as_seconds().div_euclid(86_400);
    Timestamp::from_seconds(days.saturating_add(1).saturating_mul(86_400))
}

fn name_of(actor: &Actor) -> String {
    match actor {
        Actor::Person(id) => id.to_string(),
        Actor::ServiceAccount(id) => id.to_string(),
        Actor::Client(id) => id.as_str().to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Anonymous | Actor::System => "system".to_owned(),
    }
}
