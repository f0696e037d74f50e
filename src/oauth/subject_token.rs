//! Tokens of ours that are shown again: as the subject or the actor of a token exchange (RFC 8693 section 2.1).
//!
//! What is read here lives: the family or session behind it, its person or service account, and the client to which it
//! was issued.

use serde_json::{Map, Value};

use super::act::Act;
use super::family::{self, Family};
use super::mint::issuer;
use super::{hint, presented, store};
use crate::client::trusted_issuer::{self, Believed};
use crate::client::{self, MayAct, Purpose};
use crate::domain::{ClientId, OrganisationId, Scopes, SessionId, Subject, Token};
use crate::jose::{Expectations, verify};
use crate::op::{Op, OpError};
use crate::person::{self, Standing};

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

/// Reads an access token, signed or opaque, of a person or of a service account.
pub(super) async fn access_token(op: &mut Op, text: &str) -> Result<Option<SubjectToken>, OpError> {
    let Some(living) = presented::living(op, &Token::presented(text)).await? else {
        return Ok(None);
    };
    let token = &living.token;
    let origin = (token.client.clone(), token.scopes.clone());
    let family = living.family.as_deref().cloned();
    Ok(read(&token.claims, (living.standing, family), origin))
}

/// Reads an ID token. It tells no scope, so that those which its client still holds within the same session bound what
/// comes of it; it lives as long as one of these authorizations.
pub(super) async fn id_token(op: &mut Op, text: &str) -> Result<Option<SubjectToken>, OpError> {
    let Some(claims) = verified(op, text) else {
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
    let is_active = client::known_active(op, &client).await?.is_some();
    Ok(alive
        .filter(|_| is_active)
        .and_then(|whose| read(&claims, whose, (client, scopes))))
}

/// Reads an assertion of an issuer that an organisation trusts. It tells no scope of ours.
pub(super) async fn outside(
    op: &mut Op,
    organisation: OrganisationId,
    text: &str,
) -> Result<Option<(SubjectToken, Believed)>, OpError> {
    let purpose = Purpose::AuthorizationGrant;
    let Ok(believed) = trusted_issuer::believe(op, organisation, purpose, text).await? else {
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

/// A claim of ours that cannot be read is not passed over: it might have forbidden something.
fn read(
    claims: &Map<String, Value>,
    (standing, family): (Standing, Option<Family>),
    (client, scopes): (ClientId, Scopes),
) -> Option<SubjectToken> {
    Some(SubjectToken {
        standing,
        sub: member(claims, "sub")?.to_owned(),
        origin: Origin::Client(client),
        scopes: Some(scopes),
        family,
        act: nested(claims, "act").ok()?,
        may_act: nested(claims, "may_act").ok()?,
    })
}

/// The claims of an ID token that we have signed for whomever it names, and that has not expired.
fn verified(op: &Op, text: &str) -> Option<Map<String, Value>> {
    let hint::Addressed { audience, .. } = hint::addressed(text)?;
    let expectations = Expectations {
        typ: None,
        issuer: issuer(&op.house),
        audiences: &[&audience],
        required: &["sub", "iat", "sid"],
    };
    let keys = op.house.keys().verifiers(op.now);
    let believed = verify(text, &keys, &expectations, op.now).ok()?;
    Some(believed.claims)
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
