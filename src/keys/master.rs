//! The master key and what is made with it.

use super::{KeyError, Purpose};
use crate::domain::Digest32;

/// The one key that is not in the database.
pub struct MasterKey {}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

impl MasterKey {
    /// From base64 of 32 bytes.
    pub fn parse(_text: &str) -> Result<Self, KeyError> {
        todo!()
    }

    /// From a file; made with fresh chance and mode 0600 if `create` and it does not exist.
    pub fn from_file(_path: &std::path::Path, _create: bool) -> Result<Self, KeyError> {
        todo!()
    }

    /// Keyed hash (HMAC-SHA-256) of parts, which are length-prefixed so that no two lists of parts collide.
    #[must_use]
    pub fn mac(&self, _purpose: Purpose, _parts: &[&[u8]]) -> Digest32 {
        todo!()
    }

    /// Encrypts (AES-256-GCM, fresh nonce); `context` (which table, column and row) is authenticated with it.
    pub fn seal(&self, _context: &str, _plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        todo!()
    }

    /// Decrypts what [`MasterKey::seal`] made for the same context.
    pub fn open(&self, _context: &str, _sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        todo!()
    }
}
