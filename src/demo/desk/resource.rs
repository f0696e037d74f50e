//! The desk's API for integrations: access tokens are verified with the provider's published keys.

use http::{HeaderMap, header};
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyId, JwsSigningAlgorithm as _};
use serde::Deserialize;

use crate::demo::transport::Transport;

use super::provider::{Fault, Registration, discover};
use super::records::{RECORDS, Record};

/// The `aud` that access tokens for the desk's data carry.
pub(crate) const AUDIENCE: &str = "https://cx.northbeam.example";

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: CoreJwsSigningAlgorithm,
    kid: String,
}

#[derive(Deserialize)]
struct AccessToken {
    iss: String,
    aud: String,
    exp: i64,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    organisation: Option<String>,
}

/// What an integration is answered.
pub(super) enum Answer {
    Records(Vec<&'static Record>),
    /// The value of `WWW-Authenticate` (RFC 6750 section 3).
    Unauthorized(&'static str),
    Forbidden(&'static str),
}

/// The records of the token's organisation, if the token has the scope `feedback:read`.
pub(super) async fn feedback(
    desk: &Registration,
    http: &Transport,
    headers: &HeaderMap,
    now_seconds: i64,
) -> Result<Answer, Fault> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Ok(Answer::Unauthorized("Bearer"));
    };
    let metadata = discover(desk, http).await?;
    let Some(token) = verify(token, metadata.jwks()) else {
        return Ok(Answer::Unauthorized("Bearer error=\"invalid_token\""));
    };
    if token.iss != desk.issuer || token.aud != AUDIENCE || token.exp <= now_seconds {
        return Ok(Answer::Unauthorized("Bearer error=\"invalid_token\""));
    }
    if !token.scope.split(' ').any(|scope| scope == "feedback:read") {
        return Ok(Answer::Forbidden(
            "Bearer error=\"insufficient_scope\", scope=\"feedback:read\"",
        ));
    }
    let organisation = token.organisation.unwrap_or_default();
    Ok(Answer::Records(
        RECORDS
            .iter()
            .filter(|record| record.organisation == organisation)
            .collect(),
    ))
}

/// An access token of RFC 9068 whose signature is right; anything else is none.
fn verify(token: &str, keys: &CoreJsonWebKeySet) -> Option<AccessToken> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let decode = |text: &str| data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
    if header.alg.uses_shared_secret() || !header.typ.eq_ignore_ascii_case("at+jwt") {
        return None;
    }
    let key_id = JsonWebKeyId::new(header.kid);
    let key = keys.keys().iter().find(|key| key.key_id() == Some(&key_id))?;
    key.verify_signature(&header.alg, message.as_bytes(), &decode(signature)?)
        .ok()?;
    serde_json::from_slice(&decode(claims)?).ok()
}
