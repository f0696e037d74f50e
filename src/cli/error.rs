//! Why a command fails, and what to do about it.

use crate::config::ConfigError;
use crate::storage::StorageError;
use crate::telemetry::LogError;

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("logs cannot start")]
    Log(#[from] LogError),
    #[error("the threads of the program cannot start")]
    Threads(#[source] std::io::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl CommandError {
    /// What to do next, where we know it.
    pub(super) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Config(_) => {
                Some("config/doorward.toml explains every setting; `doorward config show` shows what holds")
            }
            Self::Storage(
                StorageError::Unavailable(_) | StorageError::Address(_) | StorageError::File(_),
            ) => Some(
                "check `database.url` (`doorward config show` tells where it was said), and that the database runs",
            ),
            Self::Storage(StorageError::Busy(_)) => {
                Some("another process may be using the database; try again")
            }
            Self::Log(_) | Self::Threads(_) | Self::Storage(_) => None,
        }
    }
}
