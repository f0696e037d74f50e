//! What a client may have beyond the plain: most have none of it. Stored as one JSON value; a member that is not there has
//! its default, so that settings can be added without a migration.

use serde::{Deserialize, Serialize};

/// Settings of a client, named as the registered metadata are (RFC 7591 section 2 and the specifications that add to it).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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
}
