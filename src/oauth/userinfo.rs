//! Claims about the person to whom an access token belongs (OpenID Connect Core section 5.3).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::{Deserialize as _, Serialize};

use super::about;
use super::binding;
use super::claims::{Place, RuleClaims, Sources};
use super::encryption;
use super::error::fault_answer;
use super::family;
use super::mint::{ACCESS_TOKEN_TYPE, issuer};
use super::protected::{ByToken, Shown, TokenRefusal};
use super::standard::{self, StandardClaims};
use super::subject::{self, SubjectText};
use crate::access;
use crate::client::{self, Client, Encrypted};
use crate::domain::{
    Actor, AuthorizationId, ClientId, Confirmation, PersonId, Scopes, Seen, Subject, Timestamp, Token,
};
use crate::jose::{Expectations, verify};
use crate::op::{Copies, House, Kind, Op, OpError, Part, Watched};

const PATH: &str = "/userinfo";

/// Tokens whose verification is remembered.
const CAPACITY: u64 = 20_000;

/// What a verified access token says.
#[derive(Debug, Clone)]
struct Verified {
    person: PersonId,
    client: ClientId,
    authorization: AuthorizationId,
    scopes: Scopes,
    expires_at: Timestamp,
    confirmation: Option<Confirmation>,
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

/// `GET` and `POST /userinfo`.
pub(super) async fn userinfo(
    ByToken(shown): ByToken,
    State(house): State<Arc<House>>,
    seen: Seen,
) -> Response {
    let shown = match shown {
        Ok(shown) => shown,
        Err(error) => return TokenRefusal::from(error).answer(None),
    };
    let mut op = Op::new(&house, Actor::Anonymous, seen.clone());
    let answer = match tell(&mut op, &shown).await {
        Ok(Ok(told)) => {
            let headers = [(CONTENT_TYPE, told.content_type), (CACHE_CONTROL, "no-store")];
            (StatusCode::OK, headers, told.body).into_response()
        }
        Ok(Err(refusal)) => refusal.answer(Some(shown.scheme)),
        Err(fault) => fault_answer(&fault, &seen),
    };
    binding::with_nonce(&house, answer)
}

async fn tell(op: &mut Op, shown: &Shown) -> Result<Result<Told, TokenRefusal>, OpError> {
    let Some(verified) = verified(op, &shown.token).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    if let Err(refusal) = shown.fits(op, verified.confirmation.as_ref(), PATH).await? {
        return Ok(Err(refusal));
    }
    let Some(family) = family::recent(op, verified.authorization).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    if family::alive(op, &family).await?.is_err() {
        return Ok(Err(TokenRefusal::InvalidToken));
    }
    if !verified.scopes.contains("openid") {
        return Ok(Err(TokenRefusal::InsufficientScope("openid")));
    }
    let Some(person) = about::person(op, verified.person).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    let Some(client) = client::find(op, &verified.client).await? else {
        return Ok(Err(TokenRefusal::InvalidToken));
    };
    let whose = Subject::Person(person.id);
    let profile = access::profile(op, whose, client.application_id).await?;
    let sources = Sources::gather(op, &client, (whose, person.organisation_id), profile).await?;
    let asked = &family.terms.claims.userinfo;
    let rules = RuleClaims {
        rules: &client.claim_rules,
        sources: &sources,
        place: Place::UserInfo,
        asked,
        taken: &standard::NAMES,
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
        sub: subject::for_client(&op.house, &client, whose),
        signed,
        standard: StandardClaims {
            person: Some(&person),
            scopes: Some(&verified.scopes),
            asked,
        },
        rules,
    };
    claims.told(op, &client).map(Ok)
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
    let issuer = issuer(&op.house);
    let expectations = Expectations {
        typ: Some(ACCESS_TOKEN_TYPE),
        issuer,
        audiences: &[issuer],
        required: &["sub", "client_id", "scope", "authorization_id"],
    };
    let keys = op.house.keys().verifiers(op.now);
    let believed = verify(token.expose(), &keys, &expectations, op.now).ok()?;
    let text = |name: &str| believed.claims.get(name).and_then(|value| value.as_str());
    Some(Verified {
        person: subject::person(&op.house, text("sub")?)?,
        client: ClientId::parse(text("client_id")?).ok()?,
        authorization: text("authorization_id")?.parse().ok()?,
        scopes: Scopes::parse(text("scope")?).ok()?,
        expires_at: Timestamp::from_seconds(believed.claims.get("exp")?.as_i64()?),
        // A binding that is not understood binds all the same: such a token is none.
        confirmation: match believed.claims.get("cnf") {
            None => None,
            Some(cnf) => Some(Confirmation::deserialize(cnf).ok()?),
        },
    })
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
                encryption::for_client(client, what, token)?
            }
            None => match encryption::claims_for_client(client, what, &body)? {
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
