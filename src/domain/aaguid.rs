//! The kind of an authenticator of WebAuthn (section 6.5.1), as it tells it of itself.

use super::text::words;
use super::{Column, ColumnError, Value};

/// An AAGUID that says something: all zeros are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aaguid(uuid::Uuid);

impl Aaguid {
    /// None for another number of bytes than sixteen, and for zeros.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let told = uuid::Uuid::from_slice(bytes).ok()?;
        (!told.is_nil()).then_some(Self(told))
    }

    /// As it is written in lists: 36 characters with hyphens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let told = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36)?;
        (!told.is_nil()).then_some(Self(told))
    }

    #[must_use]
    pub fn uuid(self) -> uuid::Uuid {
        self.0
    }
}

impl std::fmt::Display for Aaguid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl Column for Aaguid {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_string()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).ok_or(ColumnError::Invalid("aaguid"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_and_other_shapes_are_no_aaguid() {
        let text = "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4";
        assert_eq!(Aaguid::parse(text).unwrap().to_string(), text);
        assert_eq!(Aaguid::parse(&text.to_uppercase()).unwrap().to_string(), text);
        assert_eq!(Aaguid::parse(&text.replace('-', "")), None);
        assert_eq!(Aaguid::parse("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(Aaguid::from_bytes(&[0; 16]), None);
        assert_eq!(Aaguid::from_bytes(&[1; 15]), None);
        assert!(Aaguid::from_bytes(&[1; 16]).is_some());
    }
}

words! {
    /// What proves that a passkey is kept by a product of a list.
    ProductProof {
        /// The word of its maker (attestation), which is checked.
        Attested = "attested",
        /// What it says of itself.
        Claimed = "claimed",
    }
}
