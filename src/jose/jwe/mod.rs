//! Encrypted tokens (RFC 7516, compact form), with the algorithms of RFC 7518 that have no known weakness.
//!
//! As with signatures, the algorithm belongs to the key: a key is made for one way of handing over the content key and (for
//! encrypting) one content encryption, and nothing in a token changes it. All primitives are the library's.

mod agreement;
mod algorithm;
mod content;
mod decryption;
mod encryption;
#[cfg(test)]
mod tests;

pub use algorithm::{ContentEncryption, KeyManagement};
pub use decryption::{Decrypted, DecryptionKey};
pub use encryption::EncryptionKey;

/// Why nothing was encrypted or decrypted. What exactly was wrong is not told: it would help only who probes (RFC 7516
/// section 11.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be encrypted or decrypted")]
pub struct JweError;

impl From<aws_lc_rs::error::Unspecified> for JweError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for JweError {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}
