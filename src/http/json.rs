//! Bodies in JSON, for our own interfaces.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::form::{has_type, read_body};
use super::{FormError, Problem};
use crate::op::House;

/// A body in JSON, read into a type that says what it may hold. Refusals are problem documents (RFC 9457).
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<House>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Problem> {
        if !has_type(request.headers(), is_json) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                .detail("the content type must be application/json"));
        }
        let body = read_body(request, house.config.server.body_limit)
            .await
            .map_err(|refusal: FormError| Problem::new(refusal.status()).detail(refusal.to_string()))?;
        // Place and kind of the mistake only: the parser's own sentence can quote what was sent.
        serde_json::from_slice(&body).map(Self).map_err(|mistake| {
            let (line, column) = (mistake.line(), mistake.column());
            let detail = match mistake.classify() {
                serde_json::error::Category::Data => {
                    format!("the JSON does not have the expected members (line {line}, column {column})")
                }
                _ => format!("the body is not JSON (line {line}, column {column})"),
            };
            Problem::new(StatusCode::BAD_REQUEST).detail(detail)
        })
    }
}

fn is_json(essence: &str) -> bool {
    essence.eq_ignore_ascii_case("application/json")
}

/// An answer in JSON.
#[must_use]
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "an answer could not be written as JSON");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}
