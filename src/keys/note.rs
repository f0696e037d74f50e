//! Verifying the signatures of the audit log's checkpoints.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

/// Whether this public key (32 bytes, RFC 8032 section 5.1.5) has signed the message.
#[must_use]
pub fn verify_checkpoint(public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key)
        .verify(message, signature)
        .is_ok()
}
