//! Copies that are at most a second old, and not older than the last change that this process was told of.

use std::time::Duration;

use moka::sync::Cache;

use crate::domain::{Id, Timestamp};
use crate::op::Stamps;

/// How old a copy may be: what another replica has changed is known here after this while at the latest.
const AGE: Duration = Duration::from_secs(1);

/// Most copies of one kind.
const COPIES: u64 = 20_000;

/// Copies of one kind of thing, by id. The mark is taken before the reading that is kept, so that a change in between is
/// never missed.
pub(super) struct Recent<I, V> {
    copies: Cache<I, Copied<V>>,
    stamps: Stamps,
}

#[derive(Clone)]
struct Copied<V> {
    value: V,
    at: Timestamp,
    mark: u64,
}

impl<I, V> std::fmt::Debug for Recent<I, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recent")
    }
}

impl<K, V> Default for Recent<Id<K>, V>
where
    K: 'static,
    V: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self {
            copies: Cache::new(COPIES),
            stamps: Stamps::default(),
        }
    }
}

impl<K, V> Recent<Id<K>, V>
where
    K: 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The copy, if it is young enough and nothing has changed since.
    pub(super) fn get(&self, id: Id<K>, now: Timestamp) -> Option<V> {
        let copied = self.copies.get(&id)?;
        let young = now >= copied.at && now.since(copied.at) < AGE;
        (young && copied.mark == self.stamps.of(id)).then_some(copied.value)
    }

    /// To be taken before the reading that [`Recent::keep`] keeps.
    pub(super) fn mark(&self, id: Id<K>) -> u64 {
        self.stamps.of(id)
    }

    pub(super) fn keep(&self, id: Id<K>, value: V, now: Timestamp, mark: u64) {
        let copied = Copied { value, at: now, mark };
        self.copies.insert(id, copied);
    }

    pub(super) fn changed(&self, id: Id<K>) {
        self.stamps.raise(id);
    }

    pub(super) fn all_changed(&self) {
        self.stamps.raise_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PersonId;

    #[test]
    fn a_copy_serves_for_a_second_or_until_a_change() {
        let id = PersonId::new(Timestamp::from_micros(1), [1; 10]);
        let at = Timestamp::from_seconds(100);
        let after = |millis| at.plus(Duration::from_millis(millis));
        let recent = Recent::default();
        let mark = recent.mark(id);
        recent.keep(id, "value", at, mark);
        assert_eq!(recent.get(id, after(999)), Some("value"));
        assert_eq!(recent.get(id, after(1_000)), None);
        assert_eq!(recent.get(id, at.minus(Duration::from_secs(1))), None);
        recent.changed(id);
        assert_eq!(recent.get(id, after(1)), None);
        // A reading that began before the change is of no use after it.
        recent.keep(id, "stale", at, mark);
        assert_eq!(recent.get(id, after(1)), None);
        recent.keep(id, "fresh", at, recent.mark(id));
        assert_eq!(recent.get(id, after(1)), Some("fresh"));
        recent.all_changed();
        assert_eq!(recent.get(id, after(1)), None);
    }
}
