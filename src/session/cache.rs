//! Sessions that were read a moment ago, by the digest of their cookie.
//!
//! An entry is used for at most one second, and dropped as soon as its session ends. The person's standing and epoch are
//! not kept here: they are asked for at every use.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;

use super::store::Stored;
use crate::domain::{Digest32, Notice};
use crate::op::{House, Part};

/// Entries at most; each has about 300 bytes.
const ENTRIES: u64 = 10_000;

/// How old an answer may be.
const STALE: Duration = Duration::from_secs(1);

/// The sessions of the last second.
#[derive(Debug)]
pub(super) struct Sessions {
    cache: Cache<[u8; 32], Stored>,
    /// Rises with every end, so that what was read before an end is not kept after it.
    ends: AtomicU64,
}

impl Part for Sessions {
    fn new(_: &House) -> Self {
        Self {
            cache: Cache::builder().max_capacity(ENTRIES).time_to_live(STALE).build(),
            ends: AtomicU64::new(0),
        }
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Session(id) => {
                self.ends.fetch_add(1, Ordering::SeqCst);
                for (key, stored) in &self.cache {
                    if stored.session.id == *id {
                        self.cache.invalidate(key.as_ref());
                    }
                }
            }
            Notice::Everything => {
                self.ends.fetch_add(1, Ordering::SeqCst);
                self.cache.invalidate_all();
            }
            Notice::Person(_)
            | Notice::Client(_)
            | Notice::ServiceAccount(_)
            | Notice::Organisation(_)
            | Notice::Keys => {}
        }
    }
}

impl Sessions {
    pub(super) fn get(&self, token: &Digest32) -> Option<Stored> {
        self.cache.get(&token.0)
    }

    /// To be asked before reading from the database; [`Sessions::keep`] takes the answer.
    pub(super) fn mark(&self) -> u64 {
        self.ends.load(Ordering::SeqCst)
    }

    /// Keeps what was read, unless a session has ended since.
    pub(super) fn keep(&self, token: &Digest32, stored: Stored, mark: u64) {
        self.cache.insert(token.0, stored);
        if self.mark() != mark {
            self.cache.invalidate(&token.0);
        }
    }
}
