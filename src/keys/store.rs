//! The table `signing_key`.

use super::KeyUse;
use super::schedule::{Retirement, Term, Window};
use crate::domain::{Column, ColumnError, Timestamp, Value};
use crate::storage::{Row, Sql, StorageError, Tx};

const ALL: Sql = Sql::new(
    "SELECT id, algorithm, purpose, succeeds, sealed_private, created_at, signs_from, signs_until, verifies_until, \
     revoked_at FROM signing_key ORDER BY signs_from DESC, signs_until DESC, id",
);

const INSERT: Sql = Sql::new(
    "INSERT INTO signing_key (id, algorithm, purpose, succeeds, sealed_private, public_jwk, created_at, signs_from, \
     signs_until, verifies_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
);

const RETIRE: Sql = Sql::new(
    "UPDATE signing_key SET signs_until = $2, verifies_until = $3 WHERE id = $1 AND signs_until = $4",
);

const REVOKE: Sql = Sql::new("UPDATE signing_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");

const BRING_FORWARD: Sql = Sql::new(
    "UPDATE signing_key SET signs_from = $2, signs_until = $3, verifies_until = $4 WHERE id = $1 AND signs_from = $5",
);

/// A whole row.
pub(super) struct StoredKey {
    pub(super) term: Term,
    pub(super) sealed_private: Vec<u8>,
}

impl Column for KeyUse {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.as_str().to_owned()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).ok_or(ColumnError::Invalid("use of a key"))
    }
}

/// All keys that have ever been, the newest first.
pub(super) async fn all(tx: &mut Tx) -> Result<Vec<StoredKey>, StorageError> {
    tx.query(ALL).all(from_row).await
}

fn from_row(row: &Row) -> Result<StoredKey, StorageError> {
    Ok(StoredKey {
        term: Term {
            id: row.get("id")?,
            algorithm: row.get("algorithm")?,
            key_use: row.get("purpose")?,
            succeeds: row.get("succeeds")?,
            created_at: row.get("created_at")?,
            signs_from: row.get("signs_from")?,
            signs_until: row.get("signs_until")?,
            verifies_until: row.get("verifies_until")?,
            revoked_at: row.get("revoked_at")?,
        },
        sealed_private: row.get("sealed_private")?,
    })
}

/// Stores a key; false if the key before it has a successor already (another process was faster).
pub(super) async fn insert(
    tx: &mut Tx,
    key: &StoredKey,
    public_jwk: &serde_json::Value,
) -> Result<bool, StorageError> {
    let term = &key.term;
    let rows = tx
        .query(INSERT)
        .bind(&term.id)
        .bind(&term.algorithm)
        .bind(&term.key_use)
        .bind(&term.succeeds)
        .bind(&key.sealed_private)
        .bind(public_jwk)
        .bind(&term.created_at)
        .bind(&term.signs_from)
        .bind(&term.signs_until)
        .bind(&term.verifies_until)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Ends a key's term; false if it has been changed meanwhile.
pub(super) async fn retire(tx: &mut Tx, retirement: &Retirement) -> Result<bool, StorageError> {
    let rows = tx
        .query(RETIRE)
        .bind(&retirement.id)
        .bind(&retirement.signs_until)
        .bind(&retirement.verifies_until)
        .bind(&retirement.expected_until)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Revokes a key; false if it is revoked already.
pub(super) async fn revoke(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx.query(REVOKE).bind(&id).bind(&now).execute().await?;
    Ok(rows == 1)
}

/// Gives a key another window; false if it has been changed meanwhile.
pub(super) async fn bring_forward(
    tx: &mut Tx,
    id: &str,
    window: Window,
    expected_from: Timestamp,
) -> Result<bool, StorageError> {
    let rows = tx
        .query(BRING_FORWARD)
        .bind(&id)
        .bind(&window.signs_from)
        .bind(&window.signs_until)
        .bind(&window.verifies_until)
        .bind(&expected_from)
        .execute()
        .await?;
    Ok(rows == 1)
}
