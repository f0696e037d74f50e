//! Access tokens as they are shown to us, signed or opaque: what one says, and whether it still counts.
//!
//! The one place for userinfo, introspection, revocation, and whatever else is for bearers of our tokens. What a token is
//! bound to (`confirmation`) is for the caller to check: only the endpoint sees the proof.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::family::{self, Family};
use super::mint::{ACCESS_TOKEN_TYPE, TokenId, issuer};
use super::{COPIES, opaque, revocation, subject};
use crate::access::Detail;
use crate::client::{self, Client};
use crate::domain::{AuthorizationId, ClientId, Confirmation, Scopes, Subject, Timestamp, Token};
use crate::jose::{Expectations, verify};
use crate::op::{Copies, House, Kind, Op, OpError, Part, Watched};
use crate::person::{self, Standing};

/// What an access token says. Whose it was and whether it has expired is known; not whether it still counts.
#[derive(Debug, Clone)]
pub(super) struct Presented {
    pub(super) id: TokenId,
    pub(super) client: ClientId,
    pub(super) scopes: Scopes,
    pub(super) audiences: Vec<String>,
    /// The authorization out of which it came, if a person gave one.
    pub(super) authorization: Option<AuthorizationId>,
    /// The key that its bearer must prove.
    pub(super) confirmation: Option<Confirmation>,
    pub(super) expires_at: Timestamp,
    /// Everything that it says.
    pub(super) claims: Map<String, Value>,
}

/// A token that counts at this moment, and all of whom that hangs on.
#[derive(Debug)]
pub(super) struct Living {
    pub(super) token: Arc<Presented>,
    /// The client to which it was issued: active.
    pub(super) client: Arc<Client>,
    /// The authorization out of which it came, if a person gave one.
    pub(super) family: Option<Arc<Family>>,
    /// Its subject may act.
    pub(super) standing: Standing,
}

impl Living {
    /// Whether it is meant for someone of this name.
    pub(super) fn is_meant_for(&self, audience: &str) -> bool {
        self.token.audiences.iter().any(|one| one == audience)
    }

    /// The claims that its client has asked for by name. An exchanged token (RFC 8693) belongs to another client than its
    /// family, and what the person gave to the one is not the other's (OpenID Connect Core section 5.5).
    pub(super) fn asked_of_userinfo(&self) -> &[String] {
        let own = self
            .family
            .as_ref()
            .filter(|family| family.client_id == self.client.id);
        own.map_or(&[], |family| &family.terms.claims.userinfo)
    }

    /// The `sub` that its client knows.
    pub(super) fn sub(&self, op: &Op) -> subject::SubjectText {
        subject::for_client(&op.house, &self.client, self.standing.subject())
    }
}

/// A token if it counts: verified, not expired, not revoked, its client active, its family alive, its subject free to act.
pub(super) async fn living(op: &mut Op, token: &Token) -> Result<Option<Living>, OpError> {
    let Some(token) = verified(op, token).await? else {
        return Ok(None);
    };
    let Some(client) = client::known_active(op, &token.client).await? else {
        return Ok(None);
    };
    let family = match token.authorization {
        Some(id) => match family::recent(op, id).await? {
            Some(family) => Some(family),
            None => return Ok(None),
        },
        None => None,
    };
    if revocation::has_ended(op, &token, family.as_deref()).await? {
        return Ok(None);
    }
    let standing = standing(op, &token, family.as_deref()).await?;
    Ok(standing.map(|standing| Living {
        token,
        client,
        family,
        standing,
    }))
}

/// Proof that the subject may act on what this token was given for.
async fn standing(
    op: &mut Op,
    token: &Presented,
    family: Option<&Family>,
) -> Result<Option<Standing>, OpError> {
    if let Some(family) = family {
        return Ok(family::alive(op, family).await?.ok());
    }
    let (Some(subject), Some(epoch)) = (token.machine(), token.epoch()) else {
        return Ok(None);
    };
    Ok(person::may_act(op, subject, epoch).await?.ok())
}

/// What a token says, if it is one of ours and has not expired.
pub(super) async fn verified(op: &mut Op, token: &Token) -> Result<Option<Arc<Presented>>, OpError> {
    let known = op.house.part::<Known>();
    let found = known
        .0
        .get(op, &token.digest().0, async |op| {
            let claims = if opaque::has_look(token.expose()) {
                opaque::find(op, token).await?
            } else {
                signed_claims(op, token)
            };
            Ok(claims.and_then(Presented::read).map(Arc::new))
        })
        .await?;
    Ok(found.filter(|found| op.now < found.expires_at))
}

/// Tokens that were verified before, by the SHA-256 of their text: repeated use costs no signature check.
#[derive(Debug)]
struct Known(Copies<[u8; 32], Arc<Presented>>);

impl Part for Known {
    fn new(house: &House) -> Self {
        let life = house.config.tokens.access_token_life;
        // A key may be revoked.
        Self(Copies::new(COPIES, life).of_key(|_| Watched::all(Kind::Keys)))
    }
}

/// `aud`, read before anything is verified: whom a token is meant for is the question of each caller.
#[derive(Deserialize)]
struct Unverified {
    aud: Audience,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name],
            Self::Many(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

/// The claims of a token that we have signed as an access token (RFC 9068 section 4).
fn signed_claims(op: &Op, token: &Token) -> Option<Map<String, Value>> {
    let payload = token.expose().split('.').nth(1)?;
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
    let unverified: Unverified = serde_json::from_slice(&payload).ok()?;
    let expectations = Expectations {
        typ: Some(ACCESS_TOKEN_TYPE),
        issuer: issuer(&op.house),
        audiences: &unverified.aud.names(),
        required: &["sub", "client_id", "jti"],
    };
    let keys = op.house.keys().verifiers(op.now);
    let believed = verify(token.expose(), &keys, &expectations, op.now).ok()?;
    Some(believed.claims)
}

impl Presented {
    fn read(claims: Map<String, Value>) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let audience: Audience = Deserialize::deserialize(claims.get("aud")?).ok()?;
        let authorization = match claims.get("authorization_id") {
            Some(id) => Some(id.as_str()?.parse().ok()?),
            None => None,
        };
        let confirmation = match claims.get("cnf") {
            Some(cnf) => Some(Confirmation::deserialize(cnf).ok()?),
            None => None,
        };
        Some(Self {
            id: text("jti")?.parse().ok()?,
            client: ClientId::parse(text("client_id")?).ok()?,
            scopes: Scopes::parse(text("scope").unwrap_or_default()).ok()?,
            audiences: audience.names().into_iter().map(str::to_owned).collect(),
            authorization,
            confirmation,
            expires_at: Timestamp::from_seconds(claims.get("exp")?.as_i64()?),
            claims,
        })
    }

    /// What it gives in detail (RFC 9396 section 9.1).
    pub(super) fn details(&self) -> Vec<Detail> {
        let details = self.claims.get("authorization_details");
        details
            .and_then(|details| Vec::deserialize(details).ok())
            .unwrap_or_default()
    }

    /// Whose it is, where no family tells it: a person gives nothing without one.
    fn machine(&self) -> Option<Subject> {
        let told = self.claims.get("sub")?.as_str()?;
        told.parse().ok().map(Subject::ServiceAccount)
    }

    /// The epoch of its subject when it was given out, where no family tells it.
    fn epoch(&self) -> Option<i64> {
        self.claims.get("epoch")?.as_i64()
    }
}
