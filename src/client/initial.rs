//! Initial access tokens (RFC 7591 section 3): who holds one may register clients, within its policy.

use std::time::Duration;

use serde_json::json;

use super::Policy;
use super::registration_store::{self as store, StoredToken};
use crate::domain::{Digest32, EventKind, RegistrationTokenId, Timestamp, Token};
use crate::op::{EventDraft, Op, OpError};

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewRegistrationToken {
    /// What it is for, in words.
    pub name: String,
    pub policy: Policy,
    /// `None`: any number.
    pub uses: Option<u32>,
    /// `None`: for ever.
    pub life: Option<Duration>,
}

/// What can be said of a token, without its value.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RegistrationTokenSummary {
    pub id: RegistrationTokenId,
    pub name: String,
    pub policy: Policy,
    pub uses_left: Option<i64>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// Makes a token, shown this once: only its hash is stored.
pub async fn create_registration_token(
    op: &mut Op,
    new: NewRegistrationToken,
) -> Result<(RegistrationTokenId, Token), OpError> {
    let (id, token): (RegistrationTokenId, Token) = (op.id(), op.token());
    let stored = StoredToken {
        hash: token.digest(),
        summary: RegistrationTokenSummary {
            id,
            name: new.name,
            policy: new.policy,
            uses_left: new.uses.map(i64::from),
            created_at: op.now,
            expires_at: new.life.map(|life| op.now.plus(life)),
        },
    };
    store::insert_token(op.writing().await?, &stored).await?;
    let summary = &stored.summary;
    let draft = EventDraft::success(EventKind::RegistrationTokenCreated)
        .target("registration_token", id)
        .organisation(summary.policy.organisation_id)
        .change(
            serde_json::Value::Null,
            json!({ "name": summary.name, "policy": summary.policy }),
        );
    op.record(draft);
    Ok((id, token))
}

/// All tokens, the newest first.
pub async fn list_registration_tokens(op: &mut Op) -> Result<Vec<RegistrationTokenSummary>, OpError> {
    Ok(store::tokens(op.reading().await?).await?)
}

/// Ends a token at once. What was registered by it stays. False if there is none of that id.
pub async fn revoke_registration_token(op: &mut Op, id: RegistrationTokenId) -> Result<bool, OpError> {
    let tx = op.writing().await?;
    let Some(found) = store::token(tx, id).await? else {
        return Ok(false);
    };
    store::delete_token(tx, id).await?;
    let draft = EventDraft::success(EventKind::RegistrationTokenRevoked)
        .target("registration_token", id)
        .organisation(found.policy.organisation_id);
    op.record(draft);
    Ok(true)
}

/// The token of that value that may still be used, if there is one. It is used up by [`take`].
pub(super) async fn find(op: &mut Op, token: &Token) -> Result<Option<RegistrationTokenSummary>, OpError> {
    let hash: Digest32 = token.digest();
    let now = op.now;
    let found = store::token_by_hash(op.reading().await?, &hash).await?;
    let lives = |one: &RegistrationTokenSummary| {
        one.expires_at.is_none_or(|end| now < end) && one.uses_left.is_none_or(|left| left > 0)
    };
    Ok(found.filter(lives))
}

/// Uses a token once. False if others have used it up meanwhile.
pub(super) async fn take(op: &mut Op, id: RegistrationTokenId) -> Result<bool, OpError> {
    let now = op.now;
    Ok(store::take_token(op.writing().await?, id, now).await?)
}
