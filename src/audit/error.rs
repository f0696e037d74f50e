//! Why the log could not be written, read or proven.

use std::sync::Arc;

use crate::keys::KeyError;
use crate::storage::StorageError;

/// A fault of the log. While writing it means that the act did not happen either.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("an event cannot be encoded")]
    Encode(#[from] serde_json::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the commit that this event shared with others failed")]
    Shared(#[source] Arc<AuditError>),
    #[error("too many events wait to be written")]
    Full,
    #[error("the recorder has stopped")]
    Stopped,
    #[error("the stored tree is not whole: tile {tile} of level {level} is missing or short")]
    Tree { level: u8, tile: u64 },
    #[error("the stored tree does not have the root that its last checkpoint tells")]
    Root,
    #[error("there is no such position in the log")]
    Position,
}

impl AuditError {
    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Storage(fault) | Self::Key(KeyError::Storage(fault)) => fault.is_passing(),
            Self::Shared(fault) => fault.is_passing(),
            Self::Full => true,
            Self::Encode(_)
            | Self::Key(_)
            | Self::Stopped
            | Self::Tree { .. }
            | Self::Root
            | Self::Position => false,
        }
    }
}
