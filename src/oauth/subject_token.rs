//! Tokens of ours that are shown again: as the subject or the actor of a token exchange (RFC 8693 section 2.1).
//!
//! What is read here lives: the family or session behind it, its person or service account, and the client to which it
//! was issued.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::act::Act;
use super::family::{self, Family};
use super::mint::{ACCESS_TOKEN_TYPE, issuer};
use super::store;
use crate::client::trusted_issuer::{self, Believed};
use crate::client::{self, MayAct};
use crate::domain::{
    AuthorizationId, ClientId, OrganisationId, Scopes, ServiceAccountId, SessionId, Subject,
};
use crate::jose::{Expectations, verify};
use crate::op::{Op, OpError};
use crate::person::{self, Standing};

/// Longest token that is looked at, in bytes.
const LIMIT: usize = 12_000;

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Issued here, to this client.
    Client(ClientId),
    /// Issued by an issuer outside.
    Issuer(String),
}

/// A token that is believed, and whose subject may act.
#[derive(Debug)]
pub(super) struct SubjectToken {
    pub(super) standing: Standing,
    /// Its `sub`, as it was written for its client.
    pub(super) sub: String,
    pub(super) origin: Origin,
    /// What it may be used for; nothing it gives goes beyond. `None` where it tells no scope.
    pub(super) scopes: Option<Scopes>,
    /// How a person came to give it.
    pub(super) family: Option<Family>,
    pub(super) act: Option<Act>,
    pub(super) may_act: Option<MayAct>,
}

/// Reads an access token, of a person or of a service account.
pub(super) async fn access_token(op: &mut Op, text: &str) -> Result<Option<SubjectToken>, OpError> {
    let required = ["sub", "client_id", "scope"];
    let Some(claims) = verified(op, text, Some(ACCESS_TOKEN_TYPE), &required) else {
        return Ok(None);
    };
    let Some(client) = named_client(&claims, "client_id") else {
        return Ok(None);
    };
    let Some(scopes) = member(&claims, "scope").and_then(|text| Scopes::parse(text).ok()) else {
        return Ok(None);
    };
    let (standing, family) = if claims.contains_key("authorization_id") {
        let id = member(&claims, "authorization_id").and_then(|text| text.parse().ok());
        match given(op, id).await? {
            Some((standing, family)) => (standing, Some(family)),
            None => return Ok(None),
        }
    } else {
        match machine(op, &claims).await? {
            Some(standing) => (standing, None),
            None => return Ok(None),
        }
    };
    read(op, &claims, (standing, family), (client, scopes)).await
}

/// Reads an ID token. It tells no scope, so that those which its client still holds within the same session bound what
/// comes of it; it lives as long as one of these authorizations.
pub(super) async fn id_token(op: &mut Op, text: &str) -> Result<Option<SubjectToken>, OpError> {
    let Some(claims) = verified(op, text, None, &["sub", "iat", "sid"]) else {
        return Ok(None);
    };
    let (Some(client), Some(session)) = (named_client(&claims, "aud"), session(&claims)) else {
        return Ok(None);
    };
    let now = op.now;
    let families = store::living_of_session(op.reading().await?, (session, &client), now).await?;
    let mut alive = None;
    let mut scopes = Scopes::default();
    for family in families {
        if let Ok(standing) = family::alive(op, &family).await? {
            scopes = scopes.union(&family.scopes);
            alive.get_or_insert((standing, Some(family)));
        }
    }
    match alive {
        Some(whose) => read(op, &claims, whose, (client, scopes)).await,
        None => Ok(None),
    }
}

/// Reads an assertion of an issuer that an organisation trusts. It tells no scope of ours.
pub(super) async fn outside(
    op: &mut Op,
    organisation: OrganisationId,
    text: &str,
) -> Result<Option<(SubjectToken, Believed)>, OpError> {
    let Ok(believed) = trusted_issuer::believe(op, organisation, text).await? else {
        return Ok(None);
    };
    let Some(account) = believed.service_account() else {
        return Ok(None);
    };
    let Ok(standing) = person::may_sign_in(op, Subject::ServiceAccount(account)).await? else {
        return Ok(None);
    };
    let Ok(may_act) = nested(&believed.claims, "may_act") else {
        return Ok(None);
    };
    let token = SubjectToken {
        standing,
        sub: believed.subject.clone(),
        origin: Origin::Issuer(believed.issuer.clone()),
        scopes: None,
        family: None,
        act: None,
        may_act,
    };
    Ok(Some((token, believed)))
}

async fn read(
    op: &mut Op,
    claims: &Map<String, Value>,
    (standing, family): (Standing, Option<Family>),
    (client, scopes): (ClientId, Scopes),
) -> Result<Option<SubjectToken>, OpError> {
    if client::find_active(op, &client).await?.is_none() {
        return Ok(None);
    }
    // A claim of ours that cannot be read is not passed over: it might have forbidden something.
    let (Ok(act), Ok(may_act)) = (nested(claims, "act"), nested(claims, "may_act")) else {
        return Ok(None);
    };
    Ok(member(claims, "sub").map(|sub| SubjectToken {
        standing,
        sub: sub.to_owned(),
        origin: Origin::Client(client),
        scopes: Some(scopes),
        family,
        act,
        may_act,
    }))
}

/// The claims of a token that we have signed for whomever it names, of this type and not expired.
fn verified(op: &Op, text: &str, typ: Option<&str>, required: &[&str]) -> Option<Map<String, Value>> {
    if text.len() > LIMIT {
        return None;
    }
    // Of what is not verified yet only the audience is read: whom a token of ours may be meant for is no secret, and who
    // may exchange it is asked of the client's policy.
    let payload = BASE64URL_NOPAD.decode(text.split('.').nth(1)?.as_bytes()).ok()?;
    let unverified: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
    let audiences: Vec<&str> = match unverified.get("aud")? {
        Value::String(one) => vec![one.as_str()],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let expectations = Expectations {
        typ,
        issuer: issuer(&op.house),
        audiences: &audiences,
        required,
    };
    let keys = op.house.keys().verifiers(op.now);
    let believed = verify(text, &keys, &expectations, op.now).ok()?;
    Some(believed.claims)
}

async fn given(op: &mut Op, id: Option<AuthorizationId>) -> Result<Option<(Standing, Family)>, OpError> {
    let Some(id) = id else { return Ok(None) };
    let Some(family) = family::recent(op, id).await? else {
        return Ok(None);
    };
    let standing = family::alive(op, &family).await?;
    Ok(standing.ok().map(|standing| (standing, Family::clone(&family))))
}

async fn machine(op: &mut Op, claims: &Map<String, Value>) -> Result<Option<Standing>, OpError> {
    let Some(id) = member(claims, "sub").and_then(|text| text.parse::<ServiceAccountId>().ok()) else {
        return Ok(None);
    };
    Ok(person::may_sign_in(op, Subject::ServiceAccount(id)).await?.ok())
}

fn member<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn named_client(claims: &Map<String, Value>, name: &str) -> Option<ClientId> {
    member(claims, name).and_then(|text| ClientId::parse(text).ok())
}

fn session(claims: &Map<String, Value>) -> Option<SessionId> {
    member(claims, "sid").and_then(|text| text.parse().ok())
}

fn nested<T: serde::de::DeserializeOwned>(
    claims: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, serde_json::Error> {
    claims
        .get(name)
        .map(|value| serde_json::from_value(value.clone()))
        .transpose()
}
