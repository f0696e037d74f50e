//! JWT-SVIDs: what the workloads of a SPIFFE trust domain show (SPIFFE JWT-SVID sections 2 and 3).

use super::{Expectations, JwtError, VerifiedToken, check_issuer, check_other_claims, check_type, verify_as};
use crate::domain::Timestamp;
use crate::jose::PublicKey;

/// Verifies a JWT-SVID as [`super::verify`] does a token, but that its `iss` may be left out: the trust domain of its `sub`
/// tells whose it is, which is the caller's to check. One that is there is that of the trust domain. `typ` is `JWT`, `JOSE` or
/// absent (section 2.3), whatever else is expected.
pub fn verify_svid(
    token: &str,
    keys: &[PublicKey],
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<VerifiedToken, JwtError> {
    verify_as(
        token,
        keys,
        |typ| check_type(typ, None).or_else(|_| check_type(typ, Some("JOSE"))),
        |claims| {
            if claims.contains_key("iss") {
                check_issuer(claims, expectations.issuer)?;
            }
            check_other_claims(claims, expectations, now)
        },
    )
}
