//! What the server can do, and its public keys (OpenID Connect Discovery 1.0, RFC 8414, RFC 7517).

use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use super::authorize::REACHABLE;
use super::error::fault_answer;
use super::scope::OPENID_SCOPES;
use crate::access::{self, DetailTypes};
use crate::config::Config;
use crate::domain::{Acr, Actor, ClientAuthMethod, GrantType, Seen, Token};
use crate::http::Public;
use crate::jose::Algorithm;
use crate::op::{House, Op, Part};

/// Seconds for which others may keep these documents; a new key is published for longer before it signs.
const MAX_AGE: &str = "public, max-age=300";

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub(super) async fn discovery(
    _: Public,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    match access::detail_types(&mut op).await {
        Ok(types) => house
            .part::<Published>()
            .metadata(&types)
            .answer(&headers, "application/json"),
        Err(fault) => fault_answer(&fault, &seen),
    }
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
    metadata: serde_json::Value,
    discovery: RwLock<Option<(Arc<DetailTypes>, Document)>>,
    keys: RwLock<Option<(Arc<[u8]>, Document)>>,
}

#[derive(Debug, Clone)]
struct Document {
    body: Bytes,
    tag: HeaderValue,
}

impl Part for Published {
    fn new(house: &House) -> Self {
        Self {
            metadata: serde_json::to_value(Metadata::new(&house.config)).unwrap_or_default(),
            discovery: RwLock::default(),
            keys: RwLock::default(),
        }
    }
}

impl Published {
    /// The metadata; made anew when the registered types of authorization details were read anew (RFC 9396 section 10).
    fn metadata(&self, types: &Arc<DetailTypes>) -> Document {
        let kept = self
            .discovery
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((of, document)) = kept
            && Arc::ptr_eq(&of, types)
        {
            return document;
        }
        let mut metadata = self.metadata.clone();
        if !types.is_empty() {
            let names: Vec<&String> = types.keys().collect();
            let names = serde_json::json!(names);
            if let Some(metadata) = metadata.as_object_mut() {
                metadata.insert("authorization_details_types_supported".to_owned(), names);
            }
        }
        let document = Document::new(Bytes::from(metadata.to_string()));
        let fresh = (Arc::clone(types), document.clone());
        *self.discovery.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        document
    }

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

/// Only what is on (RFC 8414 section 2, OpenID Connect Discovery section 3, RFC 9207 section 3).
#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: String,
    scopes_supported: [&'static str; 4],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: &'a [GrantType],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: &'a [Algorithm],
    token_endpoint_auth_methods_supported: &'a [ClientAuthMethod],
    token_endpoint_auth_signing_alg_values_supported: &'static [Algorithm],
    code_challenge_methods_supported: [&'static str; 1],
    acr_values_supported: [Acr; 2],
    claim_types_supported: [&'static str; 1],
    claims_supported: [&'static str; 17],
    ui_locales_supported: [&'static str; 3],
    prompt_values_supported: [&'static str; 4],
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
}

impl<'a> Metadata<'a> {
    fn new(config: &'a Config) -> Self {
        let issuer = config.server.issuer_text();
        let at = |path: &str| format!("{issuer}{path}");
        Self {
            issuer,
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            jwks_uri: at("/jwks"),
            end_session_endpoint: at("/logout"),
            scopes_supported: OPENID_SCOPES,
            response_types_supported: ["code"],
            response_modes_supported: ["query"],
            grant_types_supported: &config.oauth.grant_types,
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: &config.keys.algorithms,
            token_endpoint_auth_methods_supported: &config.oauth.client_authentication,
            token_endpoint_auth_signing_alg_values_supported: Algorithm::ALL,
            code_challenge_methods_supported: ["S256"],
            acr_values_supported: REACHABLE,
            claim_types_supported: ["normal"],
            claims_supported: [
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
                "name",
                "given_name",
                "family_name",
                "preferred_username",
                "email",
                "email_verified",
            ],
            ui_locales_supported: ["en", "de", "tr"],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
        }
    }
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
