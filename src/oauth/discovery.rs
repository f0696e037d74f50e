//! What the server can do, and its public keys (OpenID Connect Discovery 1.0, RFC 8414, RFC 7517).

use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use super::authorize::REACHABLE;
use super::registration;
use super::scope::OPENID_SCOPES;
use super::standard;
use crate::client::PAR_PATH;
use crate::config::{ClientCertificates, ClientIdMetadata, Config, Registration};
use crate::domain::{Acr, ClientAuthMethod, GrantType, ResponseMode, ResponseType, Token};
use crate::http::Public;
use crate::jose::{Algorithm, ContentEncryption, HS256, KeyManagement};
use crate::op::{House, Part};

/// Seconds for which others may keep these documents; a new key is published for longer before it signs.
const MAX_AGE: &str = "public, max-age=300";

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub(super) async fn discovery(_: Public, State(house): State<Arc<House>>, headers: HeaderMap) -> Response {
    house
        .part::<Published>()
        .discovery
        .answer(&headers, "application/json")
}

/// `GET /.well-known/oauth-protected-resource` and the same for userinfo below it.
pub(super) async fn resource(_: Public, State(house): State<Arc<House>>, headers: HeaderMap) -> Response {
    let published = house.part::<Published>();
    published.resource.answer(&headers, "application/json")
}

/// The same of the one resource that takes our own tokens by name.
pub(super) async fn userinfo_resource(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
) -> Response {
    let published = house.part::<Published>();
    published.userinfo.answer(&headers, "application/json")
}

/// `GET /jwks`.
pub(super) async fn jwks(_: Public, State(house): State<Arc<House>>, headers: HeaderMap) -> Response {
    house
        .part::<Published>()
        .keys(&house)
        .answer(&headers, "application/jwk-set+json")
}

/// Documents as bytes, made once.
struct Published {
    discovery: Document,
    resource: Document,
    userinfo: Document,
    keys: RwLock<Option<(Arc<[u8]>, Document)>>,
}

#[derive(Debug, Clone)]
struct Document {
    body: Bytes,
    tag: HeaderValue,
}

impl Part for Published {
    fn new(house: &House) -> Self {
        let body = serde_json::to_vec(&Metadata::new(&house.config)).unwrap_or_default();
        let issuer = house.config.server.issuer_text();
        Self {
            resource: Document::of(&Protected::new(&house.config, issuer.to_owned())),
            userinfo: Document::of(&Protected::new(&house.config, format!("{issuer}/userinfo"))),
            discovery: Document::new(Bytes::from(body)),
            keys: RwLock::default(),
        }
    }
}

impl Published {
    /// The key set of the present ring; made anew when the ring was replaced.
    fn keys(&self, house: &House) -> Document {
        let current = house.keys().jwks();
        let kept = self.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, document)) = kept
            && Arc::ptr_eq(&of, &current)
        {
            return document;
        }
        let document = Document::new(Bytes::copy_from_slice(&current));
        let fresh = (current, document.clone());
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        document
    }
}

impl Document {
    fn of(value: &impl Serialize) -> Self {
        Self::new(Bytes::from(serde_json::to_vec(value).unwrap_or_default()))
    }

    fn new(body: Bytes) -> Self {
        let digest = Token::presented(&String::from_utf8_lossy(&body)).digest();
        let (half, _) = digest.0.split_at(16);
        let tag = format!("\"{}\"", data_encoding::BASE64URL_NOPAD.encode(half));
        let tag = HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
        Self { body, tag }
    }

