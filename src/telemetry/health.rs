//! Whether the process should live, and whether it should get requests.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// The health of the process, told by those who know and read by `/livez` and `/readyz`.
#[derive(Debug, Default)]
pub struct Health {
    stage: AtomicU8,
    missing: Mutex<BTreeSet<&'static str>>,
}

/// Whether requests should come here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    Starting,
    Stopping,
    /// What is needed for every request and is away, such as the database.
    Missing(Vec<&'static str>),
}

const STARTING: u8 = 0;
const RUNNING: u8 = 1;
const STOPPING: u8 = 2;

impl Health {
    /// The start is over.
    pub fn started(&self) {
        // A stop that was asked for during the start stays asked for.
        let _ = self
            .stage
            .compare_exchange(STARTING, RUNNING, Ordering::AcqRel, Ordering::Acquire);
    }

    /// The stop has begun: no new requests, please. There is no way back.
    pub fn stopping(&self) {
        self.stage.store(STOPPING, Ordering::Release);
    }

    /// Tells whether something that is needed is there. Answers whether that is news.
    pub fn tell(&self, part: &'static str, there: bool) -> bool {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if there {
            missing.remove(part)
        } else {
            missing.insert(part)
        }
    }

    /// Whether requests should come here.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        match self.stage.load(Ordering::Acquire) {
            STARTING => return Readiness::Starting,
            STOPPING => return Readiness::Stopping,
            _ => {}
        }
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if missing.is_empty() {
            Readiness::Ready
        } else {
            Readiness::Missing(missing.iter().copied().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_come_between_start_and_stop_while_nothing_is_missing() {
        let health = Health::default();
        assert_eq!(health.readiness(), Readiness::Starting);
        health.started();
        assert_eq!(health.readiness(), Readiness::Ready);
        assert!(health.tell("database", false));
        assert!(!health.tell("database", false));
        assert_eq!(health.readiness(), Readiness::Missing(vec!["database"]));
        assert!(health.tell("database", true));
        assert!(!health.tell("database", true));
        assert_eq!(health.readiness(), Readiness::Ready);
        health.stopping();
        health.started();
        assert_eq!(health.readiness(), Readiness::Stopping);
    }
}
