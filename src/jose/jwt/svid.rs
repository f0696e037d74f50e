//! JWT-SVIDs: what the workloads of a SPIFFE trust domain show (SPIFFE JWT-SVID sections 2 and 3).

use serde_json::{Map, Value};

use super::{
    Expectations, JwtError, VerifiedToken, check_issuer, check_other_claims, check_type, verify_signature,
};
use crate::domain::Timestamp;
use crate::jose::{Algorithm, PublicKey};

/// Verifies a JWT-SVID as [`super::verify`] does a token, but that its `iss` may be left out: the trust domain of its `sub`
/// tells whose it is, which is the caller's to check. One that is there is that of the trust domain. `typ` is `JWT`, `JOSE` or
/// absent (section 2.3), whatever else is expected.
pub fn verify_svid(
    token: &str,
    keys: &[PublicKey],
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<VerifiedToken, JwtError> {
    let (header, payload) = verify_signature(token, keys)?;
    let typ = header.typ.as_deref();
    check_type(typ, None).or_else(|_| check_type(typ, Some("JOSE")))?;
    let claims: Map<String, Value> = serde_json::from_slice(&payload).map_err(|_| JwtError::Malformed)?;
    if claims.contains_key("iss") {
        check_issuer(&claims, expectations.issuer)?;
    }
    let expires_at = check_other_claims(&claims, expectations, now)?;
    Ok(VerifiedToken {
        claims,
        algorithm: Algorithm::named(&header.alg),
        key_id: header.kid,
        expires_at,
    })
}
