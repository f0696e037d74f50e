//! Token introspection (RFC 7662), also as a signed answer (RFC 9701).

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::client_request::ClientRequest;
use super::encryption;
use super::error::{ErrorCode, Refusal, not_believed, token_error};
use super::introspection::tell;
use super::mint::{issuer, usual_algorithm};
use crate::client::{ByClient, Client, Encrypted};
use crate::domain::{ClientAuthMethod, EventKind};
use crate::op::{EventDraft, Op, OpError};

pub(super) const PATH: &str = "/introspect";

const NO_TOKEN: Refusal = Refusal::new(ErrorCode::InvalidRequest, "token is missing");
const PUBLIC: &str = "introspection is for clients that authenticate";

/// The media type of a signed answer, and with it the `typ` of the token (RFC 9701 section 5).
const SIGNED_TYPE: &str = "application/token-introspection+jwt";
const SIGNED_TYP: &str = "token-introspection+jwt";

/// `POST /introspect`. Nothing is written for an answer but the client's assertion, if it gave one.
pub(super) async fn introspect(_: ByClient, request: ClientRequest) -> Response {
    request
        .answer(async |op, client| answer(op, client.client(), &request).await)
        .await
}

async fn answer(op: &mut Op, caller: &Client, request: &ClientRequest) -> Result<Response, OpError> {
    if caller.auth_method == ClientAuthMethod::None {
        refuse_public(op, caller);
        return Ok(not_believed(PUBLIC));
    }
    let Some(token) = request.form.get("token") else {
        return Ok(token_error(NO_TOKEN));
    };
    let told = tell(op, caller, token).await?;
    write(op, caller, &request.headers, told)
}

fn refuse_public(op: &mut Op, client: &Client) {
    op.record(
        EventDraft::refused(EventKind::ClientAuthenticationFailed, PUBLIC)
            .client(&client.id)
            .organisation(client.organisation_id)
            .target_named("client", client.id.as_str()),
    );
}

/// What is told, or that the token is not active: one answer for all reasons (RFC 7662 section 2.2).
fn write(
    op: &Op,
    caller: &Client,
    headers: &HeaderMap,
    told: Option<Map<String, Value>>,
) -> Result<Response, OpError> {
    let told = told.unwrap_or_else(|| Map::from_iter([("active".to_owned(), false.into())]));
    if !asks_for_signature(headers) {
        return body("application/json", &told);
    }
    let signed = Signed {
        iss: issuer(&op.house),
        aud: caller.id.as_str(),
        iat: op.now.as_seconds(),
        token_introspection: &told,
    };
    let claims = serde_json::to_vec(&signed).map_err(|_| UNWRITABLE)?;
    let asked = caller.settings.introspection_signed_response_alg;
    let algorithm = asked.unwrap_or_else(|| usual_algorithm(&op.house, caller));
    let token = op.house.keys().sign(algorithm, SIGNED_TYP, &claims, op.now)?;
    let token = encryption::for_client(op, caller, Encrypted::Introspection, token)?;
    Ok(respond(SIGNED_TYPE, token.into_bytes()))
}

/// RFC 9701 section 5: no `sub` and no `exp` beside, so that it cannot pass for an access token (section 8.1).
#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    token_introspection: &'a Map<String, Value>,
}

const UNWRITABLE: OpError = OpError::Broken("an introspection cannot be written");

fn body(kind: &'static str, told: &Map<String, Value>) -> Result<Response, OpError> {
    let bytes = serde_json::to_vec(told).map_err(|_| UNWRITABLE)?;
    Ok(respond(kind, bytes))
}

fn respond(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    (StatusCode::OK, headers, bytes).into_response()
}

/// Whether `Accept` names the signed answer (RFC 9701 section 4), and not only to rule it out (`q=0`).
fn asks_for_signature(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.into_iter().any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(SIGNED_TYPE));
        let ruled_out = parts.any(|part| {
            let weight = part
                .split_once('=')
                .filter(|(name, _)| name.eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, weight)| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        named && !ruled_out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_answer_is_for_those_who_ask_for_it() {
        for (accept, expected) in [
            ("application/token-introspection+jwt", true),
            (
                "application/json;q=0.5, Application/Token-Introspection+JWT;q=0.9",
                true,
            ),
            ("application/token-introspection+jwt;q=0", false),
            ("application/token-introspection+jwt ; q=0.000", false),
            ("application/json", false),
            ("*/*", false),
            ("application/*", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(asks_for_signature(&headers), expected, "{accept}");
        }
        assert!(!asks_for_signature(&HeaderMap::new()));
    }
}
