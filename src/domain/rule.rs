//! Words of the rules of sign-in.

use super::text::words;
use super::{Column, ColumnError, Digest32, Value};

/// A browser as it is known again: the digest of its own cookie. It proves nothing, so that it is compared like any id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeviceId([u8; 32]);

impl From<Digest32> for DeviceId {
    fn from(digest: Digest32) -> Self {
        Self(digest.0)
    }
}

impl DeviceId {
    /// The id that `Display` has written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl std::fmt::Display for DeviceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::BASE64URL_NOPAD.encode(&self.0))
    }
}

impl serde::Serialize for DeviceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for DeviceId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no device"))
    }
}

impl Column for DeviceId {
    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.0.to_vec()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let bytes = Vec::<u8>::from_value(value)?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| ColumnError::Invalid("device"))
    }

    fn null() -> Value {
        Value::Bytes(None)
    }
}

words! {
    /// Whether a rule counts.
    RuleMode {
        /// It is being written: it does nothing.
        Draft = "draft",
        /// It says in the log what it would have asked, and asks nothing.
        Report = "report",
        On = "on",
    }
}

words! {
    /// How well a person's device is known, least first.
    DeviceStanding {
        /// This person has not signed in with this browser before.
        New = "new",
        Known = "known",
        /// The person has proven a second factor on it and asked not to be asked again for a while.
        Trusted = "trusted",
    }
}

words! {
    /// How unusual a sign-in is for its person.
    RiskLevel { Low = "low", Medium = "medium", High = "high" }
}

words! {
    /// What somebody is asked to enrol.
    FactorAsked {
        /// An authenticator or a passkey.
        Any = "any",
        Passkey = "passkey",
    }
}

words! {
    /// Which reminder of a factor that is to be set up, in their order.
    ReminderKind {
        Start = "start",
        Half = "half",
        /// Three days before the end.
        ThreeDays = "three_days",
        /// A day before it.
        LastDay = "last_day",
        /// An administrator has asked for it.
        Asked = "asked",
    }
}

words! {
    /// Days of the week, as in iCalendar (RFC 5545 section 3.3.10).
    Weekday {
        Monday = "mo",
        Tuesday = "tu",
        Wednesday = "we",
        Thursday = "th",
        Friday = "fr",
        Saturday = "sa",
        Sunday = "su",
    }
}
