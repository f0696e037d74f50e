//! Mail: addresses, and how far a mail is.

use std::fmt;
use std::str::FromStr;

use super::text::words;
use super::{Column, ColumnError, Value};

words! {
    /// How far a mail is. `Kept`: the demonstration has put it where it is looked at; `Dead`: given up.
    MailState { Waiting = "waiting", Sent = "sent", Kept = "kept", Dead = "dead" }
}

/// A mail address that servers take everywhere: ASCII, without quotes and comments (the *dot-atom* of RFC 5321 section
/// 4.1.2), so that nothing in it can end a header or a command. The domain is folded to lower case, the rest is the
/// receiver's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The text is not a mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address such as ada@example.org")]
pub struct EmailAddressError;

/// The longest address and the longest part before the `@` (RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3).
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

impl EmailAddress {
    /// Checks an address as typed.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailAddressError)?;
        let fits =
            text.len() <= LONGEST && local.len() <= LONGEST_LOCAL && is_local(local) && is_domain(domain);
        if !fits {
            return Err(EmailAddressError);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`, and the one behind it.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

/// Words of plain characters with single dots between them.
fn is_local(local: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local
        .split('.')
        .all(|word| !word.is_empty() && word.bytes().all(plain))
}

/// Labels of letters, digits and inner hyphens.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').all(label)
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        Self::parse(text)
    }
}

impl Column for EmailAddress {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.0.clone()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).map_err(|_| ColumnError::Invalid("mail address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_plain_one() {
        for text in [
            "ada@example.org",
            "a.b+c@EXAMPLE.org",
            "o'neill@localhost",
            " ada@example.org ",
            "1@2.example",
        ] {
            assert!(EmailAddress::parse(text).is_ok(), "{text}");
        }
        assert_eq!(
            EmailAddress::parse("Ada@Example.ORG").unwrap().as_str(),
            "Ada@example.org"
        );
        for text in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.org",
            "a..b@example.org",
            ".a@example.org",
            "a.@example.org",
            "a b@example.org",
            "\"a b\"@example.org",
            "a@b@example.org",
            "ada@example..org",
            "ada@-example.org",
            "ada@example-.org",
            "ada@[127.0.0.1]",
            "ada@exämple.org",
            "ada@example.org, eve@example.org",
            "Ada <ada@example.org>",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada\n@example.org",
            "ada@example.org\0",
            &format!("{}@example.org", "a".repeat(65)),
            &format!("a@{}.example", "b.".repeat(130)),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailAddressError), "{text:?}");
        }
    }
}
