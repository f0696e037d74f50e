//! How strongly a person has been authenticated, and how that is said to applications.

use super::text::words;
use super::{Column, ColumnError, Value};

words! {
    /// One way in which a person proved something (`amr` values of RFC 8176 section 2).
    Amr {
        Password = "pwd",
        OneTimePassword = "otp",
        RecoveryCode = "recovery_code",
        HardwareKey = "hwk",
        SoftwareKey = "swk",
        UserPresence = "user",
        Multiple = "mfa",
    }
}

words! {
    /// The authentication context class of a session, weakest first, so that `>=` compares strength.
    Acr {
        /// One factor was proven.
        One = "urn:doorward:acr:1",
        /// Two factors of different kinds were proven.
        Two = "urn:doorward:acr:2",
        /// Two factors, one of which cannot be phished.
        PhishingResistant = "urn:doorward:acr:3",
    }
}

/// What has been proven of a person and when: the strength of one session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Strength {
    pub acr: Acr,
    pub amr: Vec<Amr>,
    /// When the person was last actively authenticated (`auth_time`).
    pub authenticated_at: super::Timestamp,
}

impl Column for Vec<Amr> {
    /// Words with a space between.
    fn to_value(&self) -> Value {
        let words: Vec<&str> = self.iter().map(|amr| amr.as_str()).collect();
        Value::Text(Some(words.join(" ")))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        String::from_value(value)?
            .split_ascii_whitespace()
            .map(|word| Amr::parse(word).ok_or(ColumnError::Invalid("amr")))
            .collect()
    }
}
