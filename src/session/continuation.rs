//! What one browser tab has to do before it may go on.

use super::{Session, requirement::Required};
use crate::domain::{ClientId, ContinuationId, Digest32, SessionId, Timestamp};
use crate::op::{Op, OpError};

/// A stored "do this, then return there", bound to one browser.
#[derive(Debug, Clone)]
pub struct Continuation {
    pub id: ContinuationId,
    pub client_id: Option<ClientId>,
    /// What the room that opened it will need again.
    pub request: serde_json::Value,
    pub required: Required,
    /// A path of this house; the id of the continuation is appended as `?continuation=`.
    pub return_to: String,
    /// The session that fulfilled it.
    pub proven_session_id: Option<SessionId>,
    pub finished_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// Stores one; the browser is then sent to `/signin/{id}`.
pub async fn open(
    _op: &mut Op,
    _browser: &Digest32,
    _client: Option<&ClientId>,
    _request: serde_json::Value,
    _required: Required,
    _return_to: &str,
) -> Result<Continuation, OpError> {
    todo!()
}

/// The continuation, if it is this browser's. An expired one is found too (so that the page can say what to do).
pub async fn find(
    _op: &mut Op,
    _id: ContinuationId,
    _browser: &Digest32,
) -> Result<Option<Continuation>, OpError> {
    todo!()
}

/// Notes that a session has met what was required.
pub async fn prove(_op: &mut Op, _id: ContinuationId, _session: &Session) -> Result<(), OpError> {
    todo!()
}

/// Ends it: answers whether this call was the one that did (a second submission is not).
pub async fn finish(_op: &mut Op, _id: ContinuationId) -> Result<bool, OpError> {
    todo!()
}
