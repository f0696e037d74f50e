//! OAuth scopes: sets of permission names.

use std::collections::BTreeSet;
use std::fmt;

use super::{Column, ColumnError, Value};

/// One scope token (RFC 6749 section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Scope(String);

/// The text is not a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a scope is 1 to 128 visible ASCII characters without quotation mark and backslash")]
pub struct ScopeError;

impl Scope {
    /// Checks one scope token: `1*( %x21 / %x23-5B / %x5D-7E )`.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let shaped = (1..=128).contains(&text.len()) && text.bytes().all(allowed);
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(ScopeError)
        }
    }

    /// The scope as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A refresh token that outlives the session (OpenID Connect Core section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Scopes of OpenID Connect: about the person, not about what it may do.
pub const OPENID_SCOPES: [&str; 6] = ["openid", "profile", "email", "address", "phone", OFFLINE_ACCESS];

/// A set of scopes, written in alphabetical order with a space between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Reads a scope parameter; at most 100 scopes.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let set = text
            .split(' ')
            .filter(|one| !one.is_empty())
            .map(Scope::parse)
            .collect::<Result<BTreeSet<_>, _>>()?;
        if set.len() > 100 {
            Err(ScopeError)
        } else {
            Ok(Self(set))
        }
    }

    /// The set of none.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: Scopes = Scopes(BTreeSet::new());
        &NONE
    }

    /// Whether the set has this scope.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|one| one.as_str() == scope)
    }

    /// The scopes that both sets have.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The scopes of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Whether all of these are in `other`.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl serde::Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Scopes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Column for Scopes {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_string()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).map_err(|_| ColumnError::Invalid("scope set"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_set_and_refuse_what_is_not_a_token() {
        let scopes = Scopes::parse("openid  feedback:read openid").unwrap();
        assert_eq!(scopes.to_string(), "feedback:read openid");
        assert!(Scopes::parse("a\"b").is_err());
        assert!(Scopes::parse("a\tb").is_err());
        assert!(Scopes::parse("é").is_err());
    }
}
