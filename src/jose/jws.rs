//! Signing (RFC 7515 section 3.1, compact form).

use super::{Algorithm, Jwk};

/// A private key with its algorithm and id, parsed once: making a signature parses nothing.
pub struct SigningKey {
    algorithm: Algorithm,
    key_id: String,
}

/// Why a private key cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[error("the signing key cannot be made or read")]
pub struct SigningKeyError;

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}, {})", self.algorithm, self.key_id)
    }
}

impl SigningKey {
    /// Makes a new key. RSA takes about 0.2 s: call it where blocking is allowed.
    pub fn generate(_algorithm: Algorithm) -> Result<Self, SigningKeyError> {
        todo!()
    }

    /// Signs claims (a JSON object as bytes) with the header `{"alg","typ","kid"}`; answers the compact form.
    pub fn sign(&self, _typ: &str, _claims: &[u8]) -> Result<String, SigningKeyError> {
        todo!()
    }

    /// The public half.
    #[must_use]
    pub fn public_jwk(&self) -> Jwk {
        todo!()
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id: the RFC 7638 thumbprint.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}
