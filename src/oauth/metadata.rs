//! The metadata of the server: only what is on (RFC 8414 section 2, OpenID Connect Discovery section 3).
#![expect(
    clippy::struct_field_names,
    clippy::struct_excessive_bools,
    reason = "the members have the names of the document"
)]

use serde::Serialize;

use super::authorize::REACHABLE;
use super::{introspect, registration, standard};
use crate::client::{PAR_PATH, methods, takes_certificates};
use crate::config::{ClientIdMetadata, Config, Registration};
use crate::domain::{
    Acr, ClientAuthMethod, Endpoint, GrantType, OFFLINE_ACCESS, OPENID_SCOPES, ResponseMode, ResponseType,
    own_scopes,
};
use crate::jose::{Algorithm, ContentEncryption, HS256, KeyManagement};

/// Claims beside those about a person.
const OWN_CLAIMS: [&str; 11] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "org_id",
];

/// What our own interfaces ask for (RFC 9728 section 2).
#[derive(Serialize)]
pub(super) struct Protected<'a> {
    resource: String,
    authorization_servers: [&'a str; 1],
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: &'static [&'static str],
    dpop_signing_alg_values_supported: &'a [Algorithm],
    tls_client_certificate_bound_access_tokens: bool,
    resource_name: &'static str,
}

/// What a resource of ours takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// Scopes of OpenID Connect, in a header or a body (RFC 6750 section 2).
    OpenId,
    /// Rights over this house, in a header.
    Rights,
}

impl Takes {
    fn scopes(self, config: &Config) -> Vec<&'static str> {
        match self {
            Self::OpenId => openid_scopes(config),
            Self::Rights => own_scopes().collect(),
        }
    }

    const fn methods(self) -> &'static [&'static str] {
        match self {
            Self::OpenId => &["header", "body"],
            Self::Rights => &["header"],
        }
    }
}

/// Those of OpenID Connect that somebody may be given: nothing lasts offline where nothing is refreshed.
fn openid_scopes(config: &Config) -> Vec<&'static str> {
    let refreshes = config.oauth.grant_types.contains(&GrantType::RefreshToken);
    let scopes = OPENID_SCOPES.into_iter();
    scopes
        .filter(|scope| refreshes || *scope != OFFLINE_ACCESS)
        .collect()
}

impl<'a> Protected<'a> {
    pub(super) fn new(config: &'a Config, resource: String, takes: Takes) -> Self {
        Self {
            resource,
            authorization_servers: [config.server.issuer_text()],
            scopes_supported: takes.scopes(config),
            bearer_methods_supported: takes.methods(),
            dpop_signing_alg_values_supported: &config.oauth.client_signing_algorithms,
            tls_client_certificate_bound_access_tokens: takes_certificates(config),
            resource_name: "Doorward",
        }
    }
}

/// The document; each part is flat in it.
#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    issuer: &'a str,
    #[serde(flatten)]
    endpoints: Endpoints,
    #[serde(flatten)]
    backchannel: Option<Backchannel<'a>>,
    #[serde(flatten)]
    logout: Logout,
    #[serde(flatten)]
    asked: Asked,
    #[serde(flatten)]
    authorization: Option<Authorization<'a>>,
    #[serde(flatten)]
    tokens: Tokens<'a>,
    #[serde(flatten)]
    userinfo: Option<Userinfo<'a>>,
    #[serde(flatten)]
    introspection: Option<Introspection<'a>>,
    #[serde(flatten)]
    revocation: Option<Revocation>,
    #[serde(flatten)]
    clients: Clients,
}

impl<'a> Metadata<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        let has_ciba = config.oauth.grant_types.contains(&GrantType::Ciba);
        let is_served = |endpoint| config.oauth.endpoints.contains(&endpoint);
        Self {
            issuer: config.server.issuer_text(),
            endpoints: Endpoints::new(config),
            backchannel: has_ciba.then(|| Backchannel::new(config)),
            logout: LOGOUT,
            asked: Asked::new(config),
            authorization: response_types(config).next().map(|_| Authorization::new(config)),
            tokens: Tokens::new(config),
            userinfo: is_served(Endpoint::Userinfo).then(|| Userinfo::new(config)),
            introspection: is_served(Endpoint::Introspection).then(|| Introspection::new(config)),
            revocation: is_served(Endpoint::Revocation).then(|| Revocation::new(config)),
            clients: Clients::new(config),
        }
    }
}

