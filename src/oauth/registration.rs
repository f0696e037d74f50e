//! The registration endpoint (RFC 7591 section 3, OpenID Connect Registration section 3) and the configuration endpoint of
//! each client (RFC 7592).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::error::fault_answer;
use crate::client::{self, Document, MetadataRefusal, Registered, RegistrarError};
use crate::domain::{Actor, ClientId, EventKind, Seen, Token};
use crate::ephemeral::Verdict;
use crate::http::{Access, BearerError, Json, Problem, Proof, Scheme, network_name, retry_after, sent_token};
use crate::op::{EventDraft, House, Op, OpError};

/// The path of the registration endpoint; that of a client's own is below it.
pub(super) const PATH: &str = "/register";

/// Declares that a route is for the bearer of a token of registration.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByRegistrationToken;

impl<S: Sync> FromRequestParts<S> for ByRegistrationToken {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Proof for ByRegistrationToken {
    const ACCESS: Access = Access::Bearer;
}

/// The token of a request. Tokens of registration are bound to no key, so that they come as Bearer only.
fn bearer_token(headers: &HeaderMap) -> Result<Token, BearerError> {
    match sent_token(headers)? {
        (Scheme::Bearer, token) => Ok(token),
        (Scheme::Dpop, _) => Err(BearerError::Missing),
    }
}

/// A body, if it is one.
type Body = Result<Json<Unique>, Problem>;

/// `POST /register`.
pub(super) async fn register(
    _: ByRegistrationToken,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    let outcome = registering(&mut op, &headers, body).await;
    finish(op, outcome, &seen).await
}

/// `GET /register/{client_id}`.
pub(super) async fn read(
    _: ByRegistrationToken,
    State(house): State<Arc<House>>,
    seen: Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    let outcome = reading(&mut op, &id, &headers).await;
    finish(op, outcome, &seen).await
}

/// `PUT /register/{client_id}`.
pub(super) async fn update(
    _: ByRegistrationToken,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    seen: Seen,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    let outcome = updating(&mut op, &id, &headers, body).await;
    finish(op, outcome, &seen).await
}

/// `DELETE /register/{client_id}`.
pub(super) async fn remove(
    _: ByRegistrationToken,
    State(house): State<Arc<House>>,
    seen: Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    let outcome = removing(&mut op, &id, &headers).await;
    finish(op, outcome, &seen).await
}

/// What is answered, and why the act is not to last if it is a refusal.
enum Outcome {
    Done(Box<Response>),
    Refused(Box<Response>, &'static str),
}

fn done(response: Response) -> Outcome {
    Outcome::Done(Box::new(response))
}

fn refusal(response: Response, reason: &'static str) -> Outcome {
    Outcome::Refused(Box::new(response), reason)
}

/// Ends the act: what was refused has changed nothing, and leaves an event of its own.
async fn finish(op: Op, outcome: Result<Outcome, OpError>, seen: &Seen) -> Response {
    let house = Arc::clone(&op.house);
    let (op, response) = match outcome {
        Ok(Outcome::Done(response)) => (op, *response),
        Ok(Outcome::Refused(response, reason)) => {
            drop(op);
            let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
            let key = format!("registration_refusal:{}", network_name(seen.address));
            let limit = house.config.limits.registration_refusals;
            if house.ephemeral.count(&key, limit, op.now).await == Verdict::Within {
                op.record(EventDraft::refused(EventKind::ClientRegistration, reason));
            }
            (op, *response)
        }
        Err(fault) => return fault_answer(&fault, seen),
    };
    match op.commit().await {
        Ok(()) => response,
        Err(fault) => fault_answer(&fault, seen),
    }
}

async fn registering(op: &mut Op, headers: &HeaderMap, body: Body) -> Result<Outcome, OpError> {
    let token = match bearer_token(headers) {
        Ok(token) => Some(token),
        Err(BearerError::Missing) => None,
        Err(BearerError::Malformed) => return Ok(malformed_token()),
    };
    let registrar = match client::registrar(op, token.as_ref()).await? {
        Ok(registrar) => registrar,
        Err(RegistrarError::Off) => return Ok(off()),
        Err(RegistrarError::Missing) => return Ok(missing_token()),
        Err(RegistrarError::Token) => return Ok(wrong_token()),
        Err(RegistrarError::TooMany(wait)) => {
            let body = error(
                "temporarily_unavailable",
                "too many registrations from this address",
            );
            let mut response = answer(StatusCode::TOO_MANY_REQUESTS, &body);
            response.headers_mut().insert(RETRY_AFTER, retry_after(wait));
            return Ok(refusal(response, "too many registrations"));
        }
    };
    let document = match document(body) {
        Ok(document) => document,
        Err(refused) => return Ok(refused),
    };
    Ok(match client::register(op, &registrar, document).await? {
        Ok(registered) => done(told(op, StatusCode::CREATED, registered)),
        Err(refusal) => refused(&refusal),
    })
}

async fn reading(op: &mut Op, id: &str, headers: &HeaderMap) -> Result<Outcome, OpError> {
    let (id, token) = match named(id, headers) {
        Ok(named) => named,
        Err(refused) => return Ok(refused),
    };
    let found = client::registered(op, &id, &token).await?;
    Ok(found.map_or_else(wrong_token, |found| done(told(op, StatusCode::OK, found))))
}

async fn updating(op: &mut Op, id: &str, headers: &HeaderMap, body: Body) -> Result<Outcome, OpError> {
    let (id, token) = match named(id, headers) {
        Ok(named) => named,
        Err(refused) => return Ok(refused),
    };
    // Whose token does not fit learns nothing of the rules for what it sent.
    if client::registered(op, &id, &token).await?.is_none() {
        return Ok(wrong_token());
    }
    let document = match document(body) {
        Ok(document) => document,
        Err(refused) => return Ok(refused),
    };
    Ok(match client::update(op, &id, &token, document).await? {
        Some(Ok(registered)) => done(told(op, StatusCode::OK, registered)),
        Some(Err(refusal)) => refused(&refusal),
        None => wrong_token(),
    })
}

async fn removing(op: &mut Op, id: &str, headers: &HeaderMap) -> Result<Outcome, OpError> {
    let (id, token) = match named(id, headers) {
        Ok(named) => named,
        Err(refused) => return Ok(refused),
    };
    if client::unregister(op, &id, &token).await? {
        Ok(done((StatusCode::NO_CONTENT, uncached()).into_response()))
    } else {
        Ok(wrong_token())
    }
}

/// The client that a path names, and the token that should be its. An id that is none belongs to nobody's token.
fn named(id: &str, headers: &HeaderMap) -> Result<(ClientId, Token), Outcome> {
    let token = match bearer_token(headers) {
        Ok(token) => token,
        Err(BearerError::Missing) => return Err(missing_token()),
        Err(BearerError::Malformed) => return Err(malformed_token()),
    };
    let id = ClientId::parse(id).map_err(|_| wrong_token())?;
    Ok((id, token))
}

/// Client information (RFC 7591 section 3.2.1), with the address at which it can be changed.
fn told(op: &Op, status: StatusCode, registered: Registered) -> Response {
    let mut document = registered.document;
    let issuer = op.house.config.server.issuer_text();
    let address = format!("{issuer}{PATH}/{}", registered.client_id);
    document.insert("registration_client_uri".to_owned(), json!(address));
    answer(status, &Value::Object(document))
}

fn document(body: Body) -> Result<Document, Outcome> {
    match body {
        Ok(Json(Unique(document))) => Ok(document),
        Err(problem) => {
            let told = error(
                "invalid_client_metadata",
                "the body is not one JSON object of distinct members",
            );
            Err(refusal(answer(problem.status(), &told), "unreadable metadata"))
        }
    }
}

fn refused(why: &MetadataRefusal) -> Outcome {
    let body = error(why.code, &why.description);
    refusal(answer(StatusCode::BAD_REQUEST, &body), why.code)
}

fn off() -> Outcome {
    let body = error("access_denied", "clients do not register themselves here");
    refusal(answer(StatusCode::FORBIDDEN, &body), "registration is off")
}

/// RFC 6750 section 3: a bare challenge where nothing was sent.
fn missing_token() -> Outcome {
    let body = error("invalid_token", "a token is needed");
    let response = challenged(StatusCode::UNAUTHORIZED, &body, "Bearer realm=\"doorward\"");
    refusal(response, "no token")
}

fn wrong_token() -> Outcome {
    let body = error("invalid_token", "the token is not valid here");
    let challenge = "Bearer realm=\"doorward\", error=\"invalid_token\"";
    refusal(
        challenged(StatusCode::UNAUTHORIZED, &body, challenge),
        "wrong token",
    )
}

fn malformed_token() -> Outcome {
    let body = error("invalid_request", "the Authorization header is malformed");
    let challenge = "Bearer realm=\"doorward\", error=\"invalid_request\"";
    refusal(
        challenged(StatusCode::BAD_REQUEST, &body, challenge),
        "malformed token",
    )
}

fn error(code: &str, description: &str) -> Value {
    json!({ "error": code, "error_description": description })
}

fn challenged(status: StatusCode, body: &Value, challenge: &'static str) -> Response {
    let mut response = answer(status, body);
    let challenge = HeaderValue::from_static(challenge);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let kind = [(CONTENT_TYPE, "application/json")];
    (status, uncached(), kind, body.to_string()).into_response()
}

const fn uncached() -> [(http::HeaderName, &'static str); 2] {
    [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")]
}

/// A JSON object in which no member is given twice: which of two would hold, nobody should have to guess.
#[derive(Debug)]
pub(super) struct Unique(pub(super) Document);

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members).map(Self)
    }
}

struct Members;

impl<'de> serde::de::Visitor<'de> for Members {
    type Value = Document;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut document = Document::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            if document.insert(name, value).is_some() {
                return Err(serde::de::Error::custom("a member is given twice"));
            }
        }
        Ok(document)
    }
}
