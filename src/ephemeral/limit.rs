//! What comes of counting against a limit.

use std::time::Duration;

/// Whether a use is within its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Within,
    /// Beyond it; try again after this while.
    Beyond(Duration),
}
