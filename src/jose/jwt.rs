//! Verifying signed tokens (RFC 7519, RFC 8725).

use super::PublicKey;
use crate::domain::Timestamp;

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
    pub claims: serde_json::Map<String, serde_json::Value>,
    pub key_id: Option<String>,
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

/// Verifies a compact JWS with the key that its `kid` names (or, without `kid`, the only key of its algorithm) and holds
/// its claims against the expectations. `iat` and `nbf` may lie 10 s ahead (FAPI 2.0 section 5.3.2.1 item 13).
pub fn verify(
    _token: &str,
    _keys: &[PublicKey],
    _expectations: &Expectations<'_>,
    _now: Timestamp,
) -> Result<VerifiedToken, JwtError> {
    todo!()
}
