//! What is known of a client.

use super::ClientSettings;
use crate::domain::{
    ApplicationId, ClientAuthMethod, ClientId, ClientStatus, GrantType, OrganisationId, RedirectUri, Scopes,
    ServiceAccountId,
};
use crate::jose::{Algorithm, JwkSet};

/// One claim that a client's tokens carry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClaimRule {
    /// The claim's name on the wire: `roles`, `groups`, `department`.
    pub claim: String,
    /// `roles`, `groups`, `organisation`, or `attribute:NAME`.
    pub source: String,
    pub id_token: bool,
    pub access_token: bool,
    pub userinfo: bool,
}

/// A registered client. What proves it (secrets, keys) stays in this room.
#[derive(Debug, Clone)]
pub struct Client {
    pub id: ClientId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub status: ClientStatus,
    pub auth_method: ClientAuthMethod,
    pub jwks: Option<JwkSet>,
    pub redirect_uris: Vec<RedirectUri>,
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    pub grant_types: Vec<GrantType>,
    pub scopes: Scopes,
    pub application_id: Option<ApplicationId>,
    pub service_account_id: Option<ServiceAccountId>,
    pub shared: bool,
    pub consent_required: bool,
    pub signing_algorithm: Algorithm,
    pub claim_rules: Vec<ClaimRule>,
    pub settings: ClientSettings,
}

impl Client {
    /// Whether people of an organisation may use it: it is theirs, or shared.
    #[must_use]
    pub fn is_open_to(&self, organisation: OrganisationId) -> bool {
        self.shared || self.organisation_id == organisation
    }

    /// Whether nobody but itself has made it: by registration, or by its metadata document. It is no part of an application
    /// then, even where it may ask for its permissions.
    #[must_use]
    pub fn registered_itself(&self) -> bool {
        self.settings.registered_itself || self.id.is_document()
    }
}

/// A client to be registered.
#[derive(Debug, Clone)]
pub struct NewClient {
    pub id: ClientId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub auth_method: ClientAuthMethod,
    pub jwks: Option<JwkSet>,
    pub redirect_uris: Vec<RedirectUri>,
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    pub grant_types: Vec<GrantType>,
    pub scopes: Scopes,
    pub application_id: Option<ApplicationId>,
    pub service_account_id: Option<ServiceAccountId>,
    pub shared: bool,
    pub consent_required: bool,
    pub signing_algorithm: Algorithm,
    pub claim_rules: Vec<ClaimRule>,
    pub settings: ClientSettings,
}
