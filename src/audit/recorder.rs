//! Writing events.

use crate::domain::Event;
use crate::storage::{StorageError, Tx};

/// The one writer of events of this process.
#[derive(Debug)]
pub struct Recorder {}

/// Why events could not be recorded; then the act did not happen either.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("an event cannot be encoded")]
    Encode(#[from] serde_json::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("the recorder has stopped")]
    Stopped,
}

impl Recorder {
    /// Writes events in the transaction of the act that they tell of.
    pub async fn record(&self, _tx: &mut Tx, _events: &[Event]) -> Result<(), AuditError> {
        todo!()
    }

    /// Writes events of an act that changes nothing else; the events of many requests share one commit. Answers when they
    /// are on disk.
    pub async fn record_alone(&self, _events: Vec<Event>) -> Result<(), AuditError> {
        todo!()
    }
}
