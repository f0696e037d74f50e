//! Faults that any act can meet.

use crate::audit::AuditError;
use crate::keys::KeyError;
use crate::storage::StorageError;

/// A fault of the house, never of the person or client: 503 when it passes, else 500.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("the act could not be put on record")]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("too much work of one kind is waiting: {0}")]
    Overloaded(&'static str),
    #[error("{0}")]
    Broken(&'static str),
}

impl OpError {
    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Storage(fault) | Self::Key(KeyError::Storage(fault)) => fault.is_passing(),
            Self::Audit(fault) => fault.is_passing(),
            Self::Overloaded(_) => true,
            Self::Key(_) | Self::Broken(_) => false,
        }
    }
}
