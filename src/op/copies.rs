//! Copies of what was read from the database, so that it need not be read again at once.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use moka::sync::Cache;

use super::changes::{Changes, Kind, Watched};
use super::{Op, OpError};
use crate::domain::Timestamp;

/// A bounded cache whose copies are trusted while nobody has told of a change, and for so long at most: without Redis
/// nobody tells of what another replica has changed.
pub struct Copies<K, V> {
    kept: Cache<K, Copied<V>>,
    age: Duration,
    key: Option<fn(&K) -> Watched>,
    owner: Option<Owner<V>>,
    end: fn(&V) -> Option<Timestamp>,
}

/// For how much longer than its age a copy serves the others while the first to find it old reads it anew: or else all who come at that moment
/// would read the same.
const GRACE: u32 = 10;

/// How long a copy takes up memory after it was of use, at most.
const REMAINS: Duration = Duration::from_secs(30);

/// What a copy hangs on that only the copy itself tells. It must be the same for life.
struct Owner<V> {
    kind: Kind,
    of: fn(&V) -> Watched,
}

#[derive(Clone)]
struct Copied<V> {
    value: V,
    at: Timestamp,
    stamps: (u64, u64),
    /// Somebody reads it anew.
    renewed: Arc<AtomicBool>,
}

/// The counters before a reading.
struct Mark {
    key: u64,
    owners: u64,
}

impl<K, V> std::fmt::Debug for Copies<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Copies")
    }
}

