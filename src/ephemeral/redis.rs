//! State in Redis.

use std::time::Duration;

use super::{EphemeralError, Limit, Verdict};
use crate::domain::{Notice, Secret, Timestamp};

/// A connection that mends itself.
#[derive(Debug)]
pub struct Redis {}

impl Redis {
    pub(super) async fn connect(_url: &Secret) -> Result<Self, EphemeralError> {
        todo!()
    }

    pub(super) async fn put_once(
        &self,
        _key: &str,
        _life: Duration,
        _now: Timestamp,
    ) -> Result<bool, EphemeralError> {
        todo!()
    }

    pub(super) async fn count(&self, _key: &str, _limit: Limit, _now: Timestamp) -> Verdict {
        todo!()
    }

    pub(super) async fn publish(&self, _notice: &Notice) {
        todo!()
    }

    pub(super) fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Notice> {
        todo!()
    }
}
