//! A limit of rate.

use std::time::Duration;

/// So many at once, then one every `refill` (generic cell rate algorithm).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub burst: u32,
    pub refill: Duration,
}
