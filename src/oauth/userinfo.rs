//! Claims about the person to whom an access token belongs (OpenID Connect Core section 5.3).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::about;
use super::claims::{Place, RuleClaims, Sources};
use super::error::fault_answer;
use super::family;
use super::mint::{ACCESS_TOKEN_TYPE, issuer};
use crate::access;
use crate::client;
use crate::domain::{Actor, AuthorizationId, ClientId, PersonId, Scopes, Seen, Subject, Timestamp, Token};
use crate::http::{Access, BearerError, Proof, bearer_token};
use crate::jose::{Expectations, claimed_audience, verify};
use crate::op::{Copies, House, Kind, Op, OpError, Part, Watched};
use crate::person::Person;

/// Tokens whose verification is remembered.
const CAPACITY: u64 = 20_000;

/// Declares that a route is for bearers of an access token; holds what was sent as one.
#[derive(Debug)]
pub(super) struct ByBearer(Result<Token, BearerError>);

impl<S: Sync> FromRequestParts<S> for ByBearer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(bearer_token(&parts.headers)))
    }
}

impl Proof for ByBearer {
    const ACCESS: Access = Access::Bearer;
}

/// What a verified access token says.
#[derive(Debug, Clone)]
struct Verified {
    person: PersonId,
    client: ClientId,
    authorization: AuthorizationId,
    scopes: Scopes,
    expires_at: Timestamp,
}

/// Tokens that were verified before, by the SHA-256 of their text: repeated use costs no signature check.
#[derive(Debug)]
struct Tokens(Copies<[u8; 32], Arc<Verified>>);

impl Part for Tokens {
    fn new(house: &House) -> Self {
        let life = house.config.tokens.access_token_life;
        // A key may be revoked.
        Self(Copies::new(CAPACITY, life).of_key(|_| Watched::all(Kind::Keys)))
    }
}

/// Why a bearer gets nothing (RFC 6750 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BearerRefusal {
    Missing,
    InvalidRequest,
    InvalidToken,
    InsufficientScope,
}

