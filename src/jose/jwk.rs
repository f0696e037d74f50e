//! Public keys as JSON (RFC 7517, RFC 7518 section 6, RFC 8037).

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};
use data_encoding::BASE64URL_NOPAD;

use super::Algorithm;

/// One public key as JSON. Members that are not listed (private ones among them) are dropped when read.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Jwk {
    pub kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub use_: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

/// A set of public keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
}

/// Why a JWK cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    #[error("the key has no or an unknown {0}")]
    Member(&'static str),
    #[error("the key is too weak or not on its curve")]
    Weak,
}

impl Jwk {
    /// The one algorithm of this key: its `alg`, or what its curve allows. An RSA key without `alg` has none, because it
    /// could verify both RS256 and PS256.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        match (self.alg.as_deref(), self.kty.as_str(), self.crv.as_deref()) {
            (Some(name), _, _) => Algorithm::named(name),
            (None, "EC", Some("P-256")) => Some(Algorithm::Es256),
            (None, "EC", Some("P-384")) => Some(Algorithm::Es384),
            (None, "OKP", Some("Ed25519")) => Some(Algorithm::Ed25519),
            (None, _, _) => None,
        }
    }

    /// The RFC 7638 thumbprint with SHA-256, as base64url.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        let names: &[&'static str] = match self.kty.as_str() {
            "EC" => &["crv", "x", "y"],
            "OKP" => &["crv", "x"],
            "RSA" => &["e", "n"],
            _ => return None,
        };
        // Sorted by name and without white space, as RFC 7638 section 3.3 asks.
        let mut members = BTreeMap::from([("kty", self.kty.as_str())]);
        for &name in names {
            members.insert(name, self.member(name).ok()?);
        }
        let text = serde_json::to_vec(&members).ok()?;
        Some(BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, &text).as_ref()))
    }

    fn member(&self, name: &'static str) -> Result<&str, JwkError> {
        let member = match name {
            "crv" => &self.crv,
            "x" => &self.x,
            "y" => &self.y,
            "n" => &self.n,
            "e" => &self.e,
            _ => &None,
        };
        member.as_deref().ok_or(JwkError::Member(name))
    }

    pub(super) fn bytes(&self, name: &'static str) -> Result<Vec<u8>, JwkError> {
        BASE64URL_NOPAD
            .decode(self.member(name)?.as_bytes())
            .map_err(|_| JwkError::Member(name))
    }

    /// The uncompressed point of a key on a NIST curve (SEC 1 section 2.3.3), whose coordinates have full length (RFC 7518
    /// section 6.2.1.2). Whether it is on the curve is known when it is used.
    pub(super) fn point(&self) -> Result<Vec<u8>, JwkError> {
        let length = match self.crv.as_deref() {
            Some("P-256") => 32,
            Some("P-384") => 48,
            Some("P-521") => 66,
            _ => return Err(JwkError::Member("crv")),
        };
        let mut point = vec![4];
        for name in ["x", "y"] {
            let coordinate = self.bytes(name)?;
            if coordinate.len() != length {
                return Err(JwkError::Member(name));
            }
            point.extend_from_slice(&coordinate);
        }
        Ok(point)
    }

    /// Modulus and exponent of an RSA key that is strong enough.
    pub(super) fn rsa_members(&self) -> Result<(Vec<u8>, Vec<u8>), JwkError> {
        self.is_of("RSA", None)?;
        let modulus = self.bytes("n")?;
        let exponent = self.bytes("e")?;
        // No leading zero (RFC 7518 section 6.3.1.1 and 2), so the first byte carries the length.
        let first = modulus
            .first()
            .filter(|byte| **byte != 0)
            .ok_or(JwkError::Member("n"))?;
        let bits = modulus
            .len()
            .saturating_mul(8)
            .saturating_sub(usize::try_from(first.leading_zeros()).unwrap_or(8));
        let strong_exponent = match exponent.as_slice() {
            [0, ..] | [] => return Err(JwkError::Member("e")),
            // Odd, of three or four bytes, so 65537 or more: other values invite forgeries or slow verification.
            [_, _, last] | [_, _, _, last] => last % 2 == 1,
            _ => false,
        };
        if !(2048..=8192).contains(&bits) || !strong_exponent {
            return Err(JwkError::Weak);
        }
        Ok((modulus, exponent))
    }

    pub(super) fn is_of(&self, kty: &str, crv: Option<&str>) -> Result<(), JwkError> {
        if self.kty != kty {
            return Err(JwkError::Member("kty"));
        }
        if crv.is_some() && self.crv.as_deref() != crv {
            return Err(JwkError::Member("crv"));
        }
        Ok(())
    }
}

/// A public key ready to verify with exactly one algorithm. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    key_id: Option<Arc<str>>,
    key: Arc<ParsedPublicKey>,
}

impl PublicKey {
    /// Makes a verifier of a JWK for one algorithm. RSA keys have 2048 bits or more.
    pub fn from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, JwkError> {
        if jwk.use_.as_deref().is_some_and(|use_| use_ != "sig") {
            return Err(JwkError::Member("use"));
        }
        Self::read(jwk, algorithm)
    }

