//! The table `trusted_issuer`.

use super::TrustedIssuer;
use crate::domain::{ColumnError, OrganisationId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const FIND: Sql = Sql::new(
    "SELECT issuer, keys, algorithms, audiences, rules, longest_age_seconds, reusable FROM trusted_issuer \
     WHERE organisation_id = $1 AND issuer = $2",
);

const LIST: Sql = Sql::new(
    "SELECT issuer, keys, algorithms, audiences, rules, longest_age_seconds, reusable FROM trusted_issuer \
     WHERE organisation_id = $1 ORDER BY issuer",
);

const PUT: Sql = Sql::new(
    "INSERT INTO trusted_issuer (organisation_id, issuer, keys, algorithms, audiences, rules, longest_age_seconds, \
     reusable, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
     ON CONFLICT (organisation_id, issuer) DO UPDATE SET keys = excluded.keys, algorithms = excluded.algorithms, \
     audiences = excluded.audiences, rules = excluded.rules, longest_age_seconds = excluded.longest_age_seconds, \
     reusable = excluded.reusable",
);

const REMOVE: Sql = Sql::new("DELETE FROM trusted_issuer WHERE organisation_id = $1 AND issuer = $2");

pub(super) async fn find(
    tx: &mut Tx,
    organisation: OrganisationId,
    issuer: &str,
) -> Result<Option<TrustedIssuer>, StorageError> {
    tx.query(FIND)
        .bind(&organisation)
        .bind(&issuer)
        .optional(from_row)
        .await
}

pub(super) async fn list(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<TrustedIssuer>, StorageError> {
    tx.query(LIST).bind(&organisation).all(from_row).await
}

/// Stores it, in the place of an earlier one of the same name.
pub(super) async fn put(
    tx: &mut Tx,
    organisation: OrganisationId,
    issuer: &TrustedIssuer,
    now: Timestamp,
) -> Result<(), StorageError> {
    let json = |column, value: serde_json::Result<serde_json::Value>| value.map_err(|_| broken(column));
    let age = i64::try_from(issuer.longest_age).map_err(|_| broken("longest_age_seconds"))?;
    tx.query(PUT)
        .bind(&organisation)
        .bind(&issuer.issuer)
        .bind(&json("keys", serde_json::to_value(&issuer.keys))?)
        .bind(&json("algorithms", serde_json::to_value(&issuer.algorithms))?)
        .bind(&json("audiences", serde_json::to_value(&issuer.audiences))?)
        .bind(&json("rules", serde_json::to_value(&issuer.rules))?)
        .bind(&age)
        .bind(&issuer.reusable)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

/// Answers whether there was one.
pub(super) async fn remove(
    tx: &mut Tx,
    organisation: OrganisationId,
    issuer: &str,
) -> Result<bool, StorageError> {
    let removed = tx
        .query(REMOVE)
        .bind(&organisation)
        .bind(&issuer)
        .execute()
        .await?;
    Ok(removed == 1)
}

fn from_row(row: &Row) -> Result<TrustedIssuer, StorageError> {
    let age: i64 = row.get("longest_age_seconds")?;
    Ok(TrustedIssuer {
        issuer: row.get("issuer")?,
        keys: read(row, "keys")?,
        algorithms: read(row, "algorithms")?,
        audiences: read(row, "audiences")?,
        rules: read(row, "rules")?,
        longest_age: u64::try_from(age).map_err(|_| broken("longest_age_seconds"))?,
        reusable: row.get("reusable")?,
    })
}

fn read<T: serde::de::DeserializeOwned>(row: &Row, column: &'static str) -> Result<T, StorageError> {
    serde_json::from_value(row.get(column)?).map_err(|_| broken(column))
}

fn broken(column: &'static str) -> StorageError {
    StorageError::Column {
        column,
        source: ColumnError::Invalid("value of a trusted issuer"),
    }
}
