//! State in this process.

/// Bounded maps of this process.
#[derive(Debug, Default)]
pub struct Memory {}
