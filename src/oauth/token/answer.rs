//! The answer to a redeemed grant (RFC 6749 section 5.1).

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use serde::Serialize;

use crate::access::Detail;
use crate::domain::{Scopes, Token};
use crate::oauth::issue::Issued;

#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Scopes::is_empty")]
    scope: &'a Scopes,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    /// RFC 9396 section 7.
    #[serde(skip_serializing_if = "<[Detail]>::is_empty")]
    authorization_details: &'a [Detail],
}

/// JSON that nobody caches.
pub(super) fn answer(issued: &Issued) -> Response {
    let body = Body {
        access_token: issued.access_token.expose(),
        token_type: issued.token_type,
        expires_in: issued.expires_in,
        refresh_token: issued.refresh_token.as_ref().map(Token::expose),
        id_token: issued.id_token.as_ref().map(Token::expose),
        scope: &issued.scopes,
        issued_token_type: issued.token_kind,
        authorization_details: &issued.details,
    };
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (PRAGMA, "no-cache"),
    ];
    match serde_json::to_vec(&body) {
        Ok(bytes) => (StatusCode::OK, headers, bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
