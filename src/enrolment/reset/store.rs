//! The table `password_reset`.

use super::Reset;
use crate::domain::{ContinuationId, Digest32, PasswordResetId, PersonId, ResetStage, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

/// What is stored when somebody asks.
pub(super) struct New<'a> {
    pub(super) id: PasswordResetId,
    pub(super) browser: &'a Digest32,
    pub(super) username: String,
    pub(super) person: Option<PersonId>,
    pub(super) continuation: Option<ContinuationId>,
    pub(super) expires_at: Timestamp,
}

const INSERT: Sql = Sql::new(
    "INSERT INTO password_reset (id, browser, username, person_id, continuation_id, stage, tries, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
);

pub(super) async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&new.id)
        .bind(new.browser)
        .bind(&new.username)
        .bind(&new.person)
        .bind(&new.continuation)
        .bind(&ResetStage::Asked)
        .bind(&new.expires_at)
        .execute()
        .await?;
    Ok(())
}

const FIND: Sql = Sql::new(
    "SELECT username, person_id, continuation_id, stage, account_state FROM password_reset \
     WHERE id = $1 AND browser = $2 AND expires_at > $3",
);

/// One that this browser has begun.
pub(super) async fn find(
    tx: &mut Tx,
    id: PasswordResetId,
    browser: &Digest32,
    now: Timestamp,
) -> Result<Option<Reset>, StorageError> {
    tx.query(FIND)
        .bind(&id)
        .bind(browser)
        .bind(&now)
        .optional(|row| {
            Ok(Reset {
                id,
                username: row.get("username")?,
                person: row.get("person_id")?,
                continuation: row.get("continuation_id")?,
                stage: row.get("stage")?,
                state: row.get("account_state")?,
            })
        })
        .await
}

const WAITING: Sql = Sql::new(
    "SELECT person_id FROM password_reset WHERE id = $1 AND person_id IS NOT NULL AND code_hash IS NULL \
     AND expires_at > $2",
);

/// Whose it is, if its code is still to be sent.
pub(super) async fn waiting(
    tx: &mut Tx,
    id: PasswordResetId,
    now: Timestamp,
) -> Result<Option<PersonId>, StorageError> {
    tx.query(WAITING)
        .bind(&id)
        .bind(&now)
        .optional(|row| row.get("person_id"))
        .await
}

const PUT_CODE: Sql = Sql::new(
    "UPDATE password_reset SET code_hash = $2, account_state = $3 WHERE id = $1 AND code_hash IS NULL",
);

/// Puts the code that is sent, with what the account is like. How long it is good stays as it is for a name that nobody has.
pub(super) async fn put_code(
    tx: &mut Tx,
    id: PasswordResetId,
    (code, state): (&Digest32, &Digest32),
) -> Result<bool, StorageError> {
    let put = tx
        .query(PUT_CODE)
        .bind(&id)
        .bind(code)
        .bind(state)
        .execute()
        .await?;
    Ok(put == 1)
}

const TRY: Sql = Sql::new(
    "UPDATE password_reset SET tries = tries + 1 WHERE id = $1 AND stage = $2 AND tries < $3 AND expires_at > $4 \
     RETURNING code_hash",
);

/// Counts a try at the code; answers what it is compared with, which is nothing where none was sent. `None`: no more tries are taken.
pub(super) async fn try_once(
    tx: &mut Tx,
    id: PasswordResetId,
    most: i64,
    now: Timestamp,
) -> Result<Option<Option<Digest32>>, StorageError> {
    tx.query(TRY)
        .bind(&id)
        .bind(&ResetStage::Asked)
        .bind(&most)
        .bind(&now)
        .optional(|row| row.get("code_hash"))
        .await
}

const ADVANCE: Sql = Sql::new(
    "UPDATE password_reset SET stage = $3, expires_at = $4 WHERE id = $1 AND stage = $2 AND expires_at > $5",
);

/// Goes on to the next stage; false if another request was there before.
pub(super) async fn advance(
    tx: &mut Tx,
    id: PasswordResetId,
    (from, to): (ResetStage, ResetStage),
    (expires_at, now): (Timestamp, Timestamp),
) -> Result<bool, StorageError> {
    let advanced = tx
        .query(ADVANCE)
        .bind(&id)
        .bind(&from)
        .bind(&to)
        .bind(&expires_at)
        .bind(&now)
        .execute()
        .await?;
    Ok(advanced == 1)
}

const END: Sql = Sql::new("DELETE FROM password_reset WHERE id = $1 AND stage = $2 AND expires_at > $3");

/// Uses it up, once all is proven; answers whether this call did.
pub(super) async fn end(tx: &mut Tx, id: PasswordResetId, now: Timestamp) -> Result<bool, StorageError> {
    let ended = tx
        .query(END)
        .bind(&id)
        .bind(&ResetStage::Proven)
        .bind(&now)
        .execute()
        .await?;
    Ok(ended == 1)
}

const DELETE: Sql = Sql::new("DELETE FROM password_reset WHERE expires_at < $1");

pub(super) async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE).bind(&before).execute().await
}
