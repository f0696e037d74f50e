//! What a client may have beyond the plain: most have none of it. Stored as one JSON value; a member that is not there has
//! its default, so that settings can be added without a migration.

use serde::{Deserialize, Serialize};

use super::EncryptionSettings;
use crate::domain::{ApplicationId, ClientId, ClientProfile, ResponseMode, ResponseType};
use crate::jose::Algorithm;

/// Settings of a client, named as the registered metadata are (RFC 7591 section 2 and the specifications that add to it).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the metadata")]
pub struct ClientSettings {
    /// Its access tokens are bound to a key of its own: a token request without DPoP proof is refused (RFC 9449 section 5.2).
    pub dpop_bound_access_tokens: bool,
    /// Its access tokens are bound to its certificate: a token request without one is refused (RFC 8705 section 3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// What its certificate names it, for `tls_client_auth`: exactly one of these (RFC 8705 section 2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// Where its public keys are fetched from; never beside keys by value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The only algorithm of its assertions, as on the wire; `None`: any that fits its method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    pub subject_type: SubjectType,
    /// Its host stands for the client where subjects are pairwise (OpenID Connect Core section 8.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Signs the answers of the userinfo endpoint; `None`: they are plain JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<Algorithm>,
    #[serde(flatten)]
    pub encryption: EncryptionSettings,
    #[serde(flatten)]
    pub logout: LogoutSettings,
    #[serde(flatten)]
    pub ciba: CibaSettings,
    /// With what an introspection answer is signed that this client asks for (RFC 9701 section 6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// The rules by which it must abide; see [`super::Rules`].
    #[serde(deserialize_with = "profile")]
    pub profile: ClientProfile,
    /// Empty: `code` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_types: Vec<ResponseType>,
    /// Empty: all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_modes: Vec<ResponseMode>,
    /// `false`: it may ask for a code without PKCE, where `nonce` protects the code instead (RFC 9700 section 2.1.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pkce: Option<bool>,
    /// RFC 9126 section 6.
    pub require_pushed_authorization_requests: bool,
    /// RFC 9101 section 10.5.
    pub require_signed_request_object: bool,
    /// Addresses of its own at which request objects may stand (OpenID Connect Core section 6.2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// The only algorithm of its request objects (OpenID Connect Registration section 2); `None`: any of its keys'.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "of_client")]
    pub request_object_signing_alg: Option<Algorithm>,
    /// Signs the answers in the modes `*.jwt`; `None`: with RS256 if the server signs with it, and under a profile as its ID tokens are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// Seconds; holds where a request says no `max_age`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Kept as registered: ID tokens always say `auth_time`.
    pub require_auth_time: bool,
    /// Wishes that hold where a request has none (`acr_values`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Whose tokens it may exchange (RFC 8693); nobody's where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_exchange: Option<TokenExchange>,
    /// Who alone may act by its tokens: goes into them as the claim of that name (RFC 8693 section 4.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_act: Option<MayAct>,
    /// It may prove itself (`private_key_jwt`) by assertions of issuers that its organisation trusts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub outside_assertion: bool,
    /// Applications beside the first (`application_id`) for which the client may ask for tokens by `resource` (RFC 8707).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further_applications: Vec<ApplicationId>,
    /// The types of authorization details that the client may ask for (RFC 9396 section 10).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// It has registered itself: it speaks for nobody but itself, whatever its policy lets it ask for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub registered_itself: bool,
    /// Its key set as it has registered it, where that holds more than this server reads: told to it again as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_as_registered: Option<serde_json::Value>,
}

/// The algorithm of what a client signs, under the older name too that its headers may have. For what we sign there is one
/// name: whoever registers the other might not know the one that we write (RFC 9864 section 2.2).
fn of_client<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Algorithm>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    let known =
        |name: String| Algorithm::named(&name).ok_or_else(|| serde::de::Error::custom("no such algorithm"));
    name.map(known).transpose()
}

/// Both spellings of a profile's name are read; one is written.
fn profile<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<ClientProfile, D::Error> {
    let name = String::deserialize(deserializer)?;
    ClientProfile::named(&name).ok_or_else(|| serde::de::Error::custom("no such profile"))
}

/// Whether all clients see one `sub` of a person, or each sector its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    #[default]
    Public,
    Pairwise,
}

/// Where a client wants to hear that a session has ended (OpenID Connect Back-Channel Logout section 2.2, Front-Channel
/// Logout section 2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogoutSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Kept as registered: logout tokens always say the `sid`.
    pub backchannel_logout_session_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether `iss` and `sid` are added to the address.
    pub frontchannel_logout_session_required: bool,
}

/// How a client makes a backchannel authentication request, and hears that it was answered (OpenID CIBA Core section 4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CibaSettings {
    /// `None`: poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_token_delivery_mode: Option<DeliveryMode>,
    /// Where it is told, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_client_notification_endpoint: Option<String>,
    /// It signs its requests with this algorithm, and sends no others.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "of_client")]
    pub backchannel_authentication_request_signing_alg: Option<Algorithm>,
    /// It asks people for the code that they may have.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_user_code_parameter: bool,
}

impl CibaSettings {
    /// Whether the client is told.
    #[must_use]
    pub fn is_pinged(&self) -> bool {
        self.backchannel_token_delivery_mode == Some(DeliveryMode::Ping)
    }
}

/// A way in which a client comes to its tokens (OpenID CIBA Core section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryMode {
    /// It asks until they are there.
    Poll,
    /// It is told when to ask.
    Ping,
}

/// Where an application runs (OpenID Connect Registration section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationType {
    Web,
    Native,
}

impl ClientSettings {
    /// Whether the client may use a response type.
    #[must_use]
    pub fn may_use(&self, asked: ResponseType) -> bool {
        if self.response_types.is_empty() {
            asked == ResponseType::Code
        } else {
            self.response_types.contains(&asked)
        }
    }

    /// Whether no code is given without PKCE.
    #[must_use]
    pub fn requires_pkce(&self) -> bool {
        self.require_pkce.unwrap_or(true)
    }

    /// The only algorithm of its signed assertions, if it has one (that of shared secrets is none of them).
    #[must_use]
    pub fn token_endpoint_auth_signing_alg(&self) -> Option<Algorithm> {
        self.token_endpoint_auth_signing_alg
            .as_deref()
            .and_then(Algorithm::named)
    }
}

/// What a client may do with tokens of others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenExchange {
    /// The clients to which the tokens were issued. Its own are not among them unless it names itself.
    pub subject_clients: Vec<ClientId>,
    /// The issuers outside, among those that its organisation trusts, whose assertions it may exchange.
    pub subject_issuers: Vec<String>,
    /// It may act for the subject, and the token says so (`act`).
    pub delegation: bool,
    /// It may act as the subject.
    pub impersonation: bool,
}

/// Who may act by a token: both where both are said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayAct {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}
