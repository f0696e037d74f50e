//! The signature algorithms of the house.
//!
//! A further one (ML-DSA, RFC 9964) is a variant here, and an arm in each `match` that the compiler then asks for: its keys
//! in `jws` and `jwk`, its hash in `half_hash`. Nothing outside of this room names an algorithm to use it.

use crate::domain::{Column, ColumnError, Value};

/// A signature algorithm (RFC 7518 section 3.1; Ed25519 by its fully specified name of RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Algorithm {
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "ES384")]
    Es384,
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "PS256")]
    Ps256,
    #[serde(rename = "Ed25519")]
    Ed25519,
}

impl Algorithm {
    /// All of them, the default first.
    pub const ALL: &'static [Self] = &[Self::Es256, Self::Es384, Self::Rs256, Self::Ps256, Self::Ed25519];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The algorithm that a token or a JWK names: as [`Algorithm::parse`], and `EdDSA`, the older and wider name under
    /// which Ed25519 keys still go (RFC 8037 section 3.1). A key's type decides, so nothing can be mixed up by it.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == "EdDSA" {
            Some(Self::Ed25519)
        } else {
            Self::parse(name)
        }
    }

    /// The algorithm of that name, spelled exactly.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Column for Algorithm {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.as_str().to_owned()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).ok_or(ColumnError::Invalid("algorithm"))
    }
}
