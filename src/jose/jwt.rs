//! Verifying signed tokens (RFC 7519, RFC 8725).

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

pub use self::mac::{HS256, verify_with_secret};
pub use self::statement::verify_statement;
pub use self::svid::verify_svid;
use super::{Algorithm, PublicKey};
use crate::domain::Timestamp;

/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// How far `nbf` and `iat` may lie ahead (FAPI 2.0 section 5.3.2.1 item 13).
pub const CLOCK_DIFFERENCE: Duration = Duration::from_secs(10);

/// What a token must be to be believed.
#[derive(Debug, Clone)]
pub struct Expectations<'a> {
    /// The `typ` header, compared without case and without `application/`; `None` accepts an absent one or `JWT`.
    pub typ: Option<&'a str>,
    pub issuer: &'a str,
    /// One of these must be in `aud`.
    pub audiences: &'a [&'a str],
    /// Claims that must be there beside `exp` (which always must).
    pub required: &'a [&'a str],
}

/// A token whose signature, type, issuer, audience and times have been checked.
#[derive(Debug, Clone)]
pub struct VerifiedToken {
    pub claims: Map<String, Value>,
    /// None where a shared secret has signed it.
    pub algorithm: Option<Algorithm>,
    pub key_id: Option<String>,
    /// Its `exp`.
    pub expires_at: Timestamp,
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    #[error("the token is malformed")]
    Malformed,
    #[error("the token's algorithm or key is not accepted")]
    Key,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token is of another type")]
    Type,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    Early,
    #[error("the token's {0} is missing or wrong")]
    Claim(&'static str),
}

/// The header, as far as it is read. What it says of keys (`jwk`, `jku`, `x5u`, `x5c`) is not even parsed.
#[derive(serde::Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// Verifies a compact JWS with the key that its `kid` names (or, without `kid`, the only key of its algorithm) and holds
/// its claims against the expectations. `iat` and `nbf` may lie 10 s ahead (FAPI 2.0 section 5.3.2.1 item 13).
pub fn verify(
    token: &str,
    keys: &[PublicKey],
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<VerifiedToken, JwtError> {
    verify_as(
        token,
        keys,
        |typ| check_type(typ, expectations.typ),
        |claims| check_claims(claims, expectations, now),
    )
}

/// The frame of every verification: the signature first, then the type, then the claims, which tell when the token ends.
fn verify_as(
    token: &str,
    keys: &[PublicKey],
    check_type: impl FnOnce(Option<&str>) -> Result<(), JwtError>,
    check_claims: impl FnOnce(&Map<String, Value>) -> Result<Timestamp, JwtError>,
) -> Result<VerifiedToken, JwtError> {
    let (header, payload) = verify_signature(token, keys)?;
    check_type(header.typ.as_deref())?;
    let claims: Map<String, Value> = serde_json::from_slice(&payload).map_err(|_| JwtError::Malformed)?;
    let expires_at = check_claims(&claims)?;
    Ok(VerifiedToken {
        claims,
        algorithm: Algorithm::named(&header.alg),
        key_id: header.kid,
        expires_at,
    })
}

/// A token of which the signature has been checked, and nothing else: for types whose rules of claims are their own.
#[derive(Debug, Clone)]
pub struct SignedToken {
    pub algorithm: Algorithm,
    pub claims: Map<String, Value>,
}

/// Verifies signature and type of a compact JWS: its `typ` is one of these, `JWT` or absent.
pub fn verify_signed(token: &str, keys: &[PublicKey], types: &[&str]) -> Result<SignedToken, JwtError> {
    let (header, payload) = verify_signature(token, keys)?;
    let typ = header.typ.as_deref();
    if check_type(typ, None).is_err() && !types.iter().any(|one| check_type(typ, Some(one)).is_ok()) {
        return Err(JwtError::Type);
    }
    Ok(SignedToken {
        algorithm: Algorithm::named(&header.alg).ok_or(JwtError::Key)?,
        claims: serde_json::from_slice(&payload).map_err(|_| JwtError::Malformed)?,
    })
}

/// The `sub` that a token claims, before anything of it has been verified: good for finding the keys that must verify it,
/// and for nothing else.
#[must_use]
pub fn claimed_subject(token: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Subject {
        sub: String,
    }
    let payload = decode(split(token).ok()?.payload).ok()?;
    let subject: Subject = serde_json::from_slice(&payload).ok()?;
    Some(subject.sub)
}

/// The `typ` that a token's header names, before anything of it has been verified: good for choosing among the types that
/// the verifier accepts.
#[must_use]
pub fn claimed_type(token: &str) -> Option<String> {
    let header: Header = serde_json::from_slice(&decode(split(token).ok()?.header).ok()?).ok()?;
    header.typ
}

/// The `kid` that a token's header names, good for deciding whether the keys of a set must be fetched anew.
#[must_use]
pub fn claimed_key_id(token: &str) -> Option<String> {
    let header: Header = serde_json::from_slice(&decode(split(token).ok()?.header).ok()?).ok()?;
    header.kid
}

/// The `iss` that a token claims, before anything of it has been verified: good for finding the keys that must verify it.
#[must_use]
pub fn claimed_issuer(token: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Issuer {
        iss: String,
    }
    let payload = decode(split(token).ok()?.payload).ok()?;
    let issuer: Issuer = serde_json::from_slice(&payload).ok()?;
    Some(issuer.iss)
}

pub(super) struct Parts<'a> {
    pub(super) signed: &'a str,
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
}

pub(super) fn split(token: &str) -> Result<Parts<'_>, JwtError> {
    if token.len() > LONGEST_TOKEN {
        return Err(JwtError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
    // A further dot stays in the header or payload, where it is no letter of base64url.
    let (header, payload) = signed.split_once('.').ok_or(JwtError::Malformed)?;
    Ok(Parts {
        signed,
        header,
        payload,
        signature,
    })
}

/// Strict: no padding, no white space, no bits left over, so that one token has one spelling.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, JwtError> {
    BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| JwtError::Malformed)
}

