//! The table `mail`.

use super::Recipient;
use crate::domain::{EmailAddress, MailId, MailState, PersonId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

/// A new row.
pub(super) struct New<'a> {
    pub(super) id: MailId,
    pub(super) to: &'a Recipient,
    pub(super) kind: &'static str,
    pub(super) sealed: Vec<u8>,
    pub(super) state: MailState,
    pub(super) good_until: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) finished_at: Option<Timestamp>,
}

/// A row as it is read.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: MailId,
    pub(super) person: PersonId,
    pub(super) kind: String,
    pub(super) to: EmailAddress,
    pub(super) name: String,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) state: MailState,
    pub(super) good_until: Option<Timestamp>,
    pub(super) created_at: Timestamp,
}

const INSERT: Sql = Sql::new(
    "INSERT INTO mail (id, person_id, kind, recipient, name, sealed_letter, state, good_until, created_at, finished_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);

pub(super) async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&new.id)
        .bind(&new.to.person)
        .bind(&new.kind)
        .bind(&new.to.address)
        .bind(&new.to.name)
        .bind(&new.sealed)
        .bind(&new.state)
        .bind(&new.good_until)
        .bind(&new.created_at)
        .bind(&new.finished_at)
        .execute()
        .await?;
    Ok(())
}

const WAS_WRITTEN: Sql =
    Sql::new("SELECT id FROM mail WHERE person_id = $1 AND kind = $2 AND created_at >= $3 LIMIT 1");

/// Whether somebody was written a letter of a kind since a moment.
pub(super) async fn was_written(
    tx: &mut Tx,
    person: PersonId,
    kind: &str,
    since: Timestamp,
) -> Result<bool, StorageError> {
    let found = tx
        .query(WAS_WRITTEN)
        .bind(&person)
        .bind(&kind)
        .bind(&since)
        .optional(|row| row.get::<MailId>("id"))
        .await?;
    Ok(found.is_some())
}

const FIND: Sql = Sql::new(
    "SELECT id, person_id, kind, recipient, name, sealed_letter, state, good_until, created_at FROM mail WHERE id = $1",
);

pub(super) async fn find(tx: &mut Tx, id: MailId) -> Result<Option<Stored>, StorageError> {
    tx.query(FIND).bind(&id).optional(read).await
}

const LIST: Sql = Sql::new(
    "SELECT id, person_id, kind, recipient, name, sealed_letter, state, good_until, created_at FROM mail \
     ORDER BY created_at DESC, id DESC LIMIT $1",
);

pub(super) async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Stored>, StorageError> {
    tx.query(LIST).bind(&limit).all(read).await
}

fn read(row: &Row) -> Result<Stored, StorageError> {
    Ok(Stored {
        id: row.get("id")?,
        person: row.get("person_id")?,
        kind: row.get("kind")?,
        to: row.get("recipient")?,
        name: row.get("name")?,
        sealed: row.get("sealed_letter")?,
        state: row.get("state")?,
        good_until: row.get("good_until")?,
        created_at: row.get("created_at")?,
    })
}

const SENT: Sql = Sql::new(
    "UPDATE mail SET state = $2, sealed_letter = NULL, reason = NULL, finished_at = $3 WHERE id = $1",
);

/// Notes that a mail was taken; what it said is gone.
pub(super) async fn sent(tx: &mut Tx, id: MailId, now: Timestamp) -> Result<(), StorageError> {
    tx.query(SENT)
        .bind(&id)
        .bind(&MailState::Sent)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const GIVE_UP: Sql = Sql::new("UPDATE mail SET state = $2, reason = $3, finished_at = $4 WHERE id = $1");

/// Notes that nothing is tried any more. What it said stays sealed until it is forgotten: the operator may try again.
pub(super) async fn give_up(
    tx: &mut Tx,
    id: MailId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(GIVE_UP)
        .bind(&id)
        .bind(&MailState::Dead)
        .bind(&reason)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const DELETE_FINISHED: Sql = Sql::new("DELETE FROM mail WHERE finished_at < $1");

pub(super) async fn delete_finished(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE_FINISHED).bind(&before).execute().await
}