/// The endpoints that a client authenticates at, below one address.
#[derive(Serialize)]
struct ClientEndpoints {
    token_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    introspection_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed_authorization_request_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_authentication_endpoint: Option<String>,
}

impl ClientEndpoints {
    fn new(config: &Config, base: &str) -> Self {
        let at = |path: &str| format!("{}{path}", base.trim_end_matches('/'));
        let is_on = |grant| config.oauth.grant_types.contains(&grant);
        let served = |endpoint, path| config.oauth.endpoints.contains(&endpoint).then(|| at(path));
        Self {
            token_endpoint: at("/token"),
            revocation_endpoint: served(Endpoint::Revocation, "/revoke"),
            introspection_endpoint: served(Endpoint::Introspection, introspect::PATH),
            userinfo_endpoint: served(Endpoint::Userinfo, "/userinfo"),
            pushed_authorization_request_endpoint: served(Endpoint::PushedAuthorizationRequest, PAR_PATH),
            device_authorization_endpoint: is_on(GrantType::DeviceCode).then(|| at("/device_authorization")),
            backchannel_authentication_endpoint: is_on(GrantType::Ciba)
                .then(|| at("/backchannel_authentication")),
        }
    }
}

#[derive(Serialize)]
struct Endpoints {
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_endpoint: Option<String>,
    #[serde(flatten)]
    of_clients: ClientEndpoints,
    jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_session_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check_session_iframe: Option<String>,
    /// Where clients with certificates find the endpoints at which one counts (RFC 8705 section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls_endpoint_aliases: Option<ClientEndpoints>,
}

impl Endpoints {
    fn new(config: &Config) -> Self {
        let issuer = config.server.issuer_text();
        let at = |path: &str| format!("{issuer}{path}");
        let registers = config.oauth.registration != Registration::Off;
        let elsewhere = config.oauth.mtls_address.as_ref();
        Self {
            authorization_endpoint: response_types(config).next().map(|_| at("/authorize")),
            of_clients: ClientEndpoints::new(config, issuer),
            jwks_uri: at("/jwks"),
            registration_endpoint: registers.then(|| at(registration::PATH)),
            end_session_endpoint: (config.oauth.endpoints.contains(&Endpoint::EndSession))
                .then(|| at("/logout")),
            check_session_iframe: config.oauth.session_management.then(|| at("/session/check")),
            mtls_endpoint_aliases: elsewhere
                .filter(|_| takes_certificates(config))
                .map(|address| ClientEndpoints::new(config, address.as_str())),
        }
    }
}

/// OpenID CIBA Core section 4.
#[derive(Serialize)]
struct Backchannel<'a> {
    #[serde(rename = "backchannel_token_delivery_modes_supported")]
    delivery: [&'static str; 2],
    #[serde(rename = "backchannel_authentication_request_signing_alg_values_supported")]
    signing: &'a [Algorithm],
    #[serde(rename = "backchannel_user_code_parameter_supported")]
    user_code: bool,
}

impl<'a> Backchannel<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            delivery: ["poll", "ping"],
            signing: &config.oauth.client_signing_algorithms,
            user_code: true,
        }
    }
}

/// Back-Channel Logout section 2.1, Front-Channel Logout section 3.
#[derive(Serialize)]
struct Logout {
    #[serde(rename = "backchannel_logout_supported")]
    backchannel: bool,
    #[serde(rename = "backchannel_logout_session_supported")]
    backchannel_session: bool,
    #[serde(rename = "frontchannel_logout_supported")]
    frontchannel: bool,
    #[serde(rename = "frontchannel_logout_session_supported")]
    frontchannel_session: bool,
}

const LOGOUT: Logout = Logout {
    backchannel: true,
    backchannel_session: true,
    frontchannel: true,
    frontchannel_session: true,
};

