//! Whether a copy is still current: counters that rise with each change.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::Id;

const COUNTERS: usize = 256;

/// Counters of changes, one for each last byte of an id (which is chance). A cache notes the counter *before* it reads the
/// database and trusts its copy only while the counter stands: a change that is committed between the reading and the
/// keeping is never missed, which dropping entries alone cannot promise. Two ids that share a counter cost one needless
/// reading, never a stale answer; and the memory is bounded whatever the number of ids.
#[derive(Debug)]
pub struct Stamps(Box<[AtomicU64]>);

impl Default for Stamps {
    fn default() -> Self {
        Self((0..COUNTERS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Stamps {
    /// The counter of this id at this moment.
    #[must_use]
    pub fn of<K>(&self, id: Id<K>) -> u64 {
        self.counter(id)
            .map_or(0, |counter| counter.load(Ordering::Acquire))
    }

    /// What is known of this id has changed.
    pub fn raise<K>(&self, id: Id<K>) {
        if let Some(counter) = self.counter(id) {
            counter.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Anything may have changed.
    pub fn raise_all(&self) {
        for counter in &self.0 {
            counter.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn counter<K>(&self, id: Id<K>) -> Option<&AtomicU64> {
        let [.., last] = id.as_bytes();
        self.0.get(usize::from(*last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PersonId, Timestamp};

    #[test]
    fn a_change_raises_its_own_counter_and_a_gap_raises_all() {
        let (one, other) = (
            PersonId::new(Timestamp::from_micros(1), [1; 10]),
            PersonId::new(Timestamp::from_micros(1), [2; 10]),
        );
        let stamps = Stamps::default();
        let (of_one, of_other) = (stamps.of(one), stamps.of(other));
        stamps.raise(one);
        assert_ne!(stamps.of(one), of_one);
        assert_eq!(stamps.of(other), of_other);
        stamps.raise_all();
        assert_ne!(stamps.of(other), of_other);
    }
}
