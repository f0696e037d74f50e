//! Shared state that may be lost: limits, short replay guards, and notices between replicas.
//!
//! In memory by default, in Redis when `redis.url` is set, with one contract for both. A lost Redis never opens a limit:
//! what cannot be counted there is counted here. Codes, sessions and revocations are rows, not here. It alone uses
//! `redis`. Storey 1: calls `domain` only.

mod error;
mod limit;
mod memory;
mod redis;

pub use error::EphemeralError;
pub use limit::{Limit, Verdict};

use std::time::Duration;

use crate::domain::{Notice, Timestamp};

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

    /// State in Redis, shared by replicas.
    pub async fn redis(_url: &crate::domain::Secret) -> Result<Self, EphemeralError> {
        todo!()
    }

    /// Whether this key is seen for the first time within its life (replay guard). Errs on the side of refusal.
    pub async fn put_once(
        &self,
        _key: &str,
        _life: Duration,
        _now: Timestamp,
    ) -> Result<bool, EphemeralError> {
        todo!()
    }

    /// Counts one use against a limit (GCRA), and says whether it is within it.
    pub async fn count(&self, _key: &str, _limit: Limit, _now: Timestamp) -> Verdict {
        todo!()
    }

    /// Tells the other replicas; this process is told by `op` itself.
    pub async fn publish(&self, _notice: &Notice) {
        todo!()
    }

    /// What other replicas tell. `Notice::Everything` comes after a gap in the connection.
    #[must_use]
    pub fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Notice> {
        todo!()
    }
}
