//! Shared state that may be lost: limits, short replay guards, and notices between replicas.
//!
//! In memory by default, in Redis when `redis.url` is set, with one contract for both. A lost Redis never opens a limit:
//! what cannot be counted there is counted here. Codes, sessions and revocations are rows, not here. It alone uses
//! `redis`. Storey 1: calls `domain` only.

mod error;
mod gcra;
mod limit;
mod listen;
mod memory;
mod redis;

pub use error::EphemeralError;
pub use limit::Verdict;

use std::time::Duration;

use crate::domain::{Limit, Notice, Timestamp};

/// Notices that may wait for a slow listener; one that falls behind by more learns it and lets go of everything.
const NOTICES_WAITING: usize = 1_024;

/// Where short-lived state is kept.
#[derive(Debug)]
pub enum Ephemeral {
    Memory(memory::Memory),
    Redis(redis::Redis),
}

impl Ephemeral {
    /// State in this process only.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(memory::Memory::default())
    }

    /// State in Redis, shared by replicas. Errs when the URL is not valid; a Redis that does not answer is lost until it
    /// does, as at any other time.
    pub async fn redis(url: &crate::domain::Secret) -> Result<Self, EphemeralError> {
        Ok(Self::Redis(redis::Redis::connect(url).await?))
    }

    /// Whether this key is seen for the first time within its life (replay guard). Errs on the side of refusal.
    pub async fn put_once(&self, key: &str, life: Duration, now: Timestamp) -> Result<bool, EphemeralError> {
        match self {
            Self::Memory(memory) => memory.put_once(key, life, now),
            Self::Redis(redis) => redis.put_once(key, life, now).await,
        }
    }

    /// Counts one use against a limit (GCRA), and says whether it is within it.
    pub async fn count(&self, key: &str, limit: Limit, now: Timestamp) -> Verdict {
        match self {
            Self::Memory(memory) => memory.count(key, limit, now),
            Self::Redis(redis) => redis.count(key, limit, now).await,
        }
    }

    /// Whether one more use would be within a limit, without counting it.
    pub async fn look(&self, key: &str, limit: Limit, now: Timestamp) -> Verdict {
        match self {
            Self::Memory(memory) => memory.look(key, limit, now),
            Self::Redis(redis) => redis.look(key, limit, now).await,
        }
    }

    /// Takes one use back that was counted: it turned out to be none of those that the limit is there for.
    pub async fn give_back(&self, key: &str, limit: Limit, now: Timestamp) {
        match self {
            Self::Memory(memory) => memory.give_back(key, limit, now),
            Self::Redis(redis) => redis.give_back(key, limit, now).await,
        }
    }

    /// Whether other processes hear through it what has changed here.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    /// Tells the other replicas; this process is told by `op` itself.
    pub async fn publish(&self, notice: &Notice) {
        match self {
            Self::Memory(_) => {}
            Self::Redis(redis) => redis.publish(notice).await,
        }
    }

    /// Whether shared state is out of reach at this moment.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Memory(_) => false,
            Self::Redis(redis) => redis.is_lost(),
        }
    }

    /// What other replicas tell. `Notice::Everything` comes after a gap in the connection, and while it lasts. A receiver
    /// that has lagged behind must take it for the same.
    #[must_use]
    pub fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Notice> {
        match self {
            Self::Memory(memory) => memory.subscribe(),
            Self::Redis(redis) => redis.subscribe(),
        }
    }
}
