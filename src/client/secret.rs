//! The secrets of a client: two live at once, so that one can be replaced without a moment without.
//!
//! Only a keyed hash of each is stored. A client of `client_secret_jwt` proves that it knows its secret by a tag that we can
//! only make with the secret itself: it is kept sealed beside the hash, for this method only.

use std::time::Duration;

use data_encoding::HEXLOWER;

use super::store::{self, StoredSecret};
use super::{AddSecretError, Client};
use crate::domain::{
    ClientAuthMethod, ClientId, Digest32, EventKind, Notice, OrganisationId, Secret, Timestamp,
};
use crate::keys::{MasterKey, Purpose};
use crate::op::{EventDraft, Op, OpError};

/// How many secrets of a client live at once.
const MOST_LIVING: usize = 2;

/// A secret ready to be compared.
#[derive(Debug)]
pub(super) struct KnownSecret {
    pub(super) hash: Digest32,
    pub(super) expires_at: Option<Timestamp>,
    /// The secret itself, of a client of `client_secret_jwt`.
    pub(super) value: Option<Secret>,
}

impl KnownSecret {
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// What can be said of a secret.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SecretSummary {
    /// Tells it from the client's others; says nothing of the secret.
    pub id: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
}

/// What is stored of a secret, and compared with what is presented.
pub(super) fn hash(master: &MasterKey, id: &str, secret: &str) -> Digest32 {
    master.mac(Purpose::ClientSecret, &[id.as_bytes(), secret.as_bytes()])
}

/// The context that a sealed secret is bound to.
fn place(id: &ClientId) -> String {
    format!("client_secret.sealed:{id}")
}

/// A stored secret, ready to be compared. One that cannot be opened compares with nothing.
pub(super) fn open(master: &MasterKey, id: &ClientId, stored: StoredSecret) -> KnownSecret {
    let opened = stored
        .sealed
        .and_then(|sealed| master.open(&place(id), &sealed).ok());
    KnownSecret {
        hash: stored.hash,
        expires_at: stored.expires_at,
        value: opened
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Secret::new),
    }
}

/// Makes a secret for a client that uses one.
pub(super) async fn insert(
    op: &mut Op,
    id: &ClientId,
    method: ClientAuthMethod,
    expires_at: Option<Timestamp>,
) -> Result<Secret, OpError> {
    let secret = Secret::new(op.token().expose().to_owned());
    let master = &op.house.master_key;
    let sealed = match method {
        ClientAuthMethod::ClientSecretJwt => Some(master.seal(&place(id), secret.expose().as_bytes())?),
        _ => None,
    };
    let new = StoredSecret {
        hash: hash(master, id.as_str(), secret.expose()),
        sealed,
        created_at: op.now,
        expires_at,
        last_used_at: None,
    };
    store::insert_secret(op.writing().await?, id, &new).await?;
    Ok(secret)
}

/// Gives a client a new secret, shown this once; the old ones work for `old_life` more. `None` if there is no such client
/// or its method uses no secret.
pub async fn set_secret(op: &mut Op, id: &ClientId, old_life: Duration) -> Result<Option<Secret>, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    let Some(client) = store::find(tx, id)
        .await?
        .filter(|found| found.auth_method.has_secret())
    else {
        return Ok(None);
    };
    store::end_secrets(tx, id, now.plus(old_life), now).await?;
    let secret = insert(op, id, client.auth_method, None).await?;
    let draft = changed(&client, "new secret").detail("old_secrets_end_at", now.plus(old_life).to_string());
    op.record(draft);
    op.tell(Notice::Client(id.clone()));
    Ok(Some(secret))
}

/// Gives a client one more secret, shown this once, beside the one that it has. At most two live at once.
pub async fn add_secret(
    op: &mut Op,
    id: &ClientId,
    life: Option<Duration>,
) -> Result<Secret, AddSecretError> {
    let now = op.now;
    let tx = op.writing().await?;
    let client = store::find(tx, id).await?.ok_or(AddSecretError::Unknown)?;
    if !client.auth_method.has_secret() {
        return Err(AddSecretError::NoSecrets);
    }
    store::forget_ended_secrets(tx, id, now).await?;
    if store::secrets(tx, id).await?.len() >= MOST_LIVING {
        return Err(AddSecretError::TooMany);
    }
    let expires_at = life.map(|life| now.plus(life));
    let secret = insert(op, id, client.auth_method, expires_at).await?;
    let mut draft = changed(&client, "new secret");
    if let Some(end) = expires_at {
        draft = draft.detail("expires_at", end.to_string());
    }
    op.record(draft);
    op.tell(Notice::Client(id.clone()));
    Ok(secret)
}

/// The secrets of a client, the oldest first, without their values.
pub async fn list_secrets(op: &mut Op, id: &ClientId) -> Result<Vec<SecretSummary>, OpError> {
    let found = store::secrets(op.reading().await?, id).await?;
    Ok(found.iter().map(summary).collect())
}

/// Ends a secret at once. False if the client has none of that id.
pub async fn remove_secret(op: &mut Op, id: &ClientId, secret_id: &str) -> Result<bool, OpError> {
    let tx = op.writing().await?;
    let Some(client) = store::find(tx, id).await? else {
        return Ok(false);
    };
    let found = store::secrets(tx, id).await?;
    let Some(secret) = found.iter().find(|one| summary(one).id == secret_id) else {
        return Ok(false);
    };
    store::delete_secret(tx, id, &secret.hash).await?;
    op.record(changed(&client, "secret removed").detail("secret", secret_id));
    op.tell(Notice::Client(id.clone()));
    Ok(true)
}

fn summary(stored: &StoredSecret) -> SecretSummary {
    let (start, _) = stored.hash.0.split_at(6);
    SecretSummary {
        id: HEXLOWER.encode(start),
        created_at: stored.created_at,
        expires_at: stored.expires_at,
        last_used_at: stored.last_used_at,
    }
}

fn changed(client: &Client, why: &str) -> EventDraft {
    event(&client.id, client.organisation_id, why)
}

/// The event of a change that is said in words.
pub(super) fn event(id: &ClientId, organisation: OrganisationId, why: &str) -> EventDraft {
    EventDraft::success(EventKind::ClientChanged)
        .because(why)
        .target_named("client", id.as_str())
        .organisation(organisation)
}
