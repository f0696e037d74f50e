//! What a proof must tell that comes with an access token to the desk's API (RFC 9449 section 4.3).

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use http::HeaderMap;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::bound::PROOF;
use super::key::{Jwk, hash};

/// How old a proof may be, and how far its clock may be ahead, in seconds.
const LIFE: i64 = 60;
const AHEAD: i64 = 10;

/// Most proofs remembered at once. More of them within a minute are refused: one that may have been used proves nothing.
const REMEMBERED: usize = 10_000;

/// Longest `jti`.
const LONGEST_ID: usize = 512;

/// The request that a proof must be for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) method: &'a str,
    pub(super) address: &'a str,
    pub(super) access_token: &'a str,
    pub(super) now_seconds: i64,
}

/// A proof that fits its request; whether it was used before is not looked at yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// RFC 7638.
    pub(super) thumbprint: String,
    id: String,
    issued_at: i64,
}

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Map<String, Value>,
    #[serde(default)]
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: String,
}

impl Proof {
    /// The proof of a request, if it has exactly one and that is right.
    pub(super) fn of(headers: &HeaderMap, shown: &Shown<'_>) -> Option<Self> {
        let mut values = headers.get_all(PROOF).iter();
        let text = values.next()?.to_str().ok()?;
        if values.next().is_some() {
            return None;
        }
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
        let jwk = public_key(header)?;
        let key: CoreJsonWebKey = serde_json::from_value(serde_json::to_value(&jwk).ok()?).ok()?;
        let algorithm = CoreJwsSigningAlgorithm::EcdsaP256Sha256;
        key.verify_signature(&algorithm, message.as_bytes(), &decode(signature)?)
            .ok()?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).ok()?;
        let age = shown.now_seconds.saturating_sub(claims.iat);
        let right = claims.htm == shown.method
            && claims.htu.split(['?', '#']).next() == Some(shown.address)
            && claims.ath == hash(shown.access_token)
            && (-AHEAD..=LIFE).contains(&age)
            && (1..=LONGEST_ID).contains(&claims.jti.len());
        right.then(|| Self {
            thumbprint: jwk.thumbprint(),
            id: claims.jti,
            issued_at: claims.iat,
        })
    }
}

/// The key of a header as the desk's API takes it: ES256, without a private half.
fn public_key(header: Header) -> Option<Jwk> {
    let Header { typ, alg, jwk, crit } = header;
    let taken = typ == "dpop+jwt" && alg == "ES256" && crit.is_none() && !jwk.contains_key("d");
    let key = taken.then(|| serde_json::from_value(Value::Object(jwk)).ok())?;
    key.filter(Jwk::is_on_p256)
}

/// Proofs that were used, each until it would be too old anyway.
#[derive(Default)]
pub(super) struct Used(BTreeMap<String, i64>);

impl Used {
    /// Whether a proof comes for the first time; it is remembered.
    pub(super) fn is_first(&mut self, proof: &Proof, now_seconds: i64) -> bool {
        self.0.retain(|_, until| *until >= now_seconds);
        if self.0.len() >= REMEMBERED {
            return false;
        }
        let name = hash(&format!("{} {}", proof.thumbprint, proof.id));
        let until = proof.issued_at.saturating_add(LIFE);
        self.0.insert(name, until).is_none()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::super::key::{Key, Purpose};
    use super::*;

    const SHOWN: Shown<'static> = Shown {
        method: "GET",
        address: "http://desk/api",
        access_token: "token",
        now_seconds: 1_000,
    };

    const PURPOSE: Purpose<'static> = Purpose {
        method: "GET",
        address: "http://desk/api",
        access_token: Some("token"),
        nonce: None,
        now_seconds: 1_000,
    };

    fn headers(proofs: &[&str]) -> HeaderMap {
        let values = proofs.iter().map(|text| HeaderValue::from_str(text).unwrap());
        values.map(|value| (PROOF, value)).collect()
    }

    fn proof(key: &Key, purpose: &Purpose<'_>) -> Option<Proof> {
        Proof::of(&headers(&[&key.proof(purpose).unwrap()]), &SHOWN)
    }

    #[test]
    fn a_proof_is_for_its_request_its_token_and_its_moment() {
        let key = Key::generate().unwrap();
        assert_eq!(proof(&key, &PURPOSE).unwrap().thumbprint, key.thumbprint());
        let at = |now_seconds| Purpose {
            now_seconds,
            ..PURPOSE
        };
        for now in [940, 1_010] {
            assert!(proof(&key, &at(now)).is_some(), "{now}");
        }
        let wrong = [
            at(939),
            at(1_011),
            Purpose {
                method: "POST",
                ..PURPOSE
            },
            Purpose {
                address: "http://desk/other",
                ..PURPOSE
            },
            Purpose {
                access_token: Some("other"),
                ..PURPOSE
            },
            Purpose {
                access_token: None,
                ..PURPOSE
            },
        ];
        for purpose in wrong {
            assert_eq!(proof(&key, &purpose), None, "{purpose:?}");
        }
    }

    #[test]
    fn what_is_no_proof_proves_nothing() {
        let key = Key::generate().unwrap();
        let good = key.proof(&PURPOSE).unwrap();
        let other = Key::generate().unwrap().proof(&PURPOSE).unwrap();
        let (message, _) = good.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        let foreign = format!("{message}.{signature}");
        assert_eq!(Proof::of(&headers(&[&foreign]), &SHOWN), None);
        assert_eq!(Proof::of(&headers(&[&good, &other]), &SHOWN), None);
        for text in ["", "a.b.c", message] {
            assert_eq!(Proof::of(&headers(&[text]), &SHOWN), None, "{text}");
        }
        assert_eq!(Proof::of(&HeaderMap::new(), &SHOWN), None);
    }

    #[test]
    fn a_private_key_and_another_algorithm_are_not_taken() {
        let jwk = serde_json::json!({ "kty": "EC", "crv": "P-256", "x": "a", "y": "b" });
        let taken = |change: &str, value: Value| {
            let mut header = serde_json::json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
            match change {
                "d" => header["jwk"]["d"] = value,
                "crv" => header["jwk"]["crv"] = value,
                name => header[name] = value,
            }
            public_key(serde_json::from_value(header).unwrap()).is_some()
        };
        assert!(taken("alg", "ES256".into()));
        assert!(!taken("alg", "none".into()));
        assert!(!taken("typ", "jwt".into()));
        assert!(!taken("crit", serde_json::json!(["exp"])));
        assert!(!taken("d", "secret".into()));
        assert!(!taken("crv", "P-384".into()));
    }

    #[test]
    fn a_proof_serves_once() {
        let key = Key::generate().unwrap();
        let mut used = Used::default();
        let first = proof(&key, &PURPOSE).unwrap();
        assert!(used.is_first(&first, 1_000));
        assert!(!used.is_first(&first, 1_060));
        assert!(used.is_first(&proof(&key, &PURPOSE).unwrap(), 1_000));
    }
}
