//! What a room says of work that it does.

use std::pin::Pin;
use std::time::Duration;

use crate::domain::JobId;
use crate::op::{Op, OpError};

/// Work under way.
pub type Working<'a> = Pin<Box<dyn Future<Output = Result<Verdict, OpError>> + Send + 'a>>;

/// A kind of work.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What jobs of this kind are queued under.
    pub name: &'static str,
    /// Does it. What it writes and records is committed together with the note that it is done; a fault rolls all back and
    /// the work is tried again.
    pub run: for<'a> fn(&'a mut Op, &'a Task) -> Working<'a>,
}

/// One job, as it is handed to whoever does it.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: JobId,
    pub payload: serde_json::Value,
    /// The how many-th attempt this is, from 1.
    pub attempt: i64,
}

impl Task {
    /// Whether nothing will be tried after this attempt.
    #[must_use]
    pub fn is_last(&self) -> bool {
        pause_after(self.attempt).is_none()
    }
}

/// How an attempt has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Done,
    /// It may go better later; why, in fixed words.
    Again(&'static str),
    /// It will never succeed; why, in fixed words.
    Never(&'static str),
}

/// The pauses between attempts: after the last one a job is given up, about a day after it was queued.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
    Duration::from_hours(3),
    Duration::from_hours(6),
    Duration::from_hours(12),
];

/// How long to wait after so many attempts; nothing after the last.
pub(super) fn pause_after(attempts: i64) -> Option<Duration> {
    let index = usize::try_from(attempts.checked_sub(1)?).ok()?;
    PAUSES.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        assert_eq!(pause_after(1), Some(Duration::from_secs(10)));
        assert!(PAUSES.is_sorted());
        assert_eq!(pause_after(8), Some(Duration::from_hours(12)));
        assert_eq!(pause_after(9), None);
        assert_eq!(pause_after(0), None);
    }
}
