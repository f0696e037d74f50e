//! Client authentication (RFC 6749 section 2.3, RFC 7523 section 2.2).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

use super::Client;
use crate::http::{Access, Form, Proof};
use crate::op::{Op, OpError};

/// A client that has proven who it is by its registered method (for `none`: that has named itself). Made here only; the
/// first argument of every grant.
#[derive(Debug, Clone)]
pub struct AuthenticatedClient(Arc<Client>);

impl AuthenticatedClient {
    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.0
    }
}

/// Why a client is not believed: always `invalid_client` outside, told apart in the log.
#[derive(Debug, thiserror::Error)]
pub enum ClientAuthError {
    #[error("no client authentication")]
    Missing,
    #[error("two ways of client authentication in one request")]
    Several,
    #[error("malformed client authentication")]
    Malformed,
    #[error("unknown or disabled client")]
    Unknown,
    #[error("another method than the registered one")]
    Method,
    #[error("wrong secret")]
    Secret,
    #[error("assertion refused: {0}")]
    Assertion(&'static str),
    #[error(transparent)]
    Fault(#[from] OpError),
}

/// Declares that a route authenticates the client itself, from header and body.
#[derive(Debug, Clone, Copy)]
pub struct ByClient;

impl<S: Sync> FromRequestParts<S> for ByClient {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Proof for ByClient {
    const ACCESS: Access = Access::Client;
}

/// Authenticates the client of a request, by exactly the method that it is registered with.
pub async fn authenticate(
    _op: &mut Op,
    _headers: &HeaderMap,
    _form: &Form,
) -> Result<AuthenticatedClient, ClientAuthError> {
    todo!()
}
