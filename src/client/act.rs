//! An act of a client that has proven who it is.
//!
//! An assertion counts only if it comes for the first time (RFC 7523 section 3, item 7), and that is known for certain only
//! where it is written down. Written at once, it would hold the database's one writer (SQLite) while tokens are signed; so
//! the act carries it to its end. Whoever comes second has done the same work and is refused there, with all that the act
//! has written rolled back: what the client would have been told never leaves.

use std::sync::Arc;

use super::Client;
use super::authenticate::{ClientAuthError, ClientRefusal, refuse};
use super::usage;
use crate::domain::{Actor, ClientAuthMethod, Timestamp};
use crate::one_time::{self, Kind};
use crate::op::{Op, OpError};

/// A client that has proven who it is by its registered method (for `none`: that has named itself). Made by
/// [`super::authenticate()`] only; the first argument of every grant.
#[derive(Debug, Clone)]
pub struct AuthenticatedClient(Arc<Client>);

impl AuthenticatedClient {
    /// One that has proven nothing, for the targets of `fuzz`.
    #[cfg(fuzzing)]
    #[must_use]
    pub fn unproven(client: Arc<Client>) -> Self {
        Self(client)
    }

    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.0
    }
}

/// A verified client assertion that has yet to be the first with its `jti`.
#[derive(Debug)]
pub(super) struct Assertion {
    pub(super) jti: String,
    pub(super) until: Timestamp,
}

/// The act. It lends its [`Op`] and alone ends it, so that no assertion is forgotten.
#[derive(Debug)]
pub struct ClientAct {
    op: Op,
    client: AuthenticatedClient,
    assertion: Option<Assertion>,
}

impl ClientAct {
    pub(super) fn new(mut op: Op, client: Arc<Client>, assertion: Option<Assertion>) -> Self {
        op.actor = Actor::Client(client.id.clone());
        if client.auth_method != ClientAuthMethod::None {
            usage::note_use(&op.house, &client.id, op.now);
        }
        Self {
            op,
            client: AuthenticatedClient(client),
            assertion,
        }
    }

    /// The act itself.
    pub fn op(&mut self) -> &mut Op {
        &mut self.op
    }

    #[must_use]
    pub fn client(&self) -> &AuthenticatedClient {
        &self.client
    }

    /// Makes the act last (see [`Op::commit`]), unless its assertion was used before.
    pub async fn commit(self) -> Result<Result<(), ClientRefusal>, OpError> {
        let (mut op, client) = (self.op, self.client.client());
        if let Some(Assertion { jti, until }) = self.assertion
            && !one_time::remember(&mut op, Kind::ClientAssertion, client.id.as_str(), &jti, until).await?
        {
            let anew = Op::new(&op.house, Actor::Anonymous, op.seen.clone());
            drop(op);
            let reason = ClientAuthError::Assertion("used before");
            let named = Some(client.id.as_str());
            return refuse(anew, named, Some(client), reason).await.map(Err);
        }
        op.commit().await.map(Ok)
    }
}
