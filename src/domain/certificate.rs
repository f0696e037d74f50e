//! The certificate of a client.

use data_encoding::BASE64URL_NOPAD;

/// A certificate that was shown with a request. Whoever ended TLS (this server or a listed proxy) has seen that its key is
/// held; who issued it, and what it says, nobody has looked at yet.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// As DER.
    pub certificate: Vec<u8>,
    /// Those that were sent beside it, to find the way to its issuer.
    pub chain: Vec<Vec<u8>>,
}

impl ClientCertificate {
    /// Its SHA-256 as base64url (`x5t#S256`, RFC 8705 section 3.1).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        use sha2::Digest as _;
        BASE64URL_NOPAD.encode(&sha2::Sha256::digest(&self.certificate))
    }
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientCertificate({})", self.thumbprint())
    }
}
