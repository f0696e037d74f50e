//! What can go wrong with short-lived state.

/// Why a replay guard could not be set: what it guards is refused.
#[derive(Debug, thiserror::Error)]
pub enum EphemeralError {
    #[error("redis does not do what it is asked")]
    Redis(#[from] ::redis::RedisError),
    #[error("redis did not answer in time")]
    Late,
    #[error("redis is lost; it is asked again in a moment")]
    Lost,
    #[error("too many replay guards are held at once")]
    Full,
}
