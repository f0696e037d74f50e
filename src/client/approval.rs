//! Administrators decide on clients that have registered themselves: on what they have seen.

use data_encoding::HEXLOWER;
use serde_json::json;

use super::metadata::{self, Document};
use super::registration_store as store;
use super::{Client, store as clients};
use crate::domain::{ClientId, ClientStatus, EventKind, Notice, Token};
use crate::op::{EventDraft, Op, OpError};

/// How many bytes of a digest are told: as many as nobody finds another registration for.
const DIGEST: usize = 16;

/// What came of an approval.
#[derive(Debug)]
pub enum Approval {
    /// It may begin, as it was seen.
    Approved,
    /// It is not what the administrator has seen: it has changed meanwhile. Nothing was done.
    Changed,
    /// No client of this id waits.
    NotWaiting,
}

/// A short name of everything that a client is but for its status: it changes when anything of that does.
#[must_use]
pub fn digest(client: &Client) -> String {
    let mut document = metadata::described(client);
    document.remove("status");
    // Members are sorted by name, so that the same content is the same text.
    let text = serde_json::Value::Object(document).to_string();
    let whole = Token::presented(&text).digest().0;
    HEXLOWER.encode(whole.get(..DIGEST).unwrap_or(&whole))
}

/// Whether a client still is what was read of it, rights and status included. If so it stays that until the act ends: what is
/// written now rests on nothing that somebody else has changed meanwhile.
pub(super) async fn is_unchanged(op: &mut Op, read: &Client) -> Result<bool, OpError> {
    let stored = clients::held(op.writing().await?, &read.id).await?;
    Ok(stored.is_some_and(|stored| digest(&stored) == digest(read) && stored.status == read.status))
}

/// A client for the eyes of an administrator, with the digest by which it is approved.
#[must_use]
pub fn shown(client: &Client) -> Document {
    let mut document = metadata::described(client);
    document.insert("digest".to_owned(), json!(digest(client)));
    document
}

/// Lets a waiting client begin, as it was seen: `seen` is the digest of that.
pub async fn approve(op: &mut Op, id: &ClientId, seen: &str) -> Result<Approval, OpError> {
    let found = clients::held(op.writing().await?, id).await?;
    let Some(client) = found.filter(|found| found.status == ClientStatus::Pending) else {
        return Ok(Approval::NotWaiting);
    };
    if seen != digest(&client) {
        return Ok(Approval::Changed);
    }
    Ok(if decide(op, &client, ClientStatus::Active, "approved").await? {
        Approval::Approved
    } else {
        Approval::NotWaiting
    })
}

/// Refuses a waiting client for good. False if there is none of that id that waits.
pub async fn refuse(op: &mut Op, id: &ClientId) -> Result<bool, OpError> {
    match clients::held(op.writing().await?, id).await? {
        Some(client) => decide(op, &client, ClientStatus::Disabled, "approval refused").await,
        None => Ok(false),
    }
}

/// All clients that wait for approval.
pub async fn pending(op: &mut Op) -> Result<Vec<Client>, OpError> {
    Ok(store::by_status(op.reading().await?, ClientStatus::Pending).await?)
}

async fn decide(op: &mut Op, client: &Client, to: ClientStatus, why: &str) -> Result<bool, OpError> {
    let now = op.now;
    let tx = op.writing().await?;
    if !store::set_status(tx, &client.id, (ClientStatus::Pending, to), now).await? {
        return Ok(false);
    }
    let status = |status: ClientStatus| json!({ "status": status.as_str() });
    let draft = EventDraft::success(EventKind::ClientChanged)
        .because(why)
        .target_named("client", client.id.as_str())
        .organisation(client.organisation_id)
        .detail("digest", digest(client))
        .change(status(ClientStatus::Pending), status(to));
    op.record(draft);
    op.tell(Notice::Client(client.id.clone()));
    Ok(true)
}
