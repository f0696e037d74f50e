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

impl KeyRing {
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
