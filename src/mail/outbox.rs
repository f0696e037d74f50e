//! The outbox: mails are put in, looked at, and forgotten.

use std::time::Duration;

use serde_json::json;

use super::letter::Rendered;
use super::work::SEND;
use super::{Letter, Recipient, recipient, store};
use crate::domain::{EmailAddress, MailId, MailState, PersonId, Timestamp};
use crate::job;
use crate::op::{Op, OpError};

/// How long mails that were sent, kept or given up can be looked at in the outbox.
const KEEP: Duration = Duration::from_hours(7 * 24);

/// Most mails in a list.
const PAGE: i64 = 200;

/// A mail of the outbox, with what it says as long as that is there.
#[derive(Debug, Clone)]
pub struct Mail {
    pub id: MailId,
    pub person: PersonId,
    pub kind: String,
    pub to: EmailAddress,
    pub state: MailState,
    pub created_at: Timestamp,
    /// Subject and text.
    pub letter: Option<(String, String)>,
}

/// Puts a mail into the outbox, in the transaction of this act: it is sent if the act is committed, and only then. `life` is
/// how long what it holds is good for; later it is not sent. False if no mail goes anywhere.
pub async fn queue(
    op: &mut Op,
    to: &Recipient,
    letter: &Letter,
    life: Option<Duration>,
) -> Result<bool, OpError> {
    if !recipient::is_on(&op.house) {
        return Ok(false);
    }
    let id: MailId = op.id();
    let rendered = letter.render(to, op.house.config.server.issuer_text())?;
    let kept = op.house.config.mail.kept;
    let new = store::New {
        id,
        to,
        kind: letter.kind,
        sealed: seal(op, id, &rendered)?,
        state: if kept { MailState::Kept } else { MailState::Waiting },
        good_until: life.map(|life| op.now.plus(life)),
        created_at: op.now,
        finished_at: kept.then_some(op.now),
    };
    store::insert(op.writing().await?, &new).await?;
    if !kept {
        job::queue(op, SEND, &json!({ "mail": id })).await?;
    }
    Ok(true)
}

fn context(id: MailId) -> String {
    format!("mail.sealed_letter:{id}")
}

fn seal(op: &Op, id: MailId, rendered: &Rendered) -> Result<Vec<u8>, OpError> {
    let plain = serde_json::to_vec(rendered).map_err(|_| OpError::Broken("a mail cannot be written"))?;
    Ok(op.house.master_key.seal(&context(id), &plain)?)
}

pub(super) fn open(op: &Op, id: MailId, sealed: &[u8]) -> Result<Rendered, OpError> {
    let plain = op.house.master_key.open(&context(id), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| OpError::Broken("a mail cannot be read"))
}

/// The newest mails.
pub async fn list(op: &mut Op) -> Result<Vec<Mail>, OpError> {
    let stored = store::list(op.reading().await?, PAGE).await?;
    stored.into_iter().map(|one| opened(op, one)).collect()
}

/// One of them.
pub async fn find(op: &mut Op, id: MailId) -> Result<Option<Mail>, OpError> {
    let stored = store::find(op.reading().await?, id).await?;
    stored.map(|one| opened(op, one)).transpose()
}

fn opened(op: &Op, stored: store::Stored) -> Result<Mail, OpError> {
    let letter = match &stored.sealed {
        Some(sealed) => Some(open(op, stored.id, sealed)?),
        None => None,
    };
    Ok(Mail {
        id: stored.id,
        person: stored.person,
        kind: stored.kind,
        to: stored.to,
        state: stored.state,
        created_at: stored.created_at,
        letter: letter.map(|letter| (letter.subject, letter.text)),
    })
}

/// Forgets mails that ended a week ago; answers how many.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    let before = op.now.minus(KEEP);
    Ok(store::delete_finished(op.writing().await?, before).await?)
}