/// What may be asked for, wherever somebody asks.
#[derive(Serialize)]
struct Asked {
    scopes_supported: Vec<&'static str>,
    acr_values_supported: [Acr; 3],
    claims_supported: Vec<&'static str>,
    ui_locales_supported: [&'static str; 3],
}

impl Asked {
    fn new(config: &Config) -> Self {
        Self {
            scopes_supported: openid_scopes(config),
            acr_values_supported: REACHABLE,
            claims_supported: OWN_CLAIMS.iter().chain(&standard::NAMES).copied().collect(),
            ui_locales_supported: ["en", "de", "tr"],
        }
    }
}

/// What an authorization request may say.
#[derive(Serialize)]
struct Authorization<'a> {
    require_pushed_authorization_requests: bool,
    response_types_supported: Vec<ResponseType>,
    response_modes_supported: &'static [ResponseMode],
    code_challenge_methods_supported: [&'static str; 1],
    prompt_values_supported: Vec<&'static str>,
    display_values_supported: [&'static str; 1],
    claims_parameter_supported: bool,
    authorization_signing_alg_values_supported: &'a [Algorithm],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authorization_encryption_alg_values_supported: &'a [KeyManagement],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authorization_encryption_enc_values_supported: &'a [ContentEncryption],
    request_parameter_supported: bool,
    request_object_signing_alg_values_supported: &'a [Algorithm],
    request_uri_parameter_supported: bool,
    require_request_uri_registration: bool,
    /// RFC 9207 section 3.
    authorization_response_iss_parameter_supported: bool,
}

impl<'a> Authorization<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            require_pushed_authorization_requests: config.oauth.require_pushed_authorization_requests,
            response_types_supported: response_types(config).collect(),
            response_modes_supported: ResponseMode::ALL,
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: prompts(config),
            display_values_supported: ["page"],
            claims_parameter_supported: true,
            authorization_signing_alg_values_supported: &config.keys.algorithms,
            authorization_encryption_alg_values_supported: config.oauth.encryption().0,
            authorization_encryption_enc_values_supported: config.oauth.encryption().1,
            request_parameter_supported: true,
            request_object_signing_alg_values_supported: &config.oauth.client_signing_algorithms,
            request_uri_parameter_supported: true,
            require_request_uri_registration: true,
            authorization_response_iss_parameter_supported: true,
        }
    }
}

fn response_types(config: &Config) -> impl Iterator<Item = ResponseType> {
    let listed = config.oauth.response_types.iter().copied();
    listed.filter(|one| config.oauth.answers(*one))
}

fn prompts(config: &Config) -> Vec<&'static str> {
    let mut values = vec!["none", "login", "consent", "select_account"];
    if config.signin.account_creation {
        values.push("create");
    }
    values
}

/// What tokens are like.
#[derive(Serialize)]
struct Tokens<'a> {
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: [&'static str; 2],
    claim_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: &'a [Algorithm],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    id_token_encryption_alg_values_supported: &'a [KeyManagement],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    id_token_encryption_enc_values_supported: &'a [ContentEncryption],
    dpop_signing_alg_values_supported: &'a [Algorithm],
    tls_client_certificate_bound_access_tokens: bool,
}

impl<'a> Tokens<'a> {
    fn new(config: &'a Config) -> Self {
        let signing = config.keys.algorithms.as_slice();
        Self {
            grant_types_supported: grant_types(config),
            subject_types_supported: ["public", "pairwise"],
            claim_types_supported: ["normal"],
            id_token_signing_alg_values_supported: signing,
            id_token_encryption_alg_values_supported: config.oauth.encryption().0,
            id_token_encryption_enc_values_supported: config.oauth.encryption().1,
            dpop_signing_alg_values_supported: &config.oauth.client_signing_algorithms,
            tls_client_certificate_bound_access_tokens: takes_certificates(config),
        }
    }
}

/// How answers of the userinfo endpoint may come.
#[derive(Serialize)]
struct Userinfo<'a> {
    userinfo_signing_alg_values_supported: &'a [Algorithm],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    userinfo_encryption_alg_values_supported: &'a [KeyManagement],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    userinfo_encryption_enc_values_supported: &'a [ContentEncryption],
}

