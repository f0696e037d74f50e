//! Issuing, inspecting, redeeming and sweeping.

use std::time::Duration;

use sha2::Digest as _;

use super::store;
use crate::domain::{ClientId, Column, ColumnError, Digest32, Timestamp, Token, Value};
use crate::op::{Op, OpError};

/// How long a used artefact is kept after its expiry, so that a late second use is still told from a guess.
const KEEP_USED: Duration = Duration::from_hours(24);

/// What an artefact is for; part of its key, so that a code never works as a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    AuthorizationCode,
    /// An authorization request that came by POST, on its way to the GET.
    PostedRequest,
    /// An authorization request that its client has pushed.
    PushedRequest,
    SetUpLink,
    /// A client assertion's `jti`, refused the second time.
    ClientAssertion,
    /// The `jti` of an assertion of a trusted issuer, which stands for a service account.
    OutsideAssertion,
    /// The `jti` of a signed request for a person who is elsewhere.
    BackchannelRequest,
    /// The set-up of an installation, while it is under way.
    SetUp,
    /// The secret of an authenticator that its owner has not confirmed by a code yet.
    PendingAuthenticator,
    /// The link by which somebody says that it was not they.
    NotMe,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::PushedRequest => "pushed_request",
            Self::PostedRequest => "posted_request",
            Self::SetUpLink => "set_up_link",
            Self::ClientAssertion => "client_assertion",
            Self::OutsideAssertion => "outside_assertion",
            Self::BackchannelRequest => "backchannel_request",
            Self::SetUp => "set_up",
            Self::PendingAuthenticator => "pending_authenticator",
            Self::NotMe => "not_me",
        }
    }
}

impl Column for Kind {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.as_str().to_owned()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match String::from_value(value)?.as_str() {
            "authorization_code" => Ok(Self::AuthorizationCode),
            "pushed_request" => Ok(Self::PushedRequest),
            "posted_request" => Ok(Self::PostedRequest),
            "set_up_link" => Ok(Self::SetUpLink),
            "client_assertion" => Ok(Self::ClientAssertion),
            "outside_assertion" => Ok(Self::OutsideAssertion),
            "backchannel_request" => Ok(Self::BackchannelRequest),
            "set_up" => Ok(Self::SetUp),
            "pending_authenticator" => Ok(Self::PendingAuthenticator),
            "not_me" => Ok(Self::NotMe),
            _ => Err(ColumnError::Invalid("kind of artefact")),
        }
    }
}

/// What comes of trying to use one.
#[derive(Debug, Clone, PartialEq)]
pub enum Redemption {
    /// The first use, in time: the payload that was stored.
    Redeemed(serde_json::Value),
    /// Used before; the payload tells what must be revoked now.
    UsedBefore(serde_json::Value),
    /// Never issued, or expired.
    Unknown,
}

/// Stores a new artefact; answers the token to hand out.
pub async fn issue(
    op: &mut Op,
    kind: Kind,
    client: Option<&ClientId>,
    payload: serde_json::Value,
    life: Duration,
) -> Result<Token, OpError> {
    let token = op.token();
    issue_this(op, (kind, &token), client, payload, life).await?;
    Ok(token)
}

/// Stores a new artefact under a token that was drawn before, for one whose token something else must name first.
pub async fn issue_this(
    op: &mut Op,
    (kind, token): (Kind, &Token),
    client: Option<&ClientId>,
    payload: serde_json::Value,
    life: Duration,
) -> Result<(), OpError> {
    let artefact = store::Artefact {
        kind,
        hash: token.digest(),
        client: client.cloned(),
        payload,
        created_at: op.now,
        expires_at: op.now.plus(life),
    };
    Ok(store::insert(op.writing().await?, &artefact).await?)
}

/// What an unused artefact holds, without using it: for a page that comes before the act itself.
pub async fn inspect(op: &mut Op, kind: Kind, token: &Token) -> Result<Option<serde_json::Value>, OpError> {
    let now = op.now;
    Ok(store::unused(op.reading().await?, kind, token.digest(), now).await?)
}

/// Uses an artefact, in the write transaction of the act. Of two at once, one wins.
pub async fn redeem(op: &mut Op, kind: Kind, token: &Token) -> Result<Redemption, OpError> {
    let (now, hash) = (op.now, token.digest());
    let tx = op.writing().await?;
    if let Some(payload) = store::take(tx, kind, hash, now).await? {
        return Ok(Redemption::Redeemed(payload));
    }
    Ok(match store::used(tx, kind, hash).await? {
        Some(payload) => Redemption::UsedBefore(payload),
        None => Redemption::Unknown,
    })
}

/// Uses an artefact up at the end of an act that began while it lived: also when it has expired since, and even when it has
/// been swept away. Of two such acts the first wins; that is remembered for `keep` at least.
pub async fn use_up(
    op: &mut Op,
    kind: Kind,
    hash: Digest32,
    client: &ClientId,
    keep: Duration,
) -> Result<bool, OpError> {
    let artefact = store::Artefact {
        kind,
        hash,
        client: Some(client.clone()),
        payload: serde_json::Value::Null,
        created_at: op.now,
        expires_at: op.now.plus(keep),
    };
    Ok(store::use_up(op.writing().await?, &artefact).await?)
}

/// Remembers a name that someone else made, such as the `jti` of a client assertion (RFC 7519 section 4.1.7). True the
/// first time, false while the first one is remembered; after `until` the name is free again.
///
/// The name is one of `owner`'s (whoever makes such names), which is a client or something else without NUL in its id.
pub async fn remember(
    op: &mut Op,
    kind: Kind,
    owner: &str,
    name: &str,
    until: Timestamp,
) -> Result<bool, OpError> {
    let artefact = store::Artefact {
        kind,
        hash: name_of(owner, name),
        client: None,
        payload: serde_json::Value::Null,
        created_at: op.now,
        expires_at: until,
    };
    Ok(store::insert_unless_alive(op.writing().await?, &artefact).await?)
}

/// Claims something of which there is one in the installation, in the write transaction of the act: of two at once one gets
/// it, on either engine, and the other learns it after the first has committed.
pub async fn claim(op: &mut Op, kind: Kind, life: Duration) -> Result<bool, OpError> {
    let artefact = store::Artefact {
        kind,
        hash: Digest32(sha2::Sha256::digest(kind.as_str()).into()),
        client: None,
        payload: serde_json::Value::Null,
        created_at: op.now,
        expires_at: op.now.plus(life),
    };
    Ok(store::insert_unless_alive(op.writing().await?, &artefact).await?)
}

/// Deletes what has expired; answers how many. Redeeming never depends on it.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let now = op.now;
    Ok(store::delete_expired(op.writing().await?, now, now.minus(KEEP_USED)).await?)
}

/// Names of different owners are different; an id holds no NUL, so that no two pairs read alike.
fn name_of(owner: &str, name: &str) -> Digest32 {
    let digest = sha2::Sha256::new()
        .chain_update(owner)
        .chain_update([0])
        .chain_update(name);
    Digest32(digest.finalize().into())
}