    fn answer(&self, headers: &HeaderMap, kind: &'static str) -> Response {
        let common = [
            (ETAG, self.tag.clone()),
            (CACHE_CONTROL, HeaderValue::from_static(MAX_AGE)),
            (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        ];
        let known = headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag.as_bytes() == self.tag.as_bytes());
        if known {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let kind = [(CONTENT_TYPE, HeaderValue::from_static(kind))];
        (StatusCode::OK, common, kind, self.body.clone()).into_response()
    }
}

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
struct Protected<'a> {
    resource: String,
    authorization_servers: [&'a str; 1],
    scopes_supported: [&'static str; 6],
    bearer_methods_supported: [&'static str; 1],
    resource_name: &'static str,
}

impl<'a> Protected<'a> {
    fn new(config: &'a Config, resource: String) -> Self {
        Self {
            resource,
            authorization_servers: [config.server.issuer_text()],
            scopes_supported: OPENID_SCOPES,
            bearer_methods_supported: ["header"],
            resource_name: "Doorward",
        }
    }
}

/// Only what is on (RFC 8414 section 2, OpenID Connect Discovery section 3, RFC 9207 section 3).
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the document")]
struct Metadata<'a> {
    issuer: &'a str,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    end_session_endpoint: String,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    frontchannel_logout_supported: bool,
    frontchannel_logout_session_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    check_session_iframe: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_authentication_endpoint: Option<String>,
    /// OpenID CIBA Core section 4.
    #[serde(flatten)]
    backchannel: Option<Backchannel>,
    scopes_supported: [&'static str; 6],
    pushed_authorization_request_endpoint: String,
    require_pushed_authorization_requests: bool,
    response_types_supported: &'a [ResponseType],
    response_modes_supported: &'static [ResponseMode],
    grant_types_supported: &'a [GrantType],
    subject_types_supported: [&'static str; 2],
    id_token_signing_alg_values_supported: &'a [Algorithm],
    id_token_encryption_alg_values_supported: &'static [KeyManagement],
    id_token_encryption_enc_values_supported: &'static [ContentEncryption],
    userinfo_signing_alg_values_supported: &'a [Algorithm],
    userinfo_encryption_alg_values_supported: &'static [KeyManagement],
    userinfo_encryption_enc_values_supported: &'static [ContentEncryption],
    token_endpoint_auth_methods_supported: Vec<ClientAuthMethod>,
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<ClientAuthMethod>,
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: Vec<ClientAuthMethod>,
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_signing_alg_values_supported: &'a [Algorithm],
    code_challenge_methods_supported: [&'static str; 1],
    dpop_signing_alg_values_supported: &'static [Algorithm],
    tls_client_certificate_bound_access_tokens: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls_endpoint_aliases: Option<Aliases>,
    acr_values_supported: [Acr; 2],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    ui_locales_supported: [&'static str; 3],
    prompt_values_supported: [&'static str; 4],
    display_values_supported: [&'static str; 1],
    claims_parameter_supported: bool,
    authorization_signing_alg_values_supported: &'a [Algorithm],
    request_parameter_supported: bool,
    request_object_signing_alg_values_supported: &'static [Algorithm],
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    client_id_metadata_document_supported: bool,
}

/// The methods of clients that prove who they are.
fn confidential(config: &Config) -> Vec<ClientAuthMethod> {
    let methods = config.oauth.client_authentication.iter().copied();
    methods
        .filter(|method| *method != ClientAuthMethod::None)
        .collect()
}

/// What is on of backchannel authentication.
#[derive(Serialize)]
struct Backchannel {
    #[serde(rename = "backchannel_token_delivery_modes_supported")]
    delivery: [&'static str; 1],
    #[serde(rename = "backchannel_user_code_parameter_supported")]
    user_code: bool,
}

const BACKCHANNEL: Backchannel = Backchannel {
    delivery: ["poll"],
    user_code: false,
};

impl<'a> Metadata<'a> {
    fn new(config: &'a Config) -> Self {
        let issuer = config.server.issuer_text();
        let at = |path: &str| format!("{issuer}{path}");
        let by_document = config.oauth.client_id_metadata != ClientIdMetadata::Off;
        let registers = config.oauth.registration != Registration::Off;
        let is_on = |grant| config.oauth.grant_types.contains(&grant);
        Self {
            issuer,
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            revocation_endpoint: at("/revoke"),
            introspection_endpoint: at("/introspect"),
            jwks_uri: at("/jwks"),
            registration_endpoint: registers.then(|| at(registration::PATH)),
            end_session_endpoint: at("/logout"),
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
            check_session_iframe: config.oauth.session_management.then(|| at("/session/check")),
            device_authorization_endpoint: is_on(GrantType::DeviceCode).then(|| at("/device_authorization")),
            backchannel_authentication_endpoint: is_on(GrantType::Ciba)
                .then(|| at("/backchannel_authentication")),
            backchannel: is_on(GrantType::Ciba).then_some(BACKCHANNEL),
            scopes_supported: OPENID_SCOPES,
            pushed_authorization_request_endpoint: at(PAR_PATH),
            require_pushed_authorization_requests: config.oauth.require_pushed_authorization_requests,
            response_types_supported: &config.oauth.response_types,
            response_modes_supported: ResponseMode::ALL,
            grant_types_supported: &config.oauth.grant_types,
            subject_types_supported: ["public", "pairwise"],
            id_token_signing_alg_values_supported: &config.keys.algorithms,
            id_token_encryption_alg_values_supported: KeyManagement::ALL,
            id_token_encryption_enc_values_supported: ContentEncryption::ALL,
            userinfo_signing_alg_values_supported: &config.keys.algorithms,
            userinfo_encryption_alg_values_supported: KeyManagement::ALL,
            userinfo_encryption_enc_values_supported: ContentEncryption::ALL,
            token_endpoint_auth_methods_supported: methods(config),
            token_endpoint_auth_signing_alg_values_supported: assertion_algorithms(config),
            revocation_endpoint_auth_methods_supported: methods(config),
            revocation_endpoint_auth_signing_alg_values_supported: assertion_algorithms(config),
            introspection_endpoint_auth_methods_supported: confidential(config),
            introspection_endpoint_auth_signing_alg_values_supported: assertion_algorithms(config),
            introspection_signing_alg_values_supported: &config.keys.algorithms,
            code_challenge_methods_supported: ["S256"],
            dpop_signing_alg_values_supported: Algorithm::ALL,
            tls_client_certificate_bound_access_tokens: takes_certificates(config),
            mtls_endpoint_aliases: Aliases::new(config),
            acr_values_supported: REACHABLE,
            claim_types_supported: ["normal"],
            claims_supported: OWN_CLAIMS.iter().chain(&standard::NAMES).copied().collect(),
            ui_locales_supported: ["en", "de", "tr"],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            display_values_supported: ["page"],
            claims_parameter_supported: true,
            authorization_signing_alg_values_supported: &config.keys.algorithms,
            request_parameter_supported: true,
            request_object_signing_alg_values_supported: Algorithm::ALL,
            // By reference to another server; a pushed request has its own endpoint above.
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            client_id_metadata_document_supported: by_document,
        }
    }
}

/// The algorithms of the client assertions that are on.
fn assertion_algorithms(config: &Config) -> Vec<&'static str> {
    let is_on = |method| config.oauth.client_authentication.contains(&method);
    let mut names = Vec::new();
    if is_on(ClientAuthMethod::PrivateKeyJwt) {
        names.extend(Algorithm::ALL.iter().map(|one| one.as_str()));
    }
    if is_on(ClientAuthMethod::ClientSecretJwt) {
        names.push(HS256);
    }
    names
}

/// Where clients with certificates find the endpoints at which one counts (RFC 8705 section 5).
#[derive(Serialize)]
struct Aliases {
    token_endpoint: String,
    userinfo_endpoint: String,
}

impl Aliases {
    fn new(config: &Config) -> Option<Self> {
        let address = config.oauth.mtls_address.as_ref();
        let base = address.filter(|_| takes_certificates(config))?.as_str();
        let at = |path: &str| format!("{}{path}", base.trim_end_matches('/'));
        Some(Self {
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
        })
    }
}

fn takes_certificates(config: &Config) -> bool {
    config.server.client_certificates != ClientCertificates::Off
}

/// Methods that are on and can work.
fn methods(config: &Config) -> Vec<ClientAuthMethod> {
    let works = |method: &&ClientAuthMethod| match method {
        ClientAuthMethod::TlsClientAuth => {
            takes_certificates(config) && config.oauth.mtls_trust_anchors_file.is_some()
        }
        ClientAuthMethod::SelfSignedTlsClientAuth => takes_certificates(config),
        _ => true,
    };
    let on = config.oauth.client_authentication.iter();
    on.filter(works).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_sent_once_and_then_known_by_its_tag() {
        let document = Document::new(Bytes::from_static(b"{}"));
        let fresh = document.answer(&HeaderMap::new(), "application/json");
        assert_eq!(fresh.status(), StatusCode::OK);
        let tag = fresh.headers()[ETAG].to_str().unwrap().to_owned();
        for sent in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"x\", {tag}"),
            "*".into(),
        ] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, sent.parse().unwrap())]);
            let known = document.answer(&headers, "application/json");
            assert_eq!(known.status(), StatusCode::NOT_MODIFIED, "{sent}");
        }
        let other = HeaderMap::from_iter([(IF_NONE_MATCH, "\"x\"".parse().unwrap())]);
        assert_eq!(
            document.answer(&other, "application/json").status(),
            StatusCode::OK
        );
    }

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
