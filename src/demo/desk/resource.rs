//! The desk's API: access tokens are verified with the provider's published keys. One that is bound to a key is taken with a
//! proof of that key only (RFC 9449 section 7). An export asks for a fresh second factor (RFC 9470).

use http::{HeaderMap, header};
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyId, JwsSigningAlgorithm as _};
use serde::Deserialize;

use super::guard::Proven;
use super::proof::{Proof, Shown};
use super::provider::{Fault, discover};
use super::records::{RECORDS, Record};
use super::{Desk, access};

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
    /// What the token is bound to (RFC 7800 section 3.1).
    cnf: Option<Confirmation>,
}

/// A key, or something else that this API cannot see a proof of.
#[derive(Deserialize)]
struct Confirmation {
    jkt: Option<String>,
}

/// How a token is shown, which is how a refusal is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Bearer,
    Dpop,
}

/// What is not answered with records.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// 401: no token was shown.
    NoToken,
    /// 401 with these parameters of `WWW-Authenticate` (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3).
    Unauthorized(Scheme, &'static str),
    /// 403 with these parameters of `WWW-Authenticate`.
    Forbidden(Scheme, &'static str),
    /// 502: the provider could not be asked.
    Provider,
}

impl Refused {
    /// The value of `WWW-Authenticate`, if the refusal has one.
    pub(super) fn challenge(&self) -> Option<String> {
        match self {
            Self::NoToken => Some("Bearer, DPoP algs=\"ES256\"".to_owned()),
            Self::Unauthorized(Scheme::Bearer, told) | Self::Forbidden(Scheme::Bearer, told) => {
                Some(format!("Bearer {told}"))
            }
            Self::Unauthorized(Scheme::Dpop, told) | Self::Forbidden(Scheme::Dpop, told) => {
                Some(format!("DPoP {told}, algs=\"ES256\""))
            }
            Self::Provider => None,
        }
    }
}

impl From<Fault> for Refused {
    fn from(_: Fault) -> Self {
        Self::Provider
    }
}

const INVALID: &str = "error=\"invalid_token\"";
const NO_PROOF: &str = "error=\"invalid_dpop_proof\"";

/// Classes of the provider that mean two factors.
const TWO_FACTORS: [&str; 2] = ["urn:doorward:acr:2", "urn:doorward:acr:3"];

/// How long ago the second factor may have been proven for an export, in seconds.
const FRESH: i64 = 300;

/// RFC 9470 section 3: which authentication would do.
const STEP_UP: &str = "error=\"insufficient_user_authentication\", \
     error_description=\"An export asks for a second factor within the last five minutes\", \
     scope=\"feedback:export\", acr_values=\"urn:doorward:acr:2 urn:doorward:acr:3\", max_age=\"300\"";

/// RFC 6750 section 3.1 with the authentication that goes with the scope, so that one way to the provider is enough.
const NEEDS_SCOPE: &str = "error=\"insufficient_scope\", scope=\"feedback:export\", \
     acr_values=\"urn:doorward:acr:2 urn:doorward:acr:3\", max_age=\"300\"";

/// The paths of the API.
pub(super) const FEEDBACK: &str = "/api/feedback";
pub(super) const EXPORT: &str = "/api/export";

/// The records of the token's organisation, if the token has the scope `feedback:read`.
pub(super) async fn feedback(desk: &Desk, headers: &HeaderMap) -> Result<Vec<&'static Record>, Refused> {
    let (scheme, token) = authorized(desk, headers, FEEDBACK).await?;
    if !has(&token, "feedback:read") {
        return Err(Refused::Forbidden(
            scheme,
            "error=\"insufficient_scope\", scope=\"feedback:read\"",
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
pub(super) async fn export(desk: &Desk, headers: &HeaderMap) -> Result<String, Refused> {
    let (scheme, token) = authorized(desk, headers, EXPORT).await?;
    if !has(&token, "feedback:export") {
        return Err(Refused::Forbidden(scheme, NEEDS_SCOPE));
    }
    let strong = token.acr.as_deref().is_some_and(|acr| TWO_FACTORS.contains(&acr));
    let fresh = token
        .auth_time
        .is_some_and(|at| (desk.clock)().saturating_sub(at) <= FRESH);
    if !strong || !fresh {
        return Err(Refused::Unauthorized(scheme, STEP_UP));
    }
    let subject = access::subject(&token.sub);
    let proven = token.acr.map(|acr| Proven {
        acr,
        auth_time: token.auth_time,
    });
    let seen = access::visible(&desk.asker, headers, (&subject, proven.as_ref())).await?;
    let lines = seen.iter().filter(|seen| seen.is_exported).map(|seen| {
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

/// The token of a request and how it was shown, if it is one for this API and shown by whom it serves.
async fn authorized(desk: &Desk, headers: &HeaderMap, path: &str) -> Result<(Scheme, AccessToken), Refused> {
    let (scheme, text) = shown(headers).ok_or(Refused::NoToken)?;
    let invalid = Refused::Unauthorized(scheme, INVALID);
    let metadata = discover(&desk.registration, &desk.http).await?;
    let now_seconds = (desk.clock)();
    let Some(token) = verify(text, metadata.jwks()).filter(|token| {
        token.iss == desk.registration.issuer && token.aud == AUDIENCE && token.exp > now_seconds
    }) else {
        return Err(invalid);
    };
    match (scheme, &token.cnf) {
        (Scheme::Bearer, None) => Ok((scheme, token)),
        (Scheme::Dpop, Some(Confirmation { jkt: Some(key) })) => {
            let address = format!("{}{path}", desk.registration.home);
            let shown = Shown {
                method: "GET",
                address: &address,
                access_token: text,
                now_seconds,
            };
            let proof = Proof::of(headers, &shown).ok_or(Refused::Unauthorized(scheme, NO_PROOF))?;
            if proof.thumbprint != *key {
                return Err(invalid);
            }
            if !desk.used().is_first(&proof, now_seconds) {
                return Err(Refused::Unauthorized(scheme, NO_PROOF));
            }
            Ok((scheme, token))
        }
        // RFC 9449 section 7.2: a bound token is no bearer token, and nothing else is one for `DPoP`.
        _ => Err(invalid),
    }
}

/// The access token of a request with its scheme, whose name has no case (RFC 9110 section 11.1).
fn shown(headers: &HeaderMap) -> Option<(Scheme, &str)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if is("Bearer") {
        Some((Scheme::Bearer, token))
    } else if is("DPoP") {
        Some((Scheme::Dpop, token))
    } else {
        None
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_scheme_of_the_token() {
        let told = |refused: Refused| refused.challenge().unwrap_or_default();
        assert_eq!(told(Refused::NoToken), "Bearer, DPoP algs=\"ES256\"");
        assert_eq!(
            told(Refused::Unauthorized(Scheme::Bearer, INVALID)),
            "Bearer error=\"invalid_token\""
        );
        assert_eq!(
            told(Refused::Unauthorized(Scheme::Dpop, NO_PROOF)),
            "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\""
        );
        assert_eq!(told(Refused::Provider), "");
    }

    #[test]
    fn a_token_is_shown_by_one_of_two_schemes() {
        let headers = |value: &str| {
            let value = http::HeaderValue::from_str(value).unwrap();
            HeaderMap::from_iter([(header::AUTHORIZATION, value)])
        };
        assert_eq!(shown(&headers("Bearer a")), Some((Scheme::Bearer, "a")));
        assert_eq!(shown(&headers("dpop a")), Some((Scheme::Dpop, "a")));
        for other in ["Basic a", "Bearer", "a"] {
            assert_eq!(shown(&headers(other)), None, "{other}");
        }
        assert_eq!(shown(&HeaderMap::new()), None);
    }
}
