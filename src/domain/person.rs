//! Human accounts.

use std::fmt;

use super::text::words;
use super::{Column, ColumnError, Value};

words! {
    /// Whether a person may sign in.
    PersonStatus { Active = "active", Disabled = "disabled", Left = "left" }
}

/// The name a person signs in with: folded to lower case, unique in the whole installation, so that the first page of
/// sign-in needs no question about the organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Username(String);

/// The text is not a username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a username is 1 to 200 characters without white space and control characters")]
pub struct UsernameError;

impl Username {
    /// Folds and checks a username as typed.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        let folded = text.trim().to_lowercase();
        let allowed = |c: char| !c.is_whitespace() && !c.is_control();
        let shaped = !folded.is_empty() && folded.chars().count() <= 200 && folded.chars().all(allowed);
        if shaped {
            Ok(Self(folded))
        } else {
            Err(UsernameError)
        }
    }

    /// The folded username.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Column for Username {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.0.clone()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).map_err(|_| ColumnError::Invalid("username"))
    }
}
