//! The tables `client` and `client_secret`.

use std::time::Duration;

use super::{Client, NewClient};
use crate::domain::{
    ClientId, ClientStatus, ColumnError, Digest32, GrantType, OrganisationId, RedirectUri, Timestamp,
};
use crate::storage::{Row, Sql, StorageError, Tx};

const FIND: Sql = Sql::new(
    "SELECT id, organisation_id, name, status, auth_method, jwks, redirect_uris, post_logout_redirect_uris, \
     grant_types, scopes, application_id, service_account_id, shared, consent_required, signing_algorithm, claim_rules, \
     settings FROM client WHERE id = $1",
);

const LIST: Sql = Sql::new(
    "SELECT id, organisation_id, name, status, auth_method, jwks, redirect_uris, post_logout_redirect_uris, \
     grant_types, scopes, application_id, service_account_id, shared, consent_required, signing_algorithm, claim_rules, \
     settings FROM client WHERE organisation_id = $1 ORDER BY id",
);

const SECRETS: Sql = Sql::new(
    "SELECT hash, sealed, created_at, expires_at, last_used_at FROM client_secret WHERE client_id = $1 \
     ORDER BY created_at, hash",
);

const INSERT: Sql = Sql::new(
    "INSERT INTO client (id, organisation_id, name, status, auth_method, jwks, redirect_uris, \
     post_logout_redirect_uris, grant_types, scopes, application_id, service_account_id, shared, consent_required, \
     signing_algorithm, claim_rules, settings, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)",
);

const INSERT_SECRET: Sql = Sql::new(
    "INSERT INTO client_secret (client_id, hash, sealed, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
);

const DELETE_SECRET: Sql = Sql::new("DELETE FROM client_secret WHERE client_id = $1 AND hash = $2");

const TOUCH_SECRET: Sql = Sql::new(
    "UPDATE client_secret SET last_used_at = $3 WHERE client_id = $1 AND hash = $2 \
     AND (last_used_at IS NULL OR last_used_at < $4)",
);

/// Of a client that is still there.
const TOUCH_CLIENT: Sql = Sql::new(
    "INSERT INTO client_use (client_id, last_used_at) SELECT id, $2 FROM client WHERE id = $1 \
     ON CONFLICT (client_id) DO UPDATE SET last_used_at = $2 WHERE client_use.last_used_at < $3",
);

const DELETE_EXPIRED_SECRETS: Sql =
    Sql::new("DELETE FROM client_secret WHERE client_id = $1 AND expires_at <= $2");

const END_SECRETS: Sql = Sql::new(
    "UPDATE client_secret SET expires_at = $2 WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > $2)",
);

const TOUCH: Sql = Sql::new("UPDATE client SET updated_at = $2 WHERE id = $1");

const DISABLE: Sql =
    Sql::new("UPDATE client SET status = $2, updated_at = $3 WHERE id = $1 AND status <> $2");

/// A secret as it is stored.
#[derive(Debug, Clone)]
pub(super) struct StoredSecret {
    pub(super) hash: Digest32,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) last_used_at: Option<Timestamp>,
}

