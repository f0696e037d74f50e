//! The answer to a redeemed grant (RFC 6749 section 5.1).

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;

use crate::domain::{Scopes, Token};

/// Tokens on their way to the client; told once everything is on record.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(super) access_token: Token,
    /// Seconds.
    pub(super) expires_in: u64,
    pub(super) refresh_token: Option<Token>,
    pub(super) id_token: Option<Token>,
    pub(super) scopes: Scopes,
}

#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    scope: &'a Scopes,
}

impl Issued {
    /// JSON that nobody caches.
    pub(crate) fn answer(&self) -> Response {
        let body = Body {
            access_token: self.access_token.expose(),
            token_type: "Bearer",
            expires_in: self.expires_in,
            refresh_token: self.refresh_token.as_ref().map(Token::expose),
            id_token: self.id_token.as_ref().map(Token::expose),
            scope: &self.scopes,
        };
        let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
        match serde_json::to_vec(&body) {
            Ok(bytes) => (StatusCode::OK, headers, bytes).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
