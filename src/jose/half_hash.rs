//! Half a hash of a token, by which another token vouches for it (`at_hash`).

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use data_encoding::BASE64URL_NOPAD;

use super::Algorithm;

/// The left half of a text's hash, with the hash of the signature algorithm (OpenID Connect Core section 3.1.3.6; Ed25519
/// hashes with SHA-512), in base64url.
#[must_use]
pub fn half_hash(algorithm: Algorithm, text: &str) -> String {
    let hash = match algorithm {
        Algorithm::Es256 | Algorithm::Rs256 | Algorithm::Ps256 => &SHA256,
        Algorithm::Es384 => &SHA384,
        Algorithm::Ed25519 => &SHA512,
    };
    let whole = digest::digest(hash, text.as_bytes());
    let (left, _) = whole.as_ref().split_at(whole.as_ref().len() / 2);
    BASE64URL_NOPAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_sha_256_is_as_in_the_specification() {
        // OpenID Connect Core appendix A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(half_hash(Algorithm::Rs256, token), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(half_hash(Algorithm::Es384, token).len(), 32);
        assert_eq!(half_hash(Algorithm::Ed25519, token).len(), 43);
    }
}