    /// The same of a key in the bundle of a SPIFFE trust domain: its `use` must say that it is for JWT-SVIDs, and it has a
    /// `kid` (SPIFFE JWT-SVID section 6.1). One for X.509-SVIDs signs certificates, and nothing else.
    pub fn from_bundle(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, JwkError> {
        if jwk.use_.as_deref() != Some("jwt-svid") {
            return Err(JwkError::Member("use"));
        }
        if jwk.kid.as_deref().is_none_or(str::is_empty) {
            return Err(JwkError::Member("kid"));
        }
        Self::read(jwk, algorithm)
    }

    fn read(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, JwkError> {
        if jwk
            .alg
            .as_deref()
            .is_some_and(|name| Algorithm::named(name) != Some(algorithm))
        {
            return Err(JwkError::Member("alg"));
        }
        let key = match algorithm {
            Algorithm::Es256 => elliptic(jwk, "P-256", &ECDSA_P256_SHA256_FIXED)?,
            Algorithm::Es384 => elliptic(jwk, "P-384", &ECDSA_P384_SHA384_FIXED)?,
            Algorithm::Ed25519 => edwards(jwk)?,
            Algorithm::Rs256 => rsa(jwk, &RSA_PKCS1_2048_8192_SHA256)?,
            Algorithm::Ps256 => rsa(jwk, &RSA_PSS_2048_8192_SHA256)?,
        };
        Ok(Self {
            algorithm,
            key_id: jwk.kid.as_deref().map(Arc::from),
            key: Arc::new(key),
        })
    }

    /// The only algorithm that this key verifies.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Whether this is the key's signature of these bytes.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

fn elliptic(
    jwk: &Jwk,
    curve: &str,
    verification: &'static EcdsaVerificationAlgorithm,
) -> Result<ParsedPublicKey, JwkError> {
    jwk.is_of("EC", Some(curve))?;
    // Parsing refuses a point that is not on the curve.
    ParsedPublicKey::new(verification, jwk.point()?).map_err(|_| JwkError::Weak)
}

fn edwards(jwk: &Jwk) -> Result<ParsedPublicKey, JwkError> {
    jwk.is_of("OKP", Some("Ed25519"))?;
    let x: [u8; 32] = jwk.bytes("x")?.try_into().map_err(|_| JwkError::Member("x"))?;
    ParsedPublicKey::new(&ED25519, x).map_err(|_| JwkError::Weak)
}

fn rsa(jwk: &Jwk, parameters: &'static RsaParameters) -> Result<ParsedPublicKey, JwkError> {
    let (n, e) = jwk.rsa_members()?;
    RsaPublicKeyComponents { n, e }
        .to_parsed_public_key(parameters)
        .map_err(|_| JwkError::Weak)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::vector;

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037() {
        let thumbprint = vector::ed25519_key().thumbprint();
        assert_eq!(
            thumbprint.as_deref(),
            Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        );
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638() {
        let jwk = Jwk {
            kty: "RSA".to_owned(),
            kid: Some("2011-04-29".to_owned()),
            alg: Some("RS256".to_owned()),
            n: Some(vector::RFC_7638_MODULUS.to_owned()),
            e: Some("AQAB".to_owned()),
            ..Jwk::default()
        };
        assert_eq!(
            jwk.thumbprint().as_deref(),
            Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        );
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let mut jwk = vector::es256_key();
        jwk.y.clone_from(&jwk.x);
        assert_eq!(
            PublicKey::from_jwk(&jwk, Algorithm::Es256).err(),
            Some(JwkError::Weak)
        );
    }

    #[test]
    fn weak_rsa_keys_are_refused() {
        let with = |modulus: &[u8], exponent: &[u8]| {
            let jwk = Jwk {
                n: Some(BASE64URL_NOPAD.encode(modulus)),
                e: Some(BASE64URL_NOPAD.encode(exponent)),
                ..vector::rs256_key()
            };
            PublicKey::from_jwk(&jwk, Algorithm::Rs256).err()
        };
        assert_eq!(with(&[0xff; 128], &[1, 0, 1]), Some(JwkError::Weak), "1024 bits");
        assert_eq!(with(&[0x7f; 256], &[1, 0, 1]), Some(JwkError::Weak), "2047 bits");
        assert_eq!(with(&[0xff; 256], &[1]), Some(JwkError::Weak), "exponent 1");
        assert_eq!(with(&[0xff; 256], &[3]), Some(JwkError::Weak), "exponent 3");
        assert_eq!(
            with(&[0xff; 256], &[1, 0, 2]),
            Some(JwkError::Weak),
            "even exponent"
        );
        assert_eq!(with(&[0xff; 256], &[]), Some(JwkError::Member("e")));
        assert_eq!(with(&[0; 256], &[1, 0, 1]), Some(JwkError::Member("n")));
    }

    #[test]
    fn a_key_serves_the_algorithm_and_use_it_names_only() {
        let mut jwk = vector::rs256_key();
        assert_eq!(jwk.algorithm(), None, "RSA without alg could be either");
        assert!(PublicKey::from_jwk(&jwk, Algorithm::Ps256).is_ok());
        jwk.alg = Some("RS256".to_owned());
        assert_eq!(jwk.algorithm(), Some(Algorithm::Rs256));
        assert!(PublicKey::from_jwk(&jwk, Algorithm::Rs256).is_ok());
        assert_eq!(
            PublicKey::from_jwk(&jwk, Algorithm::Ps256).err(),
            Some(JwkError::Member("alg"))
        );
        assert_eq!(
            PublicKey::from_jwk(&jwk, Algorithm::Es256).err(),
            Some(JwkError::Member("alg"))
        );
        jwk.use_ = Some("enc".to_owned());
        assert_eq!(
            PublicKey::from_jwk(&jwk, Algorithm::Rs256).err(),
            Some(JwkError::Member("use"))
        );
        assert_eq!(
            PublicKey::from_jwk(&vector::es256_key(), Algorithm::Ed25519).err(),
            Some(JwkError::Member("kty"))
        );
    }

    #[test]
    fn a_private_member_does_not_survive_reading() {
        let text =
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGx"}"#;
        let jwk: Jwk = serde_json::from_str(text).unwrap();
        assert!(!serde_json::to_string(&jwk).unwrap().contains("nWGx"));
    }
}
