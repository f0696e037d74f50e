//! Artefacts that can be used once: authorization codes, set-up links and their like.
//!
//! One table, `kind` in its key, a hash instead of the value, expiry in the statement that redeems (never the cleaner's
//! work). Storey 2: calls `op` and lower.

use std::time::Duration;

use crate::domain::{ClientId, Token};
use crate::op::{Op, OpError};

/// What an artefact is for; part of its key, so that a code never works as a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    AuthorizationCode,
    SetUpLink,
    /// A client assertion's `jti`, refused the second time.
    ClientAssertion,
}

/// What comes of trying to use one.
#[derive(Debug, Clone, PartialEq)]
pub enum Redemption {
    /// The first use, in time: the payload that was stored.
    Redeemed(serde_json::Value),
    /// Used before; the payload tells what must be revoked now.
    UsedBefore(serde_json::Value),
    /// Never issued, or expired.
    Unknown,
}

/// Stores a new artefact; answers the token to hand out.
pub async fn issue(
    _op: &mut Op,
    _kind: Kind,
    _client: Option<&ClientId>,
    _payload: serde_json::Value,
    _life: Duration,
) -> Result<Token, OpError> {
    todo!()
}

/// Uses an artefact, in the write transaction of the act. Of two at once, one wins.
pub async fn redeem(_op: &mut Op, _kind: Kind, _token: &Token) -> Result<Redemption, OpError> {
    todo!()
}
