//! What a client wants to be encrypted.

use serde::{Deserialize, Serialize};

use crate::jose::{ContentEncryption, KeyManagement};

/// What is encrypted for a client (OpenID Connect Registration section 2, JARM section 3, RFC 9701 section 6). Without an
/// `enc` beside its `alg` it is [`ContentEncryption::default`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EncryptionSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_enc: Option<ContentEncryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_alg: Option<KeyManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_enc: Option<ContentEncryption>,
}

/// What can be encrypted for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encrypted {
    IdToken,
    UserInfo,
    Authorization,
    Introspection,
}

impl Encrypted {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::IdToken,
        Self::UserInfo,
        Self::Authorization,
        Self::Introspection,
    ];
}

impl EncryptionSettings {
    /// Whether anything is encrypted for the client.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        Encrypted::ALL.into_iter().any(|what| self.of(what).is_some())
    }

    /// How something is encrypted for the client; nothing if it is not.
    #[must_use]
    pub fn of(&self, what: Encrypted) -> Option<(KeyManagement, ContentEncryption)> {
        let (management, content) = self.named(what);
        management.map(|management| (management, content.unwrap_or_default()))
    }

    /// The names of the metadata that say an `enc` for which no `alg` is said.
    pub(super) fn without_alg(&self) -> Option<&'static str> {
        Encrypted::ALL
            .into_iter()
            .find(|what| matches!(self.named(*what), (None, Some(_))))
            .map(Encrypted::field)
    }

    const fn named(&self, what: Encrypted) -> (Option<KeyManagement>, Option<ContentEncryption>) {
        match what {
            Encrypted::IdToken => (
                self.id_token_encrypted_response_alg,
                self.id_token_encrypted_response_enc,
            ),
            Encrypted::UserInfo => (
                self.userinfo_encrypted_response_alg,
                self.userinfo_encrypted_response_enc,
            ),
            Encrypted::Authorization => (
                self.authorization_encrypted_response_alg,
                self.authorization_encrypted_response_enc,
            ),
            Encrypted::Introspection => (
                self.introspection_encrypted_response_alg,
                self.introspection_encrypted_response_enc,
            ),
        }
    }
}

impl Encrypted {
    /// The name of the metadata that says the `enc`.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::IdToken => "id_token_encrypted_response_enc",
            Self::UserInfo => "userinfo_encrypted_response_enc",
            Self::Authorization => "authorization_encrypted_response_enc",
            Self::Introspection => "introspection_encrypted_response_enc",
        }
    }
}