fn verify_signature(token: &str, keys: &[PublicKey]) -> Result<(Header, Vec<u8>), JwtError> {
    let parts = split(token)?;
    let header: Header = serde_json::from_slice(&decode(parts.header)?).map_err(|_| JwtError::Malformed)?;
    // We understand no extension, so whatever is called critical is refused (RFC 7515 section 4.1.11).
    if header.crit.is_some() {
        return Err(JwtError::Malformed);
    }
    let key = choose(keys, &header)?;
    let signature = decode(parts.signature)?;
    let payload = decode(parts.payload)?;
    if key.verifies(parts.signed.as_bytes(), &signature) {
        Ok((header, payload))
    } else {
        Err(JwtError::Signature)
    }
}

/// The one key that the header fits; the header chooses among our keys, and a key knows its only algorithm.
fn choose<'k>(keys: &'k [PublicKey], header: &Header) -> Result<&'k PublicKey, JwtError> {
    let algorithm = Algorithm::named(&header.alg).ok_or(JwtError::Key)?;
    let named = |key: &&PublicKey| header.kid.is_none() || key.key_id() == header.kid.as_deref();
    let mut fitting = keys
        .iter()
        .filter(|key| key.algorithm() == algorithm)
        .filter(named);
    let key = fitting.next().ok_or(JwtError::Key)?;
    if fitting.next().is_some() {
        return Err(JwtError::Key);
    }
    Ok(key)
}

pub(super) fn check_type(found: Option<&str>, expected: Option<&str>) -> Result<(), JwtError> {
    let plain = found.map(|typ| match typ.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _ => typ,
    });
    let fits = match (plain, expected) {
        (Some(found), Some(expected)) => found.eq_ignore_ascii_case(expected),
        (Some(found), None) => found.eq_ignore_ascii_case("JWT"),
        (None, None) => true,
        (None, Some(_)) => false,
    };
    if fits { Ok(()) } else { Err(JwtError::Type) }
}

fn check_issuer(claims: &Map<String, Value>, issuer: &str) -> Result<(), JwtError> {
    if claims.get("iss").and_then(Value::as_str) == Some(issuer) {
        Ok(())
    } else {
        Err(JwtError::Claim("iss"))
    }
}

fn check_claims(
    claims: &Map<String, Value>,
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<Timestamp, JwtError> {
    check_issuer(claims, expectations.issuer)?;
    check_other_claims(claims, expectations, now)
}

/// All but the issuer.
fn check_other_claims(
    claims: &Map<String, Value>,
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<Timestamp, JwtError> {
    let meant_for_us = |one: &Value| {
        one.as_str()
            .is_some_and(|text| expectations.audiences.contains(&text))
    };
    let audience = match claims.get("aud") {
        Some(Value::Array(list)) => list.iter().all(Value::is_string) && list.iter().any(meant_for_us),
        Some(one) => meant_for_us(one),
        None => false,
    };
    if !audience {
        return Err(JwtError::Claim("aud"));
    }
    let expiry = moment(claims, "exp")?.ok_or(JwtError::Claim("exp"))?;
    if expiry <= now {
        return Err(JwtError::Expired);
    }
    for name in ["nbf", "iat"] {
        if moment(claims, name)?.is_some_and(|at| at > now.plus(CLOCK_DIFFERENCE)) {
            return Err(JwtError::Early);
        }
    }
    if expectations
        .required
        .iter()
        .any(|name| claims.get(*name).is_none_or(Value::is_null))
    {
        return Err(JwtError::Claim("set of required claims"));
    }
    Ok(expiry)
}

/// A `NumericDate`, which may have a fraction (RFC 7519 section 2).
pub fn moment(claims: &Map<String, Value>, name: &'static str) -> Result<Option<Timestamp>, JwtError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    if let Some(seconds) = value.as_i64() {
        return Ok(Some(Timestamp::from_seconds(seconds)));
    }
    value
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .map(|while_| Some(Timestamp::from_micros(0).plus(while_)))
        .ok_or(JwtError::Claim(name))
}

mod mac;
mod statement;
mod svid;
#[cfg(test)]
mod tests;
