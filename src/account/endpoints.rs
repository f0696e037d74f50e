//! Where browsers and keepers of passkeys find what they need to know of those of here, without an account.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::passkeys;
use crate::http::{Problem, Public, json};
use crate::op::House;

/// Both stand at the root of the host, whatever path the issuer has.
pub const PATHS: [&str; 2] = ["/.well-known/passkey-endpoints", "/.well-known/webauthn"];

/// `GET /.well-known/passkey-endpoints`: the pages on which people make and look after passkeys (W3C, A Well-Known URL for
/// Relying Party Passkey Endpoints).
pub(super) async fn endpoints(_: Public, State(house): State<Arc<House>>) -> Response {
    let page = format!("{}{}", house.config.server.issuer_text(), passkeys::HERE);
    json(StatusCode::OK, &json!({ "enroll": page, "manage": page }))
}

/// `GET /.well-known/webauthn`: the other origins at which passkeys of here are used (WebAuthn Level 3 section 5.11).
pub(super) async fn related(_: Public, State(house): State<Arc<House>>) -> Response {
    let origins = &house.config.passkeys.related_origins;
    if origins.is_empty() {
        return axum::response::IntoResponse::into_response(Problem::new(StatusCode::NOT_FOUND));
    }
    json(StatusCode::OK, &json!({ "origins": origins }))
}
