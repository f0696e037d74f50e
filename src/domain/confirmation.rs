//! The key to which a token is bound.

use serde::{Deserialize, Serialize};

/// The `cnf` claim (RFC 7800 section 3.1): whoever shows the token must prove this key too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// The RFC 7638 thumbprint of a key that signs DPoP proofs (RFC 9449 section 6.1).
    #[serde(rename = "jkt")]
    Key(String),
    /// The SHA-256 of a client certificate (RFC 8705 section 3.1), as base64url.
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// How a token that is bound so is sent (RFC 6749 section 7.1, RFC 9449 section 7.1).
    #[must_use]
    pub const fn token_type(bound: Option<&Self>) -> &'static str {
        match bound {
            Some(Self::Key(_)) => "DPoP",
            Some(Self::Certificate(_)) | None => "Bearer",
        }
    }

    /// To what it is bound, in the words of the log.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Key(_) => "DPoP key",
            Self::Certificate(_) => "certificate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_is_written_as_the_claim_is() {
        let key = Confirmation::Key("abc".into());
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(text, r#"{"jkt":"abc"}"#);
        assert_eq!(serde_json::from_str::<Confirmation>(&text).unwrap(), key);
        let certificate = Confirmation::Certificate("abc".into());
        assert_eq!(
            serde_json::to_string(&certificate).unwrap(),
            r#"{"x5t#S256":"abc"}"#
        );
        assert_eq!(Confirmation::token_type(Some(&key)), "DPoP");
        assert_eq!(Confirmation::token_type(Some(&certificate)), "Bearer");
        assert_eq!(Confirmation::token_type(None), "Bearer");
    }
}
