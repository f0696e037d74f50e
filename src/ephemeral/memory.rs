//! State in this process: counters and guards in bounded, sharded maps.
//!
//! Both maps hold the moment at which an entry means nothing any more, so that a full shard can drop those first. When
//! all entries of a full shard still mean something, a replay guard refuses (forgetting one would let a replay through)
//! and a counter drops the entry that would have recovered soonest.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::limit::Verdict;
use super::{EphemeralError, gcra};
use crate::domain::{Limit, Notice, Timestamp};

/// Shards of each map: threads seldom meet in one of sixteen.
const SHARDS: usize = 16;

/// Entries in one shard: 16 × 16 Ki entries of about 100 bytes are at most some 25 MB for each map.
const SHARD_ENTRIES: usize = 16_384;

/// A shard that is full is swept at most once in this while, so that a flood does not make each use a sweep.
const SWEEP_PAUSE: Duration = Duration::from_secs(1);

/// Bounded maps of this process.
#[derive(Debug)]
pub struct Memory {
    /// Seeded by chance, so that nobody can choose keys that all fall into one shard.
    hasher: RandomState,
    guards: [Mutex<Shard>; SHARDS],
    counters: [Mutex<Shard>; SHARDS],
    notices: tokio::sync::broadcast::Sender<Notice>,
}

#[derive(Debug, Default)]
struct Shard {
    /// From key to the moment at which the entry means nothing any more.
    entries: HashMap<Box<str>, Timestamp>,
    /// When the last sweep found what it found.
    swept: Option<Timestamp>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            guards: Default::default(),
            counters: Default::default(),
            notices: tokio::sync::broadcast::Sender::new(super::NOTICES_WAITING),
        }
    }
}

impl Memory {
    /// Whether the key is new within its life. Errs when all guards of the shard are still needed.
    pub(super) fn put_once(&self, key: &str, life: Duration, now: Timestamp) -> Result<bool, EphemeralError> {
        let mut shard = self.lock(&self.guards, key);
        if shard.entries.get(key).is_some_and(|until| *until > now) {
            return Ok(false);
        }
        if !shard.has_room_for(key, now) {
            return Err(EphemeralError::Full);
        }
        shard.entries.insert(key.into(), now.plus(life));
        Ok(true)
    }

    /// Counts one use.
    pub(super) fn count(&self, key: &str, limit: Limit, now: Timestamp) -> Verdict {
        let mut shard = self.lock(&self.counters, key);
        let (verdict, empty_at) = gcra::decide(shard.entries.get(key).copied(), limit, now);
        let Some(empty_at) = empty_at else {
            return verdict;
        };
        if let Some(entry) = shard.entries.get_mut(key) {
            *entry = empty_at;
            return verdict;
        }
        if !shard.has_room_for(key, now) {
            shard.drop_soonest();
        }
        shard.entries.insert(key.into(), empty_at);
        verdict
    }

    /// Whether one more use would be within its limit.
    pub(super) fn look(&self, key: &str, limit: Limit, now: Timestamp) -> Verdict {
        let shard = self.lock(&self.counters, key);
        gcra::decide(shard.entries.get(key).copied(), limit, now).0
    }

    /// Takes one use back; what has been worked off meanwhile is not owed.
    pub(super) fn give_back(&self, key: &str, limit: Limit, now: Timestamp) {
        let mut shard = self.lock(&self.counters, key);
        if let Some(empty_at) = shard.entries.get_mut(key) {
            *empty_at = empty_at.minus(limit.refill).max(now);
        }
    }

    fn lock<'a>(&self, shards: &'a [Mutex<Shard>; SHARDS], key: &str) -> MutexGuard<'a, Shard> {
        let place = usize::try_from(self.hasher.hash_one(key) % 16).unwrap_or_default();
        let [first, ..] = shards;
        shards
            .get(place)
            .unwrap_or(first)
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody else is there to be told; tests subscribe to it all the same.
    pub(super) fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }
}

impl Shard {
    /// Whether one more entry fits, after a sweep of those that mean nothing any more if need be.
    fn has_room_for(&mut self, key: &str, now: Timestamp) -> bool {
        if self.entries.len() < SHARD_ENTRIES || self.entries.contains_key(key) {
            return true;
        }
        if self
            .swept
            .is_none_or(|swept| now >= swept.plus(SWEEP_PAUSE) || now < swept)
        {
            self.swept = Some(now);
            self.entries.retain(|_, until| *until > now);
        }
        self.entries.len() < SHARD_ENTRIES
    }

    /// Drops some of the entries nearest to their end: an eighth at once, so that a flood pays for the search seldom.
    fn drop_soonest(&mut self) {
        let mut ends: Vec<Timestamp> = self.entries.values().copied().collect();
        let (_, end, _) = ends.select_nth_unstable(SHARD_ENTRIES / 8);
        let end = *end;
        self.entries.retain(|_, until| *until > end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn a_full_guard_refuses_rather_than_forgets() {
        let memory = Memory::default();
        let life = Duration::from_mins(1);
        let mut refused = 0;
        for number in 0..SHARDS * SHARD_ENTRIES * 11 / 10 {
            match memory.put_once(&format!("jti:{number}"), life, NOW) {
                Ok(new) => assert!(new),
                Err(EphemeralError::Full) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(refused > 0);
        assert!(!memory.put_once("jti:0", life, NOW).unwrap());
        let later = NOW.plus(life);
        assert!(memory.put_once("jti:after", life, later).unwrap());
        assert!(memory.put_once("jti:0", life, later).unwrap());
    }

    #[test]
    fn counters_do_not_grow_without_bound_and_keep_what_is_used_most() {
        let memory = Memory::default();
        let limit = Limit {
            burst: 5,
            refill: Duration::from_mins(1),
        };
        for _ in 0..5 {
            assert_eq!(memory.count("login:busy", limit, NOW), Verdict::Within);
        }
        for number in 0..SHARDS * SHARD_ENTRIES * 2 {
            memory.count(
                &format!("address:{number}"),
                limit,
                NOW.plus(Duration::from_millis(1)),
            );
        }
        for shard in &memory.counters {
            assert!(shard.lock().unwrap().entries.len() <= SHARD_ENTRIES);
        }
        assert!(matches!(
            memory.count("login:busy", limit, NOW),
            Verdict::Beyond(_)
        ));
    }
}
