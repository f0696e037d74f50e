//! What clients may be that register themselves.

use serde_json::Value;

use super::metadata::{Document, MetadataRefusal, Wanted};
use super::{ClientSettings, TokenExchange, methods};
use crate::config::Config;
use crate::domain::{
    ApplicationId, ClientAuthMethod, ClientProfile, GrantType, OrganisationId, RedirectUri, Scopes,
    ServiceAccountId,
};

/// The bounds of a registration: of one initial access token, or those of open registration. Stored with each client that
/// was registered by it, so that it never changes itself beyond them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    /// Whose client it becomes.
    pub organisation_id: OrganisationId,
    /// All that it may ask for; what it wishes beyond is left out.
    pub scopes: Scopes,
    pub grant_types: Vec<GrantType>,
    pub auth_methods: Vec<ClientAuthMethod>,
    /// Hosts that its addresses, https only then, may have; empty: any.
    pub redirect_hosts: Vec<String>,
    pub application_id: Option<ApplicationId>,
    /// Applications beside that one, whose permissions it asks for by `resource` (RFC 8707).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_applications: Vec<ApplicationId>,
    /// Whether people of other organisations may sign in.
    pub shared: bool,
    /// Whether it waits for an administrator, without any rights.
    pub approval: bool,
    /// As whom it acts by `client_credentials`; without, it may not use that grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_id: Option<ServiceAccountId>,
    /// Whose tokens it may exchange (RFC 8693); without, it may not use that grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_exchange: Option<TokenExchange>,
    /// The types of authorization details that it may ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// PKCE is not required of its clients that authenticate, under the profile `baseline`, unless they ask to be held to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_pkce: bool,
}

/// Whether a client may be let off PKCE: it proves who it is, and no profile asks for more.
pub(super) fn may_omit_pkce(method: ClientAuthMethod, settings: &ClientSettings) -> bool {
    method != ClientAuthMethod::None && settings.profile == ClientProfile::Baseline
}

/// The scopes of people's own data, which need no application.
const OPENID: &str = "openid profile email address phone offline_access";

impl Policy {
    /// What a client may be about which nothing more is said: it signs people in, and waits.
    #[must_use]
    pub fn plain(organisation_id: OrganisationId) -> Self {
        Self {
            organisation_id,
            scopes: Scopes::parse(OPENID).unwrap_or_default(),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            auth_methods: ClientAuthMethod::ALL.to_vec(),
            redirect_hosts: Vec::new(),
            application_id: None,
            further_applications: Vec::new(),
            shared: false,
            approval: true,
            service_account_id: None,
            token_exchange: None,
            authorization_details_types: Vec::new(),
            without_pkce: false,
        }
    }

    /// What a client may be that an administrator registers: what the document says, as far as this server can do it.
    #[must_use]
    pub fn of_administrator(organisation_id: OrganisationId, document: &Document) -> Self {
        let scope = document.get("scope").and_then(Value::as_str);
        let types = document.get("authorization_details_types");
        let types = types.and_then(Value::as_array).into_iter().flatten();
        let plain = Self::plain(organisation_id);
        Self {
            scopes: scope
                .and_then(|text| Scopes::parse(text).ok())
                .unwrap_or(plain.scopes),
            grant_types: GrantType::ALL.to_vec(),
            approval: false,
            authorization_details_types: types.filter_map(Value::as_str).map(str::to_owned).collect(),
            without_pkce: document.get("require_pkce") == Some(&Value::Bool(false)),
            ..plain
        }
    }

    /// Holds what a client wants to be against the policy and what the installation has turned on.
    pub(super) fn check(&self, config: &Config, wanted: &Wanted) -> Result<(), MetadataRefusal> {
        let grants = &wanted.grant_types;
        let is_on =
            |one: &GrantType| self.grant_types.contains(one) && config.oauth.grant_types.contains(one);
        if !grants.iter().all(is_on) {
            return Err(MetadataRefusal::metadata(
                "grant_types has one that the policy, or this installation, does not allow",
            ));
        }
        self.check_acting(grants)?;
        let method = &wanted.auth_method;
        if !self.auth_methods.contains(method) || !methods(config).contains(method) {
            return Err(MetadataRefusal::metadata(
                "token_endpoint_auth_method is not allowed by the registration policy, or cannot work here",
            ));
        }
        let responses = &wanted.settings.response_types;
        if !responses.iter().all(|one| config.oauth.answers(*one)) {
            return Err(MetadataRefusal::metadata(
                "a type of response_types is not on here",
            ));
        }
        let allowed = &self.authorization_details_types;
        let types = &wanted.settings.authorization_details_types;
        if !types.iter().all(|name| allowed.contains(name)) {
            return Err(MetadataRefusal::metadata(
                "a type of authorization_details_types is not allowed by the registration policy",
            ));
        }
        if wanted.settings.require_pkce == Some(false) && !self.without_pkce {
            return Err(MetadataRefusal::metadata(
                "require_pkce: the registration policy asks PKCE of all its clients",
            ));
        }
        if !wanted.redirect_uris.iter().all(|one| self.allows_host(one)) {
            return Err(MetadataRefusal::redirect(
                "a redirect address has a host that the registration policy does not allow, or is not https",
            ));
        }
        if !(wanted.post_logout_redirect_uris.iter()).all(|one| self.allows_host(one)) {
            return Err(MetadataRefusal::metadata(
                "post_logout_redirect_uris has a host that the registration policy does not allow, or is not https",
            ));
        }
        Ok(())
    }

    /// What a client is to be held to that says nothing of it, or something that [`Self::check`] allows.
    pub(super) fn require_pkce(&self, wanted: &Wanted) -> Option<bool> {
        let may_omit = may_omit_pkce(wanted.auth_method, &wanted.settings);
        let by_policy = (self.without_pkce && may_omit).then_some(false);
        wanted.settings.require_pkce.or(by_policy)
    }

    /// A grant that the token endpoint would never give is not registered.
    fn check_acting(&self, grants: &[GrantType]) -> Result<(), MetadataRefusal> {
        if grants.contains(&GrantType::ClientCredentials) && self.service_account_id.is_none() {
            return Err(MetadataRefusal::metadata(
                "grant_types: client_credentials needs a service account, and the registration policy names none",
            ));
        }
        if grants.contains(&GrantType::TokenExchange) && self.token_exchange.is_none() {
            return Err(MetadataRefusal::metadata(
                "grant_types: the registration policy allows no exchange of tokens",
            ));
        }
        Ok(())
    }

    /// The host of an own scheme says nothing of who is behind it.
    fn allows_host(&self, address: &RedirectUri) -> bool {
        if self.redirect_hosts.is_empty() {
            return true;
        }
        let url = url::Url::parse(address.as_str()).ok();
        let host = url
            .as_ref()
            .filter(|url| url.scheme() == "https")
            .and_then(|url| url.host_str());
        host.is_some_and(|host| self.redirect_hosts.iter().any(|allowed| allowed == host))
    }
}
