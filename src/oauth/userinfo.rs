//! Claims about the person to whom an access token belongs (OpenID Connect Core section 5.3).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::about;
use super::binding;
use super::claims::{Place, RuleClaims, Sources};
use super::encryption;
use super::error::fault_answer;
use super::mint::issuer;
use super::presented;
use super::protected::{ByToken, Shown, TokenRefusal};
use super::standard::{self, StandardClaims};
use super::subject::SubjectText;
use crate::access;
use crate::client::{self, Client, Encrypted};
use crate::domain::{Actor, Seen, Subject};
use crate::http::{BearerError, Form, FormError};
use crate::op::{House, Op, OpError};

pub(super) const PATH: &str = "/userinfo";

/// `GET /userinfo`.
pub(super) async fn userinfo(
    ByToken(shown): ByToken,
    State(house): State<Arc<House>>,
    seen: Seen,
) -> Response {
    answer(&house, seen, shown.map_err(TokenRefusal::from)).await
}

/// `POST /userinfo`: the token may be in the form as well.
pub(super) async fn userinfo_by_form(
    ByToken(shown): ByToken,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    form: Result<Form, FormError>,
) -> Response {
    let in_form = match &form {
        Ok(form) => Ok(form.get("access_token")),
        Err(FormError::UnsupportedType) => Ok(None),
        Err(_) => Err(TokenRefusal::InvalidRequest),
    };
    let shown = match (shown, in_form) {
        (_, Err(refusal)) => Err(refusal),
        (shown, Ok(None)) => shown.map_err(TokenRefusal::from),
        (Err(BearerError::Missing), Ok(Some(token))) => Ok(Shown::in_body(token, headers)),
        // RFC 6750 section 2: one way in each request.
        (Ok(_) | Err(BearerError::Malformed), Ok(Some(_))) => Err(TokenRefusal::InvalidRequest),
    };
    answer(&house, seen, shown).await
}

async fn answer(house: &Arc<House>, seen: Seen, shown: Result<Shown, TokenRefusal>) -> Response {
    let config = &house.config;
    let shown = match shown {
        Ok(shown) => shown,
        Err(refusal) => return refusal.answer(config, PATH, None),
    };
    let mut op = Op::new(house, Actor::Anonymous, seen.clone());
    let answer = match tell(&mut op, &shown).await {
        Ok(Ok(told)) => {
            let headers = [(CONTENT_TYPE, told.content_type), (CACHE_CONTROL, "no-store")];
            (StatusCode::OK, headers, told.body).into_response()
        }
        Ok(Err(refusal)) => refusal.answer(config, PATH, Some(shown.scheme)),
        Err(fault) => fault_answer(&fault, &seen),
    };
    binding::with_nonce(house, answer)
}

async fn tell(op: &mut Op, shown: &Shown) -> Result<Result<Told, TokenRefusal>, OpError> {
    let Some(living) = presented::living(op, &shown.token).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    let bound = living.token.confirmation.as_ref();
    if let Err(refusal) = shown.fits(op, bound, PATH).await? {
        return Ok(Err(refusal));
    }
    // It is about people, and meant for the tokens that say so.
    let Subject::Person(person) = living.standing.subject() else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    // Meant for this server, or for a client's own application and for this server beside it. One that was asked for a
    // named API carries no scope of OpenID Connect (docs/decisions/008-audience-of-access-tokens.md).
    if !living.token.scopes.contains("openid") {
        return Ok(Err(if living.is_meant_for(issuer(&op.house)) {
            TokenRefusal::InsufficientScope("openid")
        } else {
            TokenRefusal::InvalidToken
        }));
    }
    let Some(person) = about::person(op, person).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    let client = &living.client;
    client::prepare(op, client).await;
    let whose = living.standing.subject();
    let profile = access::profile(op, whose, client.application_id).await?;
    let sources = Sources::gather(op, client, (whose, person.organisation_id), profile).await?;
    let asked = living.asked_of_userinfo();
    let rules = RuleClaims {
        asked,
        taken: &standard::NAMES,
        ..RuleClaims::of(client, &sources, Place::UserInfo)
    };
    let signed = client
        .settings
        .userinfo_signed_response_alg
        .map(|_| SignedClaims {
            iss: issuer(&op.house),
            aud: client.id.as_str(),
            iat: op.now.as_seconds(),
        });
    let claims = Claims {
        sub: living.sub(op),
        signed,
        standard: StandardClaims {
            person: Some(&person),
            scopes: Some(&living.token.scopes),
            asked,
        },
        rules,
    };
    claims.told(op, client).map(Ok)
}

/// OpenID Connect Core section 5.3.2.
#[derive(Serialize)]
struct Claims<'a> {
    sub: SubjectText,
    #[serde(flatten)]
    signed: Option<SignedClaims<'a>>,
    #[serde(flatten)]
    standard: StandardClaims<'a>,
    #[serde(flatten)]
    rules: RuleClaims<'a>,
}

/// What a signed answer says of itself.
#[derive(Serialize)]
struct SignedClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
}

/// An answer in the form that the client has registered.
struct Told {
    content_type: &'static str,
    body: Vec<u8>,
}

impl Claims<'_> {
    /// Plain JSON; or signed, or encrypted, or signed and then encrypted (OpenID Connect Core section 5.3.2).
    fn told(&self, op: &Op, client: &Client) -> Result<Told, OpError> {
        let body = serde_json::to_vec(self).map_err(|_| OpError::Broken("claims cannot be written"))?;
        let what = Encrypted::UserInfo;
        let text = match client.settings.userinfo_signed_response_alg {
            Some(algorithm) => {
                let token = op.house.keys().sign(algorithm, "JWT", &body, op.now)?;
                encryption::for_client(op, client, what, token)?
            }
            None => match encryption::claims_for_client(op, client, what, &body)? {
                Some(token) => token,
                None => {
                    return Ok(Told {
                        content_type: "application/json",
                        body,
                    });
                }
            },
        };
        Ok(Told {
            content_type: "application/jwt",
            body: text.into_bytes(),
        })
    }
}
