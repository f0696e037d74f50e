//! The desk's API: access tokens are verified with the provider's published keys. An export asks for a fresh second factor
//! (RFC 9470).

use http::{HeaderMap, header};
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyId, JwsSigningAlgorithm as _};
use serde::Deserialize;

use crate::demo::transport::Transport;

use super::access;
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
    sub: String,
    #[serde(default)]
    scope: String,
    /// How and when the person was authenticated (RFC 9068 section 2.2.1); a program has neither.
    acr: Option<String>,
    auth_time: Option<i64>,
    #[serde(default)]
    organisation: Option<String>,
}

/// What is not answered with records.
pub(super) enum Refused {
    /// 401 with this value of `WWW-Authenticate` (RFC 6750 section 3, RFC 9470 section 3).
    Unauthorized(&'static str),
    /// 403 with this value of `WWW-Authenticate`.
    Forbidden(&'static str),
    /// 502: the provider could not be asked.
    Provider,
}

impl From<Fault> for Refused {
    fn from(_: Fault) -> Self {
        Self::Provider
    }
}

const INVALID: Refused = Refused::Unauthorized("Bearer error=\"invalid_token\"");

/// Classes of the provider that mean two factors.
const TWO_FACTORS: [&str; 2] = ["urn:doorward:acr:2", "urn:doorward:acr:3"];

/// How long ago the second factor may have been proven for an export, in seconds.
const FRESH: i64 = 300;

/// RFC 9470 section 3: which authentication would do.
const STEP_UP: Refused = Refused::Unauthorized(
    "Bearer error=\"insufficient_user_authentication\", \
     error_description=\"An export asks for a second factor within the last five minutes\", \
     acr_values=\"urn:doorward:acr:2 urn:doorward:acr:3\", max_age=\"300\"",
);

/// The records of the token's organisation, if the token has the scope `feedback:read`.
pub(super) async fn feedback(
    desk: &Registration,
    http: &Transport,
    headers: &HeaderMap,
    now_seconds: i64,
) -> Result<Vec<&'static Record>, Refused> {
    let token = bearer(desk, http, headers, now_seconds).await?;
    if !has(&token, "feedback:read") {
        return Err(Refused::Forbidden(
            "Bearer error=\"insufficient_scope\", scope=\"feedback:read\"",
        ));
    }
    let organisation = token.organisation.unwrap_or_default();
    Ok(RECORDS
        .iter()
        .filter(|record| record.organisation == organisation)
        .collect())
}

/// What the person of the token may see, as CSV, if the token has the scope `feedback:export` and the person has proven a
/// second factor of late.
pub(super) async fn export(
    desk: &Registration,
    http: &Transport,
    headers: &HeaderMap,
    now_seconds: i64,
) -> Result<String, Refused> {
    let token = bearer(desk, http, headers, now_seconds).await?;
    if !has(&token, "feedback:export") {
        return Err(Refused::Forbidden(
            "Bearer error=\"insufficient_scope\", scope=\"feedback:export\"",
        ));
    }
    let strong = token.acr.is_some_and(|acr| TWO_FACTORS.contains(&acr.as_str()));
    let fresh = token
        .auth_time
        .is_some_and(|at| now_seconds.saturating_sub(at) <= FRESH);
    if !strong || !fresh {
        return Err(STEP_UP);
    }
    let seen = access::visible(desk, http, &token.sub).await?;
    let lines = seen.iter().map(|seen| {
        let record = seen.record;
        format!(
            "{},{},{},{},\"{}\"",
            record.id, record.region, record.product_line, record.score, record.comment
        )
    });
    Ok(std::iter::once("id,region,product_line,score,comment".to_owned())
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n"))
}

fn has(token: &AccessToken, scope: &str) -> bool {
    token.scope.split(' ').any(|one| one == scope)
}

/// The token of a request, if it is one for this API.
async fn bearer(
    desk: &Registration,
    http: &Transport,
    headers: &HeaderMap,
    now_seconds: i64,
) -> Result<AccessToken, Refused> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Err(Refused::Unauthorized("Bearer"));
    };
    let metadata = discover(desk, http).await?;
    verify(token, metadata.jwks())
        .filter(|token| token.iss == desk.issuer && token.aud == AUDIENCE && token.exp > now_seconds)
        .ok_or(INVALID)
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