impl<K, V> Copies<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// At most so many copies, each used for less than `age`.
    #[must_use]
    pub fn new(most: u64, age: Duration) -> Self {
        Self {
            // A copy may hold a large thing that others share, such as the groups of an organisation: what is too old is let go though there is room.
            kept: Cache::builder()
                .max_capacity(most)
                .time_to_live(age.saturating_add(REMAINS))
                .build(),
            age,
            key: None,
            owner: None,
            end: |_| None,
        }
    }

    /// Copies hang on what their key names.
    #[must_use]
    pub fn of_key(self, key: fn(&K) -> Watched) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// Copies hang on something of this kind that they tell themselves.
    #[must_use]
    pub fn of_owner(self, kind: Kind, of: fn(&V) -> Watched) -> Self {
        Self {
            owner: Some(Owner { kind, of }),
            ..self
        }
    }

    /// Copies are true until a moment that they tell themselves.
    #[must_use]
    pub fn until(self, end: fn(&V) -> Option<Timestamp>) -> Self {
        Self { end, ..self }
    }

    /// The copy if it is current, else what `read` finds. Nothing found is not kept: unknown keys come without end.
    ///
    /// An act that writes sees its own changes and asks no copy ([`Op::by_copies`] is the exception); what it reads may never become
    /// true, so none is kept.
    pub async fn get(
        &self,
        op: &mut Op,
        key: &K,
        read: impl AsyncFnOnce(&mut Op) -> Result<Option<V>, OpError>,
    ) -> Result<Option<V>, OpError> {
        if !op.asks_copies() {
            return Box::pin(read(op)).await;
        }
        if let Some(value) = self.current(&op.house.changes, key, op.now) {
            return Ok(Some(value));
        }
        let mark = self.mark(&op.house.changes, key);
        // Rare and large: what asks for a copy need not have room for it.
        let found = Box::pin(read(op)).await?;
        if let Some(value) = &found
            && !op.is_writing()
        {
            self.keep(&op.house.changes, key, (value.clone(), op.now), &mark);
        }
        Ok(found)
    }

    /// Puts another value in the place of a current copy, for something that this process alone keeps up to date. It is as
    /// old as the copy was.
    pub fn amend(&self, key: &K, value: V) {
        if let Some(copied) = self.kept.get(key) {
            self.kept.insert(key.clone(), Copied { value, ..copied });
        }
    }

    fn current(&self, changes: &Changes, key: &K, now: Timestamp) -> Option<V> {
        let Copied {
            value,
            at,
            stamps,
            renewed,
        } = self.kept.get(key)?;
        let lasting = (self.end)(&value).is_none_or(|end| now < end);
        let untouched = stamps == (self.stamp_of(changes, key), self.stamp_of_owner(changes, &value));
        (now >= at && lasting && untouched && self.is_young(now.since(at), &renewed)).then_some(value)
    }

    /// The first to find it old is told so, and reads it anew.
    fn is_young(&self, age: Duration, renewed: &AtomicBool) -> bool {
        if age < self.age {
            return true;
        }
        let grace = self.age.saturating_add(self.age / GRACE);
        age < grace && renewed.swap(true, Ordering::Relaxed)
    }

    fn mark(&self, changes: &Changes, key: &K) -> Mark {
        let owners = self.owner.as_ref().map(|owner| Watched::all(owner.kind));
        Mark {
            key: self.stamp_of(changes, key),
            owners: owners.map_or(0, |all| changes.of(all)),
        }
    }

    fn keep(&self, changes: &Changes, key: &K, (value, at): (V, Timestamp), mark: &Mark) {
        let of_owner = self.stamp_of_owner(changes, &value);
        // Whose the copy is was not known before the reading: it is good if none of its kind has changed since.
        if self.mark(changes, key).owners == mark.owners {
            let stamps = (mark.key, of_owner);
            let copied = Copied {
                value,
                at,
                stamps,
                renewed: Arc::default(),
            };
            self.kept.insert(key.clone(), copied);
        }
    }

    fn stamp_of(&self, changes: &Changes, key: &K) -> u64 {
        self.key.map_or(0, |watched| changes.of(watched(key)))
    }

    fn stamp_of_owner(&self, changes: &Changes, value: &V) -> u64 {
        self.owner
            .as_ref()
            .map_or(0, |owner| changes.of((owner.of)(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Notice, OrganisationId, PersonId};

    const AGE: Duration = Duration::from_secs(1);

    fn person() -> PersonId {
        PersonId::new(Timestamp::from_micros(1), [1; 10])
    }

    fn organisation() -> OrganisationId {
        OrganisationId::new(Timestamp::from_micros(1), [2; 10])
    }

    #[test]
    fn a_copy_serves_until_it_is_old_or_a_change() {
        let (id, changes) = (person(), Changes::default());
        let at = Timestamp::from_seconds(100);
        let after = |millis| at.plus(Duration::from_millis(millis));
        let copies = Copies::new(10, AGE).of_key(|id: &PersonId| (*id).into());
        let mark = copies.mark(&changes, &id);
        copies.keep(&changes, &id, ("value", at), &mark);
        assert_eq!(copies.current(&changes, &id, after(999)), Some("value"));
        assert_eq!(copies.current(&changes, &id, after(1_000)), None);
        assert_eq!(copies.current(&changes, &id, at.minus(AGE)), None);
        changes.raise(&Notice::Person(id));
        assert_eq!(copies.current(&changes, &id, after(1)), None);
        // A reading that began before the change is of no use after it.
        copies.keep(&changes, &id, ("stale", at), &mark);
        assert_eq!(copies.current(&changes, &id, after(1)), None);
        copies.keep(&changes, &id, ("fresh", at), &copies.mark(&changes, &id));
        assert_eq!(copies.current(&changes, &id, after(1)), Some("fresh"));
        changes.raise(&Notice::Everything);
        assert_eq!(copies.current(&changes, &id, after(1)), None);
    }

    #[test]
    fn while_one_reads_an_old_copy_anew_it_serves_the_others_for_a_tenth_of_its_age() {
        let (id, changes) = (person(), Changes::default());
        let at = Timestamp::from_seconds(100);
        let after = |millis| at.plus(Duration::from_millis(millis));
        let copies = Copies::new(10, AGE).of_key(|id: &PersonId| (*id).into());
        copies.keep(&changes, &id, ("old", at), &copies.mark(&changes, &id));
        assert_eq!(
            copies.current(&changes, &id, after(1_000)),
            None,
            "the first reads"
        );
        assert_eq!(copies.current(&changes, &id, after(1_000)), Some("old"));
        assert_eq!(copies.current(&changes, &id, after(1_099)), Some("old"));
        assert_eq!(
            copies.current(&changes, &id, after(1_100)),
            None,
            "nobody has read"
        );
        copies.keep(&changes, &id, ("new", after(1_050)), &copies.mark(&changes, &id));
        assert_eq!(copies.current(&changes, &id, after(1_100)), Some("new"));
        assert_eq!(
            copies.current(&changes, &id, after(2_050)),
            None,
            "the first reads again"
        );
        changes.raise(&Notice::Person(id));
        assert_eq!(
            copies.current(&changes, &id, after(2_060)),
            None,
            "what has changed serves nobody"
        );
    }

    #[test]
    fn a_copy_hangs_on_its_owner_too() {
        let (id, changes) = (person(), Changes::default());
        let at = Timestamp::from_seconds(100);
        let copies = Copies::new(10, AGE).of_owner(Kind::Organisations, |id: &OrganisationId| (*id).into());
        let mark = copies.mark(&changes, &id);
        copies.keep(&changes, &id, (organisation(), at), &mark);
        changes.raise(&Notice::Person(id));
        assert_eq!(copies.current(&changes, &id, at), Some(organisation()));
        changes.raise(&Notice::Organisation(organisation()));
        assert_eq!(copies.current(&changes, &id, at), None);
        copies.keep(&changes, &id, (organisation(), at), &mark);
        assert_eq!(copies.current(&changes, &id, at), None, "read before the change");
    }

    #[test]
    fn a_copy_ends_when_it_says_so_and_is_no_younger_when_amended() {
        let (id, changes) = (person(), Changes::default());
        let at = Timestamp::from_seconds(100);
        let copies = Copies::new(10, AGE)
            .of_key(|id: &PersonId| (*id).into())
            .until(|end: &Timestamp| Some(*end));
        copies.amend(&id, at.plus(AGE));
        assert_eq!(copies.current(&changes, &id, at), None, "nothing to amend");
        let end = at.plus(AGE / 4);
        copies.keep(&changes, &id, (end, at), &copies.mark(&changes, &id));
        assert_eq!(copies.current(&changes, &id, at), Some(end));
        assert_eq!(copies.current(&changes, &id, end), None);
        copies.amend(&id, at.plus(AGE * 9));
        assert_eq!(copies.current(&changes, &id, end), Some(at.plus(AGE * 9)));
        assert_eq!(copies.current(&changes, &id, at.plus(AGE)), None);
    }
}
