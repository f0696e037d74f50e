//! What the server can do, and its public keys (OpenID Connect Discovery 1.0, RFC 8414, RFC 7517).

use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use super::metadata::{Metadata, Protected, Takes};
use crate::access::{self, DetailTypes};
use crate::domain::{Actor, Seen, Token};
use crate::http::{Public, log_fault};
use crate::op::{House, Op, Part};

/// Seconds for which others may keep these documents; a new key is published for longer before it signs.
const MAX_AGE: &str = "public, max-age=300";

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`. While the database is away the
/// types of authorization details are told as they were known last.
pub(super) async fn discovery(
    _: Public,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    let published = house.part::<Published>();
    let document = match access::detail_types(&mut op).await {
        Ok(types) => published.metadata(&types),
        Err(fault) => {
            log_fault(&fault, &seen);
            published
                .kept()
                .unwrap_or_else(|| published.metadata(&Arc::default()))
        }
    };
    document.answer(&headers, "application/json")
}

/// `GET /.well-known/oauth-protected-resource`: the issuer as the audience of tokens for userinfo.
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

/// The same of the interface of administrators.
pub(super) async fn administration_resource(
    _: Public,
    State(house): State<Arc<House>>,
    headers: HeaderMap,
) -> Response {
    let published = house.part::<Published>();
    published.administration.answer(&headers, "application/json")
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
    resource: Document,
    userinfo: Document,
    administration: Document,
    keys: RwLock<Option<(Arc<[u8]>, Document)>>,
}

#[derive(Debug, Clone)]
struct Document {
    body: Bytes,
    tag: HeaderValue,
}

impl Part for Published {
    fn new(house: &House) -> Self {
        let issuer = house.config.server.issuer_text();
        let of = |resource, takes| {
            let described = without_empty(&Protected::new(&house.config, resource, takes));
            Document::new(Bytes::from(described.to_string()))
        };
        Self {
            resource: of(issuer.to_owned(), Takes::OpenId),
            userinfo: of(format!("{issuer}/userinfo"), Takes::OpenId),
            administration: of(access::own_audience(house), Takes::Rights),
            metadata: without_empty(&Metadata::new(&house.config)),
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
        let names = types.values().filter(|one| !one.retired);
        let names: Vec<&str> = names.map(|one| one.name.as_str()).collect();
        if !names.is_empty() {
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

    /// The metadata as it was told last.
    fn kept(&self) -> Option<Document> {
        let kept = self.discovery.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().map(|(_, document)| document.clone())
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

/// A document whose members all say something: one with zero elements is left out (RFC 8414 section 3.2, RFC 9728 section
/// 3.2).
fn without_empty(document: &impl Serialize) -> serde_json::Value {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.as_array().is_some_and(Vec::is_empty));
    }
    value
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
}
