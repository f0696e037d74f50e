//! Sessions of browsers.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;

use crate::domain::{OrganisationId, PersonId, SessionId, Strength, Token};
use crate::http::{Access, Proof};
use crate::op::{House, Op, OpError};
use crate::person::Standing;

/// A living session.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub organisation_id: OrganisationId,
    pub person_id: PersonId,
    pub epoch: i64,
    pub strength: Strength,
}

/// The session of the request's cookie, if it lives: not ended, not idle too long, within its life, of its person's epoch,
/// the person in good standing.
pub async fn current(_op: &mut Op, _headers: &HeaderMap) -> Result<Option<Session>, OpError> {
    todo!()
}

/// Begins a session after an authentication: always a new id; the one before it in this browser ends at once.
pub async fn start(
    _op: &mut Op,
    _standing: &Standing,
    _strength: Strength,
    _replaces: Option<SessionId>,
) -> Result<(Session, Token), OpError> {
    todo!()
}

/// The `Set-Cookie` value that hands the token to the browser.
#[must_use]
pub fn start_cookie(_house: &House, _token: &Token) -> http::HeaderValue {
    todo!()
}

/// Ends a session and what was given out with it (tokens that are not `offline`).
pub async fn end(_op: &mut Op, _session: &Session, _reason: &'static str) -> Result<(), OpError> {
    todo!()
}

/// The rule of routes that need a living session.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Session);

impl FromRequestParts<Arc<House>> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(_parts: &mut Parts, _house: &Arc<House>) -> Result<Self, Response> {
        todo!()
    }
}

impl Proof for SignedIn {
    const ACCESS: Access = Access::Session;
}
