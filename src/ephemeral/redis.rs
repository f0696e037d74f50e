//! State in Redis.

/// A connection that mends itself.
#[derive(Debug)]
pub struct Redis {}
