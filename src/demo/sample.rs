//! What the sample holds, as it is printed and kept in the data folder.

use serde::{Deserialize, Serialize};

/// Everything a newcomer needs to try the demonstration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sample {
    pub people: Vec<SamplePerson>,
    pub clients: Vec<SampleClient>,
    /// An initial access token: whoever has it registers clients at this demonstration.
    #[serde(default)]
    pub registration_token: Option<String>,
}

/// A person of the sample. The secrets are those of this data folder only.
#[derive(Clone, Serialize, Deserialize)]
pub struct SamplePerson {
    pub username: String,
    pub name: String,
    pub password: String,
    /// Base32, for any authenticator app; none where nobody asks for a second factor.
    pub totp_secret: Option<String>,
    pub roles: Vec<String>,
    pub organization: String,
    /// What this person is good for when trying things.
    pub purpose: String,
}

/// A client of the sample.
#[derive(Clone, Serialize, Deserialize)]
pub struct SampleClient {
    pub client_id: String,
    pub client_secret: Option<String>,
    /// The private key (PKCS#8, Ed25519, PEM) of a client that proves itself by `private_key_jwt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
    pub grant_types: Vec<String>,
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
    pub purpose: String,
}

impl std::fmt::Debug for SamplePerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SamplePerson({})", self.username)
    }
}

impl std::fmt::Debug for SampleClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SampleClient({})", self.client_id)
    }
}
