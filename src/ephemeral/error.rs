//! What can go wrong with short-lived state.

/// A fault of Redis.
#[derive(Debug, thiserror::Error)]
#[error("the store for short-lived state cannot be reached")]
pub struct EphemeralError(#[from] ::redis::RedisError);
