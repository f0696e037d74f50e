//! Short-lived state: one contract for memory and Redis, and what happens when Redis is lost.

mod contract;
mod lost;

pub(crate) use contract::shared_redis;

use doorward::domain::{Secret, Timestamp};
use doorward::ephemeral::Ephemeral;

/// A moment in the past of any run: the caller's clock drives both, not the clock of the machine.
const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// Connects to a Redis.
async fn redis(url: &str) -> Ephemeral {
    Ephemeral::redis(&Secret::new(url.to_owned())).await.unwrap()
}

/// A key that no other test and no earlier run has used.
fn key(name: &str) -> String {
    format!("{name}:{}", uuid::Uuid::new_v4())
}