impl<'a> Userinfo<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            userinfo_signing_alg_values_supported: &config.keys.algorithms,
            userinfo_encryption_alg_values_supported: config.oauth.encryption().0,
            userinfo_encryption_enc_values_supported: config.oauth.encryption().1,
        }
    }
}

/// Who may ask the introspection endpoint, and how its answers may come (RFC 8414 section 2, RFC 9701 section 7).
#[derive(Serialize)]
struct Introspection<'a> {
    introspection_endpoint_auth_methods_supported: Vec<ClientAuthMethod>,
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_signing_alg_values_supported: &'a [Algorithm],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    introspection_encryption_alg_values_supported: &'a [KeyManagement],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    introspection_encryption_enc_values_supported: &'a [ContentEncryption],
}

impl<'a> Introspection<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            introspection_endpoint_auth_methods_supported: confidential(config),
            introspection_endpoint_auth_signing_alg_values_supported: assertion_algorithms(config),
            introspection_signing_alg_values_supported: &config.keys.algorithms,
            introspection_encryption_alg_values_supported: config.oauth.encryption().0,
            introspection_encryption_enc_values_supported: config.oauth.encryption().1,
        }
    }
}

/// Who may take tokens back (RFC 8414 section 2).
#[derive(Serialize)]
struct Revocation {
    revocation_endpoint_auth_methods_supported: Vec<ClientAuthMethod>,
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
}

impl Revocation {
    fn new(config: &Config) -> Self {
        Self {
            revocation_endpoint_auth_methods_supported: methods(config),
            revocation_endpoint_auth_signing_alg_values_supported: assertion_algorithms(config),
        }
    }
}

/// How clients prove who they are.
#[derive(Serialize)]
struct Clients {
    token_endpoint_auth_methods_supported: Vec<ClientAuthMethod>,
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    client_id_metadata_document_supported: bool,
}

impl Clients {
    fn new(config: &Config) -> Self {
        Self {
            token_endpoint_auth_methods_supported: methods(config),
            token_endpoint_auth_signing_alg_values_supported: assertion_algorithms(config),
            client_id_metadata_document_supported: config.oauth.client_id_metadata != ClientIdMetadata::Off,
        }
    }
}

/// The methods of clients that prove who they are.
fn confidential(config: &Config) -> Vec<ClientAuthMethod> {
    let methods = methods(config).into_iter();
    methods
        .filter(|method| *method != ClientAuthMethod::None)
        .collect()
}

/// The algorithms of the client assertions that are on.
fn assertion_algorithms(config: &Config) -> Vec<&'static str> {
    let is_on = |method| config.oauth.client_authentication.contains(&method);
    let mut names = Vec::new();
    if is_on(ClientAuthMethod::PrivateKeyJwt) {
        names.extend(
            config
                .oauth
                .client_signing_algorithms
                .iter()
                .map(|one| one.as_str()),
        );
    }
    if is_on(ClientAuthMethod::ClientSecretJwt) {
        names.push(HS256);
    }
    names
}

/// The grant types of the token endpoint that are on, and `implicit` where an ID token may come through the browser
/// (OpenID Connect Discovery section 3).
fn grant_types(config: &Config) -> Vec<&'static str> {
    let in_browser = response_types(config).any(ResponseType::has_id_token);
    let on = config.oauth.grant_types.iter().map(|one| one.as_str());
    on.chain(in_browser.then_some("implicit")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_names_endpoints_below_the_issuer() {
        let mut config = Config::default();
        config.server.issuer = "https://id.example".parse().unwrap();
        let metadata = serde_json::to_value(Metadata::new(&config)).unwrap();
        assert_eq!(metadata["issuer"], "https://id.example");
        assert_eq!(metadata["token_endpoint"], "https://id.example/token");
        assert_eq!(
            metadata["code_challenge_methods_supported"],
            serde_json::json!(["S256"])
        );
        assert_eq!(metadata["response_types_supported"], serde_json::json!(["code"]));
    }
}
