//! Signed and encrypted tokens: keys typed by algorithm, JWS and JWE in compact form, verifiers made from expectations.
//!
//! The algorithm belongs to the key, never to the header; a verifier is made from what is expected (type, issuer,
//! audience, algorithms), and nothing in a token (`jku`, `x5u`, `jwk`) can change it. A DPoP proof alone is verified with the
//! key that it brings along, and says nothing but that its sender holds that key. Storey 0: calls `domain` only.

mod algorithm;
mod dpop;
mod half_hash;
mod jwe;
mod jwk;
mod jws;
mod jwt;
#[cfg(test)]
mod vector;

pub use algorithm::Algorithm;
pub use dpop::{PROOF_LIFE, ProofExpectations, ProofKeys, VerifiedProof, verify_proof};
pub use half_hash::half_hash;
pub use jwe::{ContentEncryption, Decrypted, DecryptionKey, EncryptionKey, JweError, KeyManagement};
pub use jwk::{Jwk, JwkError, JwkSet, PublicKey};
pub use jws::{SigningKey, SigningKeyError};
pub use jwt::{
    CLOCK_DIFFERENCE, Expectations, HS256, JwtError, SignedToken, VerifiedToken, claimed_issuer,
    claimed_key_id, claimed_subject, claimed_type, moment, verify, verify_signed, verify_statement,
    verify_svid, verify_with_secret,
};
