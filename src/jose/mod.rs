//! Signed tokens: keys typed by algorithm, signatures in JWS compact form, verifiers made from expectations.
//!
//! The algorithm belongs to the key, never to the header; a verifier is made from what is expected (type, issuer,
//! audience, algorithms), and nothing in a token (`jku`, `x5u`, `jwk`) can change it. Storey 0: calls `domain` only.

mod algorithm;
mod half_hash;
mod jwk;
mod jws;
mod jwt;
#[cfg(test)]
mod vector;

pub use algorithm::Algorithm;
pub use half_hash::half_hash;
pub use jwk::{Jwk, JwkError, JwkSet, PublicKey};
pub use jws::{SigningKey, SigningKeyError};
pub use jwt::{Expectations, JwtError, VerifiedToken, claimed_audience, claimed_subject, verify};
