//! The desk's key (RFC 9449): whoever takes an access token of the desk cannot use it without this key. It is made at each
//! start and never written.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::CsrfToken;
use serde::{Deserialize, Serialize};

/// A key could not be made, or did not sign.
#[derive(Debug, thiserror::Error)]
#[error("the desk's key cannot be used")]
pub(super) struct KeyError;

/// The public half of a key on P-256: the members that count, in the order of their names (RFC 7638 section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Jwk {
    crv: String,
    kty: String,
    x: String,
    y: String,
}

impl Jwk {
    /// From the uncompressed form of a point (SEC 1 section 2.3.3).
    fn of_point(point: &[u8]) -> Option<Self> {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        Some(Self {
            crv: "P-256".to_owned(),
            kty: "EC".to_owned(),
            x: encode(point.get(1..33)?),
            y: encode(point.get(33..65)?),
        })
    }

    pub(super) fn is_on_p256(&self) -> bool {
        self.kty == "EC" && self.crv == "P-256"
    }

    /// RFC 7638.
    pub(super) fn thumbprint(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        hash(&text)
    }
}

/// SHA-256 in base64url, as `ath` and `jkt` have it.
pub(super) fn hash(text: &str) -> String {
    BASE64URL_NOPAD.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

/// What a proof is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose<'a> {
    pub(super) method: &'a str,
    pub(super) address: &'a str,
    /// The access token that goes with it, to a resource.
    pub(super) access_token: Option<&'a str>,
    /// What the receiver wants to see in it (RFC 9449 section 8).
    pub(super) nonce: Option<&'a str>,
    pub(super) now_seconds: i64,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: &'static str,
    jwk: &'a Jwk,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: &'a str,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

/// The key.
pub(super) struct Key {
    pair: EcdsaKeyPair,
    jwk: Jwk,
}

impl Key {
    pub(super) fn generate() -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError)?;
        let jwk = Jwk::of_point(pair.public_key().as_ref()).ok_or(KeyError)?;
        Ok(Self { pair, jwk })
    }

    pub(super) fn thumbprint(&self) -> String {
        self.jwk.thumbprint()
    }

    /// A proof for one request (RFC 9449 section 4.2). Query and fragment of an address do not count.
    pub(super) fn proof(&self, purpose: &Purpose<'_>) -> Result<String, KeyError> {
        let header = Header {
            typ: "dpop+jwt",
            alg: "ES256",
            jwk: &self.jwk,
        };
        let id = CsrfToken::new_random();
        let claims = Claims {
            jti: id.secret(),
            htm: purpose.method,
            htu: purpose.address.split(['?', '#']).next().unwrap_or_default(),
            iat: purpose.now_seconds,
            ath: purpose.access_token.map(hash),
            nonce: purpose.nonce,
        };
        let part = |text: serde_json::Result<Vec<u8>>| text.map(|bytes| BASE64URL_NOPAD.encode(&bytes));
        let header = part(serde_json::to_vec(&header)).map_err(|_| KeyError)?;
        let claims = part(serde_json::to_vec(&claims)).map_err(|_| KeyError)?;
        let message = format!("{header}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.map_err(|_| KeyError)?;
        Ok(format!(
            "{message}.{}",
            BASE64URL_NOPAD.encode(signature.as_ref())
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_that_of_other_programs() {
        // The key and the thumbprint of RFC 9449, figures 2 and 8.
        let jwk = Jwk {
            crv: "P-256".to_owned(),
            kty: "EC".to_owned(),
            x: "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs".to_owned(),
            y: "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA".to_owned(),
        };
        assert_eq!(jwk.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        // The access token of figure 12.
        assert_eq!(
            hash("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"),
            "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
        );
    }

    #[test]
    fn a_proof_tells_its_request_and_is_never_the_same() {
        let key = Key::generate().unwrap();
        let purpose = Purpose {
            method: "GET",
            address: "https://id.example/userinfo?a=b#c",
            access_token: Some("token"),
            nonce: Some("n"),
            now_seconds: 5,
        };
        let proof = key.proof(&purpose).unwrap();
        let claims = proof.split('.').nth(1).unwrap();
        let claims = BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["htm"], "GET");
        assert_eq!(claims["htu"], "https://id.example/userinfo");
        assert_eq!(claims["ath"], hash("token"));
        assert_eq!(claims["nonce"], "n");
        assert_eq!(claims["iat"], 5);
        assert_ne!(proof, key.proof(&purpose).unwrap());
    }
}