impl BearerRefusal {
    fn answer(self) -> Response {
        let (status, challenge) = match self {
            Self::Missing => (StatusCode::UNAUTHORIZED, "Bearer realm=\"doorward\""),
            Self::InvalidRequest => (
                StatusCode::BAD_REQUEST,
                "Bearer realm=\"doorward\", error=\"invalid_request\"",
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "Bearer realm=\"doorward\", error=\"invalid_token\"",
            ),
            Self::InsufficientScope => (
                StatusCode::FORBIDDEN,
                "Bearer realm=\"doorward\", error=\"insufficient_scope\", scope=\"openid\"",
            ),
        };
        let headers = [
            (WWW_AUTHENTICATE, HeaderValue::from_static(challenge)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (status, headers).into_response()
    }
}

/// `GET` and `POST /userinfo`.
pub(super) async fn userinfo(
    ByBearer(token): ByBearer,
    State(house): State<Arc<House>>,
    seen: Seen,
) -> Response {
    let token = match token {
        Ok(token) => token,
        Err(BearerError::Missing) => return BearerRefusal::Missing.answer(),
        Err(BearerError::Malformed) => return BearerRefusal::InvalidRequest.answer(),
    };
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    match tell(&mut op, &token).await {
        Ok(Ok(body)) => {
            let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
            (StatusCode::OK, headers, body).into_response()
        }
        Ok(Err(refusal)) => refusal.answer(),
        Err(fault) => fault_answer(&fault, &seen),
    }
}

async fn tell(op: &mut Op, token: &Token) -> Result<Result<Vec<u8>, BearerRefusal>, OpError> {
    let Some(verified) = verified(op, token).await? else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let Some(family) = family::recent(op, verified.authorization).await? else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    if family::alive(op, &family).await?.is_err() {
        return Ok(Err(BearerRefusal::InvalidToken));
    }
    if !verified.scopes.contains("openid") {
        return Ok(Err(BearerRefusal::InsufficientScope));
    }
    let Some(person) = about::person(op, verified.person).await? else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let Some(client) = client::find(op, &verified.client).await? else {
        return Ok(Err(BearerRefusal::InvalidToken));
    };
    let subject = Subject::Person(person.id);
    let profile = access::profile(op, subject, client.application_id).await?;
    let sources = Sources::gather(op, &client, (subject, person.organisation_id), profile).await?;
    let rules = RuleClaims {
        rules: &client.claim_rules,
        sources: &sources,
        place: Place::UserInfo,
        taken: &STANDARD,
    };
    let claims = Claims::new(&person, &verified.scopes, rules);
    let body = serde_json::to_vec(&claims).map_err(|_| OpError::Broken("claims cannot be written"))?;
    Ok(Ok(body))
}

/// The token if it is one of ours for a person, and good at this moment.
async fn verified(op: &mut Op, token: &Token) -> Result<Option<Arc<Verified>>, OpError> {
    let tokens = op.house.part::<Tokens>();
    let verified = tokens
        .0
        .get(op, &token.digest().0, async |op| {
            Ok(verify_anew(op, token).map(Arc::new))
        })
        .await?;
    Ok(verified.filter(|verified| op.now < verified.expires_at))
}

fn verify_anew(op: &Op, token: &Token) -> Option<Verified> {
    let (issuer, audience) = (issuer(&op.house), claimed_audience(token.expose())?);
    let expectations = Expectations {
        typ: Some(ACCESS_TOKEN_TYPE),
        issuer,
        audiences: &[&audience],
        required: &["sub", "client_id", "authorization_id"],
    };
    let keys = op.house.keys().verifiers(op.now);
    let believed = verify(token.expose(), &keys, &expectations, op.now).ok()?;
    let text = |name: &str| believed.claims.get(name).and_then(|value| value.as_str());
    let scopes = Scopes::parse(text("scope").unwrap_or_default()).ok()?;
    // Meant for this server, or for a client's own application and for this server beside it. One that was asked for a
    // named API carries no scope of OpenID Connect (docs/decisions/008-audience-of-access-tokens.md).
    if audience != issuer && !scopes.contains("openid") {
        return None;
    }
    Some(Verified {
        person: text("sub")?.parse().ok()?,
        client: ClientId::parse(text("client_id")?).ok()?,
        authorization: text("authorization_id")?.parse().ok()?,
        scopes,
        expires_at: Timestamp::from_seconds(believed.claims.get("exp")?.as_i64()?),
    })
}

/// Claims that scopes give; no rule overwrites them.
const STANDARD: [&str; 7] = [
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "locale",
    "email",
    "email_verified",
];

/// OpenID Connect Core section 5.1.
#[derive(Serialize)]
struct Claims<'a> {
    sub: PersonId,
    #[serde(flatten)]
    profile: Option<ProfileClaims<'a>>,
    #[serde(flatten)]
    email: Option<EmailClaims<'a>>,
    #[serde(flatten)]
    rules: RuleClaims<'a>,
}

#[derive(Serialize)]
struct ProfileClaims<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    preferred_username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'a str>,
}

#[derive(Serialize)]
struct EmailClaims<'a> {
    email: &'a str,
    email_verified: bool,
}

impl<'a> Claims<'a> {
    fn new(person: &'a Person, scopes: &Scopes, rules: RuleClaims<'a>) -> Self {
        let profile = scopes.contains("profile").then(|| ProfileClaims {
            name: &person.name,
            given_name: person.given_name.as_deref(),
            family_name: person.family_name.as_deref(),
            preferred_username: person.username.as_str(),
            locale: person.locale.as_deref(),
        });
        let email = person
            .email
            .as_deref()
            .filter(|_| scopes.contains("email"))
            .map(|email| EmailClaims {
                email,
                email_verified: person.email_verified,
            });
        Self {
            sub: person.id,
            profile,
            email,
            rules,
        }
    }
}