pub(super) async fn find(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, StorageError> {
    tx.query(FIND).bind(id).optional(from_row).await
}

/// Changes nothing, but lets nobody else change the client until the transaction ends.
const HOLD: Sql = Sql::new("UPDATE client SET updated_at = updated_at WHERE id = $1");

/// The client as it stays until the transaction ends, whatever others are about to write.
pub(super) async fn held(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, StorageError> {
    tx.query(HOLD).bind(id).execute().await?;
    find(tx, id).await
}

pub(super) async fn list(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Client>, StorageError> {
    tx.query(LIST).bind(&organisation).all(from_row).await
}

pub(super) async fn secrets(tx: &mut Tx, id: &ClientId) -> Result<Vec<StoredSecret>, StorageError> {
    tx.query(SECRETS)
        .bind(id)
        .all(|row| {
            Ok(StoredSecret {
                hash: row.get("hash")?,
                sealed: row.get("sealed")?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
                last_used_at: row.get("last_used_at")?,
            })
        })
        .await
}

pub(super) async fn insert(tx: &mut Tx, new: &NewClient, now: Timestamp) -> Result<(), StorageError> {
    let jwks = new.jwks.as_ref().map(|set| json("jwks", set)).transpose()?;
    tx.query(INSERT)
        .bind(&new.id)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&ClientStatus::Active)
        .bind(&new.auth_method)
        .bind(&jwks)
        .bind(&json("redirect_uris", &new.redirect_uris)?)
        .bind(&json(
            "post_logout_redirect_uris",
            &new.post_logout_redirect_uris,
        )?)
        .bind(&words(&new.grant_types))
        .bind(&new.scopes)
        .bind(&new.application_id)
        .bind(&new.service_account_id)
        .bind(&new.shared)
        .bind(&new.consent_required)
        .bind(&new.signing_algorithm)
        .bind(&json("claim_rules", &new.claim_rules)?)
        .bind(&json("settings", &new.settings)?)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert_secret(
    tx: &mut Tx,
    id: &ClientId,
    new: &StoredSecret,
) -> Result<(), StorageError> {
    tx.query(INSERT_SECRET)
        .bind(id)
        .bind(&new.hash)
        .bind(&new.sealed)
        .bind(&new.created_at)
        .bind(&new.expires_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn delete_secret(tx: &mut Tx, id: &ClientId, hash: &Digest32) -> Result<(), StorageError> {
    tx.query(DELETE_SECRET).bind(id).bind(hash).execute().await?;
    Ok(())
}

pub(super) async fn forget_ended_secrets(
    tx: &mut Tx,
    id: &ClientId,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(DELETE_EXPIRED_SECRETS)
        .bind(id)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

/// Notes a use, unless one of the same while is on record.
pub(super) async fn touch_secret(
    tx: &mut Tx,
    id: &ClientId,
    hash: &Digest32,
    at: Timestamp,
    precision: Duration,
) -> Result<(), StorageError> {
    tx.query(TOUCH_SECRET)
        .bind(id)
        .bind(hash)
        .bind(&at)
        .bind(&at.minus(precision))
        .execute()
        .await?;
    Ok(())
}

/// The same of the client itself.
pub(super) async fn touch_client(
    tx: &mut Tx,
    id: &ClientId,
    at: Timestamp,
    precision: Duration,
) -> Result<(), StorageError> {
    tx.query(TOUCH_CLIENT)
        .bind(id)
        .bind(&at)
        .bind(&at.minus(precision))
        .execute()
        .await?;
    Ok(())
}

/// Lets the present secrets of a client end at a moment, and forgets those that have ended before.
pub(super) async fn end_secrets(
    tx: &mut Tx,
    id: &ClientId,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StorageError> {
    forget_ended_secrets(tx, id, now).await?;
    tx.query(END_SECRETS).bind(id).bind(&until).execute().await?;
    tx.query(TOUCH).bind(id).bind(&now).execute().await?;
    Ok(())
}

/// False if the client was disabled before.
pub(super) async fn disable(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx
        .query(DISABLE)
        .bind(id)
        .bind(&ClientStatus::Disabled)
        .bind(&now)
        .execute()
        .await?;
    Ok(rows == 1)
}

pub(super) fn from_row(row: &Row) -> Result<Client, StorageError> {
    let jwks: Option<serde_json::Value> = row.get("jwks")?;
    Ok(Client {
        id: row.get("id")?,
        organisation_id: row.get("organisation_id")?,
        name: row.get("name")?,
        status: row.get("status")?,
        auth_method: row.get("auth_method")?,
        jwks: jwks.map(|value| read("jwks", value)).transpose()?,
        redirect_uris: addresses(row, "redirect_uris")?,
        post_logout_redirect_uris: addresses(row, "post_logout_redirect_uris")?,
        grant_types: grant_types(&row.get::<String>("grant_types")?)?,
        scopes: row.get("scopes")?,
        application_id: row.get("application_id")?,
        service_account_id: row.get("service_account_id")?,
        shared: row.get("shared")?,
        consent_required: row.get("consent_required")?,
        signing_algorithm: row.get("signing_algorithm")?,
        claim_rules: read("claim_rules", row.get("claim_rules")?)?,
        settings: read("settings", row.get("settings")?)?,
    })
}

fn addresses(row: &Row, column: &'static str) -> Result<Vec<RedirectUri>, StorageError> {
    read(column, row.get(column)?)
}

fn grant_types(text: &str) -> Result<Vec<GrantType>, StorageError> {
    text.split_ascii_whitespace()
        .map(|word| GrantType::parse(word).ok_or_else(|| broken("grant_types")))
        .collect()
}

pub(super) fn words(grant_types: &[GrantType]) -> String {
    let words: Vec<&str> = grant_types.iter().map(|one| one.as_str()).collect();
    words.join(" ")
}

pub(super) fn json(
    column: &'static str,
    value: &impl serde::Serialize,
) -> Result<serde_json::Value, StorageError> {
    serde_json::to_value(value).map_err(|_| broken(column))
}

fn read<T: serde::de::DeserializeOwned>(
    column: &'static str,
    value: serde_json::Value,
) -> Result<T, StorageError> {
    serde_json::from_value(value).map_err(|_| broken(column))
}

fn broken(column: &'static str) -> StorageError {
    StorageError::Column {
        column,
        source: ColumnError::Invalid("value of a client"),
    }
}
