//! Limits of rate.

use std::time::Duration;

/// So many at once, then one every `refill` (generic cell rate algorithm).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub burst: u32,
    pub refill: Duration,
}

/// Whether a use is within its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Within,
    /// Beyond it; try again after this while.
    Beyond(Duration),
}
