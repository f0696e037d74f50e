//! How the codes of an authenticator are computed.

use super::text::words;
use super::{Column, ColumnError, Value};

words! {
    /// The hash of time-based codes (RFC 6238 section 1.2), spelled as in `otpauth` addresses.
    TotpAlgorithm { Sha1 = "SHA1", Sha256 = "SHA256", Sha512 = "SHA512" }
}

impl TotpAlgorithm {
    /// Bytes of a secret: as many as the hash has (RFC 6238 section 5.1); of SHA-1 the 160 bits of RFC 4226 section 4, R6.
    #[must_use]
    pub const fn secret_bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// The hash and the number of digits, 6 to 8 (RFC 4226 section 5.3), of an authenticator's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TotpForm {
    pub algorithm: TotpAlgorithm,
    pub digits: u8,
}

impl TotpForm {
    /// What all authenticator apps know, and take a key for that is typed.
    pub const COMMON: Self = Self {
        algorithm: TotpAlgorithm::Sha1,
        digits: 6,
    };

    /// What `Display` writes: `SHA1-6`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, digits) = text.split_once('-')?;
        let form = Self {
            algorithm: TotpAlgorithm::parse(algorithm)?,
            digits: digits.parse().ok()?,
        };
        (6..=8).contains(&form.digits).then_some(form)
    }
}

impl std::fmt::Display for TotpForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.algorithm, self.digits)
    }
}

impl Column for TotpForm {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_string()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let text = String::from_value(value)?;
        Self::parse(&text).ok_or(ColumnError::Invalid("TotpForm"))
    }
}
