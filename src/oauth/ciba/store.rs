//! The table `backchannel_code`.

use crate::domain::{Digest32, PersonId, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const FIND: Sql = Sql::new("SELECT hash FROM backchannel_code WHERE person_id = $1");

const PUT: Sql = Sql::new(
    "INSERT INTO backchannel_code (person_id, hash, set_at) VALUES ($1, $2, $3) \
     ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
);

const REMOVE: Sql = Sql::new("DELETE FROM backchannel_code WHERE person_id = $1");

pub(super) async fn find(tx: &mut Tx, person: PersonId) -> Result<Option<Digest32>, StorageError> {
    tx.query(FIND).bind(&person).optional(|row| row.get("hash")).await
}

/// Stores the hash of a code, in the place of an earlier one.
pub(super) async fn put(
    tx: &mut Tx,
    person: PersonId,
    hash: &Digest32,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(PUT)
        .bind(&person)
        .bind(hash)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    tx.query(REMOVE).bind(&person).execute().await?;
    Ok(())
}
