//! Values that must not be seen: they cannot be printed, serialised or compared with `==`.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{Column, ColumnError, Value};

/// A secret text: a password as typed, a client secret as sent. Wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a text under guard.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text, for the one place that verifies or sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// An opaque token as its holder has it: 256 bits of chance as base64url. Only its digest is stored.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// A token from 32 bytes of chance.
    #[must_use]
    pub fn new(chance: [u8; 32]) -> Self {
        Self(SecretString::from(data_encoding::BASE64URL_NOPAD.encode(&chance)))
    }

    /// A token as it came from outside; nothing is known of it yet.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(SecretString::from(text.to_owned()))
    }

    /// The text, to hand it to its holder.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it: SHA-256, enough for 256 bits of chance (no slow hash is needed).
    #[must_use]
    pub fn digest(&self) -> Digest32 {
        use sha2::Digest as _;
        Digest32(sha2::Sha256::digest(self.expose().as_bytes()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A 32-byte digest or keyed hash. Comparing two takes the same time wherever they differ.
#[derive(Clone, Copy)]
pub struct Digest32(pub [u8; 32]);

impl Digest32 {
    /// Whether both are the same, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let difference = self
            .0
            .iter()
            .zip(other.0.iter())
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        std::hint::black_box(difference) == 0
    }

    /// The number that its first 56 bits are, for picking by it.
    #[must_use]
    pub fn number(&self) -> i64 {
        let first = self.0.iter().take(7);
        first.fold(0, |sum, byte| (sum << 8) | i64::from(*byte))
    }
}

impl fmt::Debug for Digest32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest32(..)")
    }
}

impl Column for Digest32 {
    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.0.to_vec()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let bytes = Vec::<u8>::from_value(value)?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| ColumnError::Invalid("32-byte digest"))
    }

    fn null() -> Value {
        Value::Bytes(None)
    }
}
