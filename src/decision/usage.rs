//! When grants were last of use: noted in memory by whoever decides, written by the room that keeps grants.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::copies;
use super::holdings::{Held, Holdings};
use crate::domain::{AccessGrantId, ApplicationId, Right, Scopes, Subject, Timestamp};
use crate::op::{House, Op, OpError, Part};

/// A use is written when the last one that is known is older: whoever reviews grants wants to know the day.
const PRECISION: Duration = Duration::from_hours(1);

/// Uses that wait to be written, at most. What comes on top is noted by a later use.
const MOST: usize = 100_000;

const NEVER: i64 = i64::MIN;

/// When a grant was last of use, as far as the copy knows in which it stands.
#[derive(Debug)]
pub(super) struct LastUse(AtomicI64);

impl LastUse {
    pub(super) fn new(at: Option<Timestamp>) -> Self {
        Self(AtomicI64::new(at.map_or(NEVER, Timestamp::as_micros)))
    }

    fn is_old(&self, now: Timestamp) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        last == NEVER || now.since(Timestamp::from_micros(last)) >= PRECISION
    }

    fn set(&self, now: Timestamp) {
        self.0.store(now.as_micros(), Ordering::Relaxed);
    }
}

/// Uses that have yet to be written.
#[derive(Debug, Default)]
struct Uses(Mutex<HashMap<AccessGrantId, Timestamp>>);

impl Part for Uses {
    fn new(_: &House) -> Self {
        Self::default()
    }
}

/// Notes that a subject was given a yes by these grants of its own.
pub(super) fn note_grants(op: &Op, holdings: &Holdings, grants: &[AccessGrantId]) {
    note(op, holdings.held().filter(|held| grants.contains(&held.grant)));
}

/// Notes that a subject was given tokens with these scopes of an application.
pub async fn note_scopes(
    op: &mut Op,
    subject: Subject,
    (application, scopes): (ApplicationId, &Scopes),
) -> Result<(), OpError> {
    if let Some(holdings) = copies::holdings(op, subject).await? {
        for scope in scopes.iter() {
            note(op, holdings.with_permission(application, scope.as_str()));
        }
    }
    Ok(())
}

/// Notes that a subject was let in by a right over this house.
pub async fn note_right(op: &mut Op, subject: Subject, right: Right) -> Result<(), OpError> {
    if let Some(holdings) = copies::holdings(op, subject).await? {
        note(op, holdings.with_right(right));
    }
    Ok(())
}

/// A grant that was noted within the hour costs no lock.
fn note<'a>(op: &Op, held: impl Iterator<Item = &'a Held>) {
    for held in held.filter(|held| held.last_use.is_old(op.now)) {
        let uses = op.house.part::<Uses>();
        let mut uses = uses.0.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() < MOST {
            uses.insert(held.grant, op.now);
            held.last_use.set(op.now);
        }
    }
}

/// What was noted since the last time.
#[must_use]
pub fn take_uses(house: &House) -> HashMap<AccessGrantId, Timestamp> {
    let uses = house.part::<Uses>();
    std::mem::take(&mut *uses.0.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_an_hour() {
        let at = Timestamp::from_seconds(10_000);
        let last = LastUse::new(None);
        assert!(last.is_old(at));
        last.set(at);
        assert!(!last.is_old(at.plus(Duration::from_secs(3_599))));
        assert!(last.is_old(at.plus(Duration::from_hours(1))));
        assert!(!LastUse::new(Some(at)).is_old(at));
    }
}
