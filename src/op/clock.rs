//! Where `now` comes from.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::Timestamp;

/// The clock of a house: the system's, or one that a test sets.
#[derive(Debug, Default)]
pub struct Clock {
    /// Microseconds; 0 means the system's clock.
    fixed: AtomicI64,
    /// Microseconds added to it.
    ahead: AtomicI64,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is moved.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self {
            fixed: AtomicI64::new(at.as_micros()),
            ahead: AtomicI64::new(0),
        }
    }

    /// Moves the clock forward (tests of time limits).
    pub fn advance(&self, while_: std::time::Duration) {
        let micros = i64::try_from(while_.as_micros()).unwrap_or(i64::MAX);
        self.ahead.fetch_add(micros, Ordering::SeqCst);
    }

    /// This moment.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clock"
    )]
    pub fn now(&self) -> Timestamp {
        let base = match self.fixed.load(Ordering::SeqCst) {
            0 => jiff::Timestamp::now().as_microsecond(),
            fixed => fixed,
        };
        Timestamp::from_micros(base.saturating_add(self.ahead.load(Ordering::SeqCst)))
    }
}
