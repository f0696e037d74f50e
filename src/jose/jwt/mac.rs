//! Tokens that are authenticated with a shared secret (HS256, RFC 7518 section 3.2): client assertions of
//! `client_secret_jwt`, and nothing else. A secret is no key and a key no secret, so that the one cannot be taken for the
//! other (RFC 8725 section 2.1).

use aws_lc_rs::hmac;
use serde_json::{Map, Value};

use super::{Expectations, Header, JwtError, VerifiedToken, check_claims, check_type, decode, split};
use crate::domain::{Secret, Timestamp};

/// The one algorithm of shared secrets, by its name on the wire.
pub const HS256: &str = "HS256";

/// Verifies a compact JWS with one of these secrets and holds its claims against the expectations, as
/// [`super::verify`] does.
pub fn verify_with_secret(
    token: &str,
    secrets: &[&Secret],
    expectations: &Expectations<'_>,
    now: Timestamp,
) -> Result<VerifiedToken, JwtError> {
    let parts = split(token)?;
    let header: Header = serde_json::from_slice(&decode(parts.header)?).map_err(|_| JwtError::Malformed)?;
    if header.crit.is_some() {
        return Err(JwtError::Malformed);
    }
    if header.alg != HS256 {
        return Err(JwtError::Key);
    }
    let tag = decode(parts.signature)?;
    let payload = decode(parts.payload)?;
    // All are tried, each in constant time.
    let fits = secrets.iter().fold(false, |found, secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
        hmac::verify(&key, parts.signed.as_bytes(), &tag).is_ok() | found
    });
    if !fits {
        return Err(JwtError::Signature);
    }
    check_type(header.typ.as_deref(), expectations.typ)?;
    let claims: Map<String, Value> = serde_json::from_slice(&payload).map_err(|_| JwtError::Malformed)?;
    let expires_at = check_claims(&claims, expectations, now)?;
    Ok(VerifiedToken {
        claims,
        algorithm: None,
        key_id: header.kid,
        expires_at,
    })
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use serde_json::json;

    use super::*;

    fn token(header: &Value, claims: &Value, secret: &str) -> String {
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = BASE64URL_NOPAD.encode(hmac::sign(&key, signed.as_bytes()).as_ref());
        format!("{signed}.{tag}")
    }

    fn verified(token: &str, secrets: &[&str]) -> Result<VerifiedToken, JwtError> {
        let secrets: Vec<Secret> = secrets.iter().map(|one| Secret::new((*one).to_owned())).collect();
        let secrets: Vec<&Secret> = secrets.iter().collect();
        let expectations = Expectations {
            typ: None,
            issuer: "app",
            audiences: &["us"],
            required: &["jti"],
        };
        verify_with_secret(token, &secrets, &expectations, Timestamp::from_seconds(100))
    }

    fn claims() -> Value {
        json!({ "iss": "app", "aud": "us", "exp": 160, "jti": "1" })
    }

    #[test]
    fn a_tag_of_any_living_secret_is_believed() {
        let token = token(&json!({ "alg": "HS256" }), &claims(), "new");
        assert!(verified(&token, &["old", "new"]).is_ok());
        assert_eq!(verified(&token, &["old"]).err(), Some(JwtError::Signature));
        assert_eq!(verified(&token, &[]).err(), Some(JwtError::Signature));
    }

    #[test]
    fn no_other_algorithm_is_believed() {
        for alg in ["none", "HS512", "RS256", "ES256", "hs256"] {
            let token = token(&json!({ "alg": alg }), &claims(), "s");
            assert_eq!(verified(&token, &["s"]).err(), Some(JwtError::Key), "{alg}");
        }
        let critical = token(&json!({ "alg": "HS256", "crit": ["x"] }), &claims(), "s");
        assert_eq!(verified(&critical, &["s"]).err(), Some(JwtError::Malformed));
    }

    #[test]
    fn claims_and_type_are_held_against_the_expectations() {
        let mut late = claims();
        late["exp"] = json!(100);
        let late = token(&json!({ "alg": "HS256" }), &late, "s");
        assert_eq!(verified(&late, &["s"]).err(), Some(JwtError::Expired));
        let other = token(&json!({ "alg": "HS256", "typ": "at+jwt" }), &claims(), "s");
        assert_eq!(verified(&other, &["s"]).err(), Some(JwtError::Type));
    }
}
