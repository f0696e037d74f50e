//! The ring of signing keys: made at first start, rotated by schedule and by command, with overlap.

use std::sync::Arc;

use super::KeyError;
use crate::domain::Timestamp;
use crate::jose::{Algorithm, PublicKey};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    Token,
    Checkpoint,
}

/// All keys of one moment, ready to sign and verify; replaced as a whole after a rotation.
#[derive(Debug, Default)]
pub struct KeyRing {}

/// The Ed25519 key that signs the audit log's checkpoints.
#[derive(Debug)]
pub struct CheckpointKey {}

impl CheckpointKey {
    /// The key's id: the RFC 7638 thumbprint. The name in a signed note is the log's own affair.
    #[must_use]
    pub fn key_id(&self) -> &str {
        todo!()
    }

    /// The 32 bytes of the public key (RFC 8032 section 5.1.5).
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        todo!()
    }

    /// Signs bytes as they are.
    pub fn sign(&self, _message: &[u8]) -> Result<[u8; 64], KeyError> {
        todo!()
    }
}

impl KeyRing {
    /// The key that signs checkpoints at this moment.
    pub fn checkpoint(&self, _now: Timestamp) -> Result<&CheckpointKey, KeyError> {
        todo!()
    }

    /// The public halves of all keys that have ever signed checkpoints, the newest first.
    #[must_use]
    pub fn checkpoint_verifiers(&self) -> &[[u8; 32]] {
        todo!()
    }

    /// Signs claims with the current key of an algorithm; answers the compact JWS.
    pub fn sign(
        &self,
        _algorithm: Algorithm,
        _typ: &str,
        _claims: &[u8],
        _now: Timestamp,
    ) -> Result<String, KeyError> {
        todo!()
    }

    /// The keys that verify our own tokens at this moment.
    #[must_use]
    pub fn verifiers(&self, _now: Timestamp) -> Arc<[PublicKey]> {
        todo!()
    }

    /// The published JWK set as bytes, made once for each ring.
    #[must_use]
    pub fn jwks(&self) -> Arc<[u8]> {
        todo!()
    }
}
