//! OAuth 2.0 and OpenID Connect: authorization, tokens, consent, userinfo, discovery, sign-out.
//!
//! Promises: nothing is redirected to but a proven address; every token is minted with a proof that its subject may act;
//! one overlap bounds the scopes of all grants; a refusal that has consequences is committed with its event. Owns the
//! tables `token_family` and `consent`. Storey 4: calls `session`, `client`, `access`, `person` and lower storeys, no other
//! room with a door.

mod claims;
mod code;
pub mod consent;
mod error;
mod family;
mod mint;
mod refresh_token;
mod rights;
mod scope;
mod store;
mod token;

use http::Method;

use crate::http::{Route, route};

/// The routes of this room.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![route(Method::POST, "/token", token::token)]
}
