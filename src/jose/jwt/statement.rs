//! Statements: signed documents that are for nobody in particular and may last (RFC 7591 section 2.3).

use serde_json::{Map, Value};

use super::{CLOCK_DIFFERENCE, JwtError, moment, verify_signature};
use crate::domain::Timestamp;
use crate::jose::PublicKey;

/// Verifies a statement of an issuer. It need not expire or name an audience; if it says times, they hold.
pub fn verify_statement(
    token: &str,
    keys: &[PublicKey],
    issuer: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, JwtError> {
    let (_, payload) = verify_signature(token, keys)?;
    let claims: Map<String, Value> = serde_json::from_slice(&payload).map_err(|_| JwtError::Malformed)?;
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err(JwtError::Claim("iss"));
    }
    if moment(&claims, "exp")?.is_some_and(|end| end <= now) {
        return Err(JwtError::Expired);
    }
    for name in ["nbf", "iat"] {
        if moment(&claims, name)?.is_some_and(|at| at > now.plus(CLOCK_DIFFERENCE)) {
            return Err(JwtError::Early);
        }
    }
    Ok(claims)
}
