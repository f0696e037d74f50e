//! The table `address_code`.

use crate::domain::{Digest32, EmailAddress, PersonId, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const PUT: Sql = Sql::new(
    "INSERT INTO address_code (person_id, email, code_hash, tries, expires_at) VALUES ($1, $2, $3, 0, $4) \
     ON CONFLICT (person_id) DO UPDATE SET email = excluded.email, code_hash = excluded.code_hash, tries = 0, \
     expires_at = excluded.expires_at",
);

/// Puts a code in place of the one before.
pub(super) async fn put(
    tx: &mut Tx,
    person: PersonId,
    email: &EmailAddress,
    code: &Digest32,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    tx.query(PUT)
        .bind(&person)
        .bind(email)
        .bind(code)
        .bind(&expires_at)
        .execute()
        .await?;
    Ok(())
}

const TRY: Sql = Sql::new(
    "UPDATE address_code SET tries = tries + 1 WHERE person_id = $1 AND tries < $2 AND expires_at > $3 \
     RETURNING email, code_hash",
);

/// Counts a try; answers what it is compared with, if there is a code that may still be tried.
pub(super) async fn try_once(
    tx: &mut Tx,
    person: PersonId,
    most: i64,
    now: Timestamp,
) -> Result<Option<(EmailAddress, Digest32)>, StorageError> {
    tx.query(TRY)
        .bind(&person)
        .bind(&most)
        .bind(&now)
        .optional(|row| Ok((row.get("email")?, row.get("code_hash")?)))
        .await
}

const PENDING: Sql =
    Sql::new("SELECT email FROM address_code WHERE person_id = $1 AND tries < $2 AND expires_at > $3");

/// The address whose code may still be tried.
pub(super) async fn pending(
    tx: &mut Tx,
    person: PersonId,
    most: i64,
    now: Timestamp,
) -> Result<Option<EmailAddress>, StorageError> {
    tx.query(PENDING)
        .bind(&person)
        .bind(&most)
        .bind(&now)
        .optional(|row| row.get("email"))
        .await
}

const REMOVE: Sql = Sql::new("DELETE FROM address_code WHERE person_id = $1");

pub(super) async fn remove(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    tx.query(REMOVE).bind(&person).execute().await?;
    Ok(())
}

const DELETE: Sql = Sql::new("DELETE FROM address_code WHERE expires_at < $1");

pub(super) async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE).bind(&before).execute().await
}
