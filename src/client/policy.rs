//! What clients may be that register themselves.

use super::metadata::{MetadataRefusal, Wanted};
use crate::config::Config;
use crate::domain::{ApplicationId, ClientAuthMethod, GrantType, OrganisationId, RedirectUri, Scopes};

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
    /// Hosts that its addresses may have; empty: any.
    pub redirect_hosts: Vec<String>,
    pub application_id: Option<ApplicationId>,
    /// Whether people of other organisations may sign in.
    pub shared: bool,
    /// Whether it waits for an administrator, without any rights.
    pub approval: bool,
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
            shared: false,
            approval: true,
        }
    }

    /// Holds what a client wants to be against the policy and what the installation has turned on.
    pub(super) fn check(&self, config: &Config, wanted: &Wanted) -> Result<(), MetadataRefusal> {
        let grants = &wanted.grant_types;
        let is_on =
            |one: &GrantType| self.grant_types.contains(one) && config.oauth.grant_types.contains(one);
        if !grants.iter().all(is_on) {
            return Err(MetadataRefusal::metadata(
                "a grant type is not allowed by the registration policy",
            ));
        }
        let method = &wanted.auth_method;
        if !self.auth_methods.contains(method) || !config.oauth.client_authentication.contains(method) {
            return Err(MetadataRefusal::metadata(
                "token_endpoint_auth_method is not allowed by the registration policy",
            ));
        }
        let addresses = wanted.redirect_uris.iter().map(RedirectUri::as_str);
        if !self.redirect_hosts.is_empty() && !addresses.clone().all(|address| self.allows_host(address)) {
            return Err(MetadataRefusal::redirect(
                "a redirect address has a host that the registration policy does not allow",
            ));
        }
        Ok(())
    }

    fn allows_host(&self, address: &str) -> bool {
        let url = url::Url::parse(address).ok();
        let host = url.as_ref().and_then(|url| url.host_str());
        host.is_some_and(|host| self.redirect_hosts.iter().any(|allowed| allowed == host))
    }
}
