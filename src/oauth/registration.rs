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
    act(&house, &seen, async |op| registering(op, &headers, body).await).await
}

/// `GET /register/{client_id}`.
pub(super) async fn read(
    _: ByRegistrationToken,
    State(house): State<Arc<House>>,
    seen: Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let own = async |op: &mut Op| reading(op, named(&id, &headers)?).await;
    act(&house, &seen, own).await
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
    let own = async |op: &mut Op| updating(op, named(&id, &headers)?, body).await;
    act(&house, &seen, own).await
}

/// `DELETE /register/{client_id}`.
pub(super) async fn remove(
    _: ByRegistrationToken,
    State(house): State<Arc<House>>,
    seen: Seen,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let own = async |op: &mut Op| removing(op, named(&id, &headers)?).await;
    act(&house, &seen, own).await
}

/// A refusal, with the reason for the record; or a fault.
enum Refused {
    Told(Box<Response>, &'static str),
    Fault(OpError),
}

impl From<OpError> for Refused {
    fn from(fault: OpError) -> Self {
        Self::Fault(fault)
    }
}

fn refusal(response: Response, reason: &'static str) -> Refused {
    Refused::Told(Box::new(response), reason)
}

/// The frame of every act: what was refused has changed nothing, and leaves an event of its own.
async fn act(
    house: &Arc<House>,
    seen: &Seen,
    act: impl AsyncFnOnce(&mut Op) -> Result<Response, Refused>,
) -> Response {
    let mut op = Op::new(house, Actor::Anonymous, seen.clone());
    let (op, response) = match act(&mut op).await {
        Ok(response) => (op, response),
        Err(Refused::Told(response, reason)) => {
            drop(op);
            (refused_act(house, seen, reason).await, *response)
        }
        Err(Refused::Fault(fault)) => return fault_answer(&fault, seen),
    };
    match op.commit().await {
        Ok(()) => response,
        Err(fault) => fault_answer(&fault, seen),
    }
}

async fn refused_act(house: &Arc<House>, seen: &Seen, reason: &'static str) -> Op {
    let mut op = Op::new(house, Actor::Anonymous, seen.clone());
    let key = format!("registration_refusal:{}", network_name(seen.address));
    let limit = house.config.limits.registration_refusals;
    if house.ephemeral.count(&key, limit, op.now).await == Verdict::Within {
        op.record(EventDraft::refused(EventKind::ClientRegistration, reason));
    }
    op
}

async fn registering(op: &mut Op, headers: &HeaderMap, body: Body) -> Result<Response, Refused> {
    let token = match bearer_token(headers) {
        Ok(token) => Some(token),
        Err(BearerError::Missing) => None,
        Err(BearerError::Malformed) => return Err(malformed_token()),
    };
    let registrar = client::registrar(op, token.as_ref()).await?;
    let registrar = registrar.map_err(|error| not_registrar(&error))?;
    let document = document(body)?;
    let registered = client::register(op, &registrar, document).await?;
    let registered = registered.map_err(|why| refused(&why))?;
    Ok(told(op, StatusCode::CREATED, registered))
}

fn not_registrar(error: &RegistrarError) -> Refused {
    match error {
        RegistrarError::Off => off(),
        RegistrarError::Missing => missing_token(),
        RegistrarError::Token => wrong_token(),
        RegistrarError::TooMany(wait) => {
            let body = self::error(
                "temporarily_unavailable",
                "too many registrations from this address",
            );
            let mut response = answer(StatusCode::TOO_MANY_REQUESTS, &body);
            response.headers_mut().insert(RETRY_AFTER, retry_after(*wait));
            refusal(response, "too many registrations")
        }
    }
}

async fn reading(op: &mut Op, (id, token): (ClientId, Token)) -> Result<Response, Refused> {
    let found = client::registered(op, &id, &token).await?;
    let found = found.ok_or_else(wrong_token)?;
    Ok(told(op, StatusCode::OK, found))
}

async fn updating(op: &mut Op, (id, token): (ClientId, Token), body: Body) -> Result<Response, Refused> {
    // Whose token does not fit learns nothing of the rules for what it sent.
    if client::registered(op, &id, &token).await?.is_none() {
        return Err(wrong_token());
    }
    let updated = client::update(op, &id, &token, document(body)?).await?;
    let updated = updated.ok_or_else(wrong_token)?;
    let updated = updated.map_err(|why| refused(&why))?;
    Ok(told(op, StatusCode::OK, updated))
}

async fn removing(op: &mut Op, (id, token): (ClientId, Token)) -> Result<Response, Refused> {
    if client::unregister(op, &id, &token).await? {
        Ok((StatusCode::NO_CONTENT, uncached()).into_response())
    } else {
        Err(wrong_token())
    }
}

/// The client that a path names, and the token that should be its. An id that is none belongs to nobody's token.
fn named(id: &str, headers: &HeaderMap) -> Result<(ClientId, Token), Refused> {
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

fn document(body: Body) -> Result<Document, Refused> {
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

fn refused(why: &MetadataRefusal) -> Refused {
    let body = error(why.code, &why.description);
    refusal(answer(StatusCode::BAD_REQUEST, &body), why.code)
}

fn off() -> Refused {
    let body = error("access_denied", "clients do not register themselves here");
    refusal(answer(StatusCode::FORBIDDEN, &body), "registration is off")
}

/// RFC 6750 section 3: a bare challenge where nothing was sent.
fn missing_token() -> Refused {
    let body = error("invalid_token", "a token is needed");
    let response = challenged(StatusCode::UNAUTHORIZED, &body, "Bearer realm=\"doorward\"");
    refusal(response, "no token")
}

fn wrong_token() -> Refused {
    let body = error("invalid_token", "the token is not valid here");
    let challenge = "Bearer realm=\"doorward\", error=\"invalid_token\"";
    refusal(
        challenged(StatusCode::UNAUTHORIZED, &body, challenge),
        "wrong token",
    )
}

fn malformed_token() -> Refused {
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
