//! Identifiers that know what they identify: a person's id does not fit where a session's is asked.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::{Column, ColumnError, Timestamp, Value};

/// A UUID version 7 (RFC 9562 section 5.7) of one kind of thing. Stored and shown as 36 characters of text, which sort
/// by the time of making.
pub struct Id<K> {
    value: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid identifier")]
pub struct IdError;

impl<K> Id<K> {
    /// The id of nothing. Where somebody must not learn whether there is one, what is asked of an id is asked of this one too.
    pub const NIL: Self = Self::from_bytes([0; 16]);

    /// Makes an id from the time of the act and ten bytes of chance.
    #[must_use]
    pub fn new(now: Timestamp, chance: [u8; 10]) -> Self {
        let milliseconds = u64::try_from(now.as_micros() / 1_000).unwrap_or_default();
        let value = uuid::Builder::from_unix_timestamp_millis(milliseconds, &chance).into_uuid();
        Self {
            value,
            kind: PhantomData,
        }
    }

    /// The id of these sixteen bytes, as [`Id::as_bytes`] tells them.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self {
            value: Uuid::from_bytes(bytes),
            kind: PhantomData,
        }
    }

    /// When the id was made, to the millisecond.
    #[must_use]
    pub fn made_at(&self) -> Timestamp {
        let milliseconds = self.as_bytes().iter().take(6);
        let milliseconds = milliseconds.fold(0, |sum: i64, byte| (sum << 8) | i64::from(*byte));
        Timestamp::from_micros(milliseconds.saturating_mul(1_000))
    }

    /// The sixteen bytes of the id.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.value.as_bytes()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value.hyphenated())
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value.hyphenated())
    }
}

impl<K> FromStr for Id<K> {
    type Err = IdError;

    /// Accepts the one form that `Display` writes; other spellings of a UUID are refused, so that one thing has one name.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let canonical = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let value = Uuid::try_parse(text).ok().filter(|_| canonical).ok_or(IdError)?;
        Ok(Self {
            value,
            kind: PhantomData,
        })
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<K> Column for Id<K> {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_string()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        String::from_value(value)?
            .parse()
            .map_err(|IdError| ColumnError::Invalid("identifier"))
    }
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $id:ident of $kind:ident),+ $(,)?) => {$(
        #[doc(hidden)]
        #[derive(Debug)]
        pub enum $kind {}
        $(#[$meta])*
        pub type $id = Id<$kind>;
    )+};
}

kinds! {
    /// An organisation: a tenant with its own people and policies.
    OrganisationId of OrganisationKind,
    /// A human account; the `sub` of tokens about it.
    PersonId of PersonKind,
    /// An account of a machine, whose rights a client uses.
    ServiceAccountId of ServiceAccountKind,
    /// A department, region or team.
    GroupId of GroupKindMarker,
    /// A role.
    RoleId of RoleKind,
    /// Access given to someone.
    AccessGrantId of AccessGrantKind,
    /// An application (resource server) that defines permissions.
    ApplicationId of ApplicationKind,
    /// A browser session; the `sid` of tokens.
    SessionId of SessionKind,
    /// A stored "do this, then return there" of one browser tab.
    ContinuationId of ContinuationKind,
    /// What a person has given to a client: the family of its refresh tokens.
    AuthorizationId of AuthorizationKind,
    /// A request that a client polls for while a person decides elsewhere.
    PolledRequestId of PolledRequestKind,
    /// An authenticator for time-based codes.
    TotpId of TotpKind,
    /// A passkey of a person.
    PasskeyId of PasskeyKind,
    /// A forgotten password that is set anew.
    PasswordResetId of PasswordResetKind,
    /// An enrolment pass.
    PassId of PassKind,
    /// A mail on its way.
    MailId of MailKind,
    /// Work that is done later.
    JobId of JobKind,
    /// What ties the log, the audit events and the error page of one request together.
    CorrelationId of CorrelationKind,
    /// A rule of who must use what at sign-in.
    RuleId of RuleKind,
    /// A sign-in that is kept for replay.
    RecordedSignInId of RecordedSignInKind,
    /// A use of an account for emergencies.
    BreakGlassUseId of BreakGlassUseKind,
    /// An initial access token.
    RegistrationTokenId of RegistrationTokenKind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written_and_in_no_other_spelling() {
        let id = PersonId::new(Timestamp::from_micros(1_700_000_000_000_000), [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse::<PersonId>(), Err(IdError));
        assert_eq!(format!("{{{id}}}").parse::<PersonId>(), Err(IdError));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones_as_text() {
        let earlier = PersonId::new(Timestamp::from_micros(1_000_000), [255; 10]);
        let later = PersonId::new(Timestamp::from_micros(2_000_000), [0; 10]);
        assert!(earlier.to_string() < later.to_string());
    }
}
