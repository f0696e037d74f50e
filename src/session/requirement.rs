//! What a session must have proven: asked by `oauth` (send the browser on?) and by `signin` (which step is next?).

use std::time::Duration;

use super::Session;
use crate::domain::{Acr, Timestamp};

/// The strength that is asked for; folded from what the application asks and what the organisation's rules ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Required {
    /// At least this class (`acr_values`, organisation rule).
    pub acr: Option<Acr>,
    /// Authenticated at most so long ago (`max_age`).
    pub max_age: Option<Duration>,
    /// Authenticated after this moment, whatever session there is (`prompt=login`).
    pub after: Option<Timestamp>,
}

/// Whether a session meets what is required at this moment.
#[must_use]
pub fn met(_session: &Session, _required: &Required, _now: Timestamp) -> bool {
    todo!()
}
