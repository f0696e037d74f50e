//! The tables `registration_token`, `client_registration` and `client_document`, and what registration changes in `client`.

use super::initial::RegistrationTokenSummary;
use super::store::{from_row, json, words};
use super::{Client, NewClient, Policy};
use crate::domain::{
    ClientId, ClientStatus, ColumnError, Digest32, RegistrationTokenId, ServiceAccountId, Timestamp,
};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_TOKEN: Sql = Sql::new(
    "INSERT INTO registration_token (id, organisation_id, name, hash, policy, uses_left, created_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);

const TOKENS: Sql = Sql::new(
    "SELECT id, name, policy, uses_left, created_at, expires_at FROM registration_token ORDER BY id DESC",
);

const TOKEN: Sql = Sql::new(
    "SELECT id, name, policy, uses_left, created_at, expires_at FROM registration_token WHERE id = $1",
);

const TOKEN_BY_HASH: Sql = Sql::new(
    "SELECT id, name, policy, uses_left, created_at, expires_at FROM registration_token WHERE hash = $1",
);

const TAKE_TOKEN: Sql = Sql::new(
    "UPDATE registration_token SET uses_left = uses_left - 1 WHERE id = $1 \
     AND (uses_left IS NULL OR uses_left > 0) AND (expires_at IS NULL OR expires_at > $2)",
);

const DELETE_TOKEN: Sql = Sql::new("DELETE FROM registration_token WHERE id = $1");

const INSERT: Sql = Sql::new(
    "INSERT INTO client_registration (client_id, hash, policy, registration_token_id, software_statement, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6)",
);

const FIND: Sql = Sql::new(
    "SELECT hash, policy, software_statement, created_at FROM client_registration WHERE client_id = $1",
);

const RENEW: Sql = Sql::new(
    "UPDATE client_registration SET hash = $2, software_statement = $3 WHERE client_id = $1 AND hash = $4",
);

const DELETE: Sql = Sql::new("DELETE FROM client_registration WHERE client_id = $1");

const REPLACE: Sql = Sql::new(
    "UPDATE client SET name = $2, auth_method = $3, jwks = $4, redirect_uris = $5, post_logout_redirect_uris = $6, \
     grant_types = $7, scopes = $8, signing_algorithm = $9, settings = $10, application_id = $11, updated_at = $12 \
     WHERE id = $1",
);

const GIVE: Sql = Sql::new(
    "UPDATE client SET service_account_id = $2, shared = $3, consent_required = $4, claim_rules = $5 WHERE id = $1",
);

const ACT_AS: Sql = Sql::new("UPDATE client SET service_account_id = $2 WHERE id = $1");

const NOTE_DOCUMENT: Sql = Sql::new(
    "INSERT INTO client_document (client_id, good_until) VALUES ($1, $2) \
     ON CONFLICT (client_id) DO UPDATE SET good_until = $2",
);

const DOCUMENT: Sql = Sql::new("SELECT good_until FROM client_document WHERE client_id = $1");

const SET_STATUS: Sql =
    Sql::new("UPDATE client SET status = $2, updated_at = $3 WHERE id = $1 AND status = $4");

const BY_STATUS: Sql = Sql::new(
    "SELECT id, organisation_id, name, status, auth_method, jwks, redirect_uris, post_logout_redirect_uris, \
     grant_types, scopes, application_id, service_account_id, shared, consent_required, signing_algorithm, claim_rules, \
     settings FROM client WHERE status = $1 ORDER BY organisation_id, id",
);

/// A token with its hash.
#[derive(Debug)]
pub(super) struct StoredToken {
    pub(super) hash: Digest32,
    pub(super) summary: RegistrationTokenSummary,
}

/// How a client has registered itself.
#[derive(Debug, Clone)]
pub(super) struct StoredRegistration {
    pub(super) hash: Digest32,
    pub(super) policy: Policy,
    pub(super) software_statement: Option<String>,
    pub(super) created_at: Timestamp,
}

pub(super) async fn insert_token(tx: &mut Tx, new: &StoredToken) -> Result<(), StorageError> {
    let summary = &new.summary;
    tx.query(INSERT_TOKEN)
        .bind(&summary.id)
        .bind(&summary.policy.organisation_id)
        .bind(&summary.name)
        .bind(&new.hash)
        .bind(&json("policy", &summary.policy)?)
        .bind(&summary.uses_left)
        .bind(&summary.created_at)
        .bind(&summary.expires_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn tokens(tx: &mut Tx) -> Result<Vec<RegistrationTokenSummary>, StorageError> {
    tx.query(TOKENS).all(token_row).await
}

pub(super) async fn token(
    tx: &mut Tx,
    id: RegistrationTokenId,
) -> Result<Option<RegistrationTokenSummary>, StorageError> {
    tx.query(TOKEN).bind(&id).optional(token_row).await
}

pub(super) async fn token_by_hash(
    tx: &mut Tx,
    hash: &Digest32,
) -> Result<Option<RegistrationTokenSummary>, StorageError> {
    tx.query(TOKEN_BY_HASH).bind(hash).optional(token_row).await
}

pub(super) async fn take_token(
    tx: &mut Tx,
    id: RegistrationTokenId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    Ok(tx.query(TAKE_TOKEN).bind(&id).bind(&now).execute().await? == 1)
}

pub(super) async fn delete_token(tx: &mut Tx, id: RegistrationTokenId) -> Result<(), StorageError> {
    tx.query(DELETE_TOKEN).bind(&id).execute().await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: &ClientId,
    new: &StoredRegistration,
    by: Option<RegistrationTokenId>,
) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(id)
        .bind(&new.hash)
        .bind(&json("policy", &new.policy)?)
        .bind(&by)
        .bind(&new.software_statement)
        .bind(&new.created_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, id: &ClientId) -> Result<Option<StoredRegistration>, StorageError> {
    let found = tx.query(FIND).bind(id).optional(|row| {
        Ok(StoredRegistration {
            hash: row.get("hash")?,
            policy: policy(row)?,
            software_statement: row.get("software_statement")?,
            created_at: row.get("created_at")?,
        })
    });
    found.await
}

/// False if the token was replaced meanwhile.
pub(super) async fn renew(
    tx: &mut Tx,
    id: &ClientId,
    (before, hash): (&Digest32, &Digest32),
    software_statement: Option<&String>,
) -> Result<bool, StorageError> {
    let rows = tx
        .query(RENEW)
        .bind(id)
        .bind(hash)
        .bind(&software_statement.cloned())
        .bind(before)
        .execute()
        .await?;
    Ok(rows == 1)
}

pub(super) async fn delete(tx: &mut Tx, id: &ClientId) -> Result<(), StorageError> {
    tx.query(DELETE).bind(id).execute().await?;
    Ok(())
}

/// Replaces all that a client says of itself.
pub(super) async fn replace(tx: &mut Tx, new: &NewClient, now: Timestamp) -> Result<(), StorageError> {
    let jwks = new.jwks.as_ref().map(|set| json("jwks", set)).transpose()?;
    tx.query(REPLACE)
        .bind(&new.id)
        .bind(&new.name)
        .bind(&new.auth_method)
        .bind(&jwks)
        .bind(&json("redirect_uris", &new.redirect_uris)?)
        .bind(&json(
            "post_logout_redirect_uris",
            &new.post_logout_redirect_uris,
        )?)
        .bind(&words(&new.grant_types))
        .bind(&new.scopes)
        .bind(&new.signing_algorithm)
        .bind(&json("settings", &new.settings)?)
        .bind(&new.application_id)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

/// Replaces what an administrator has given it beside its settings.
pub(super) async fn give(tx: &mut Tx, new: &NewClient) -> Result<(), StorageError> {
    tx.query(GIVE)
        .bind(&new.id)
        .bind(&new.service_account_id)
        .bind(&new.shared)
        .bind(&new.consent_required)
        .bind(&json("claim_rules", &new.claim_rules)?)
        .execute()
        .await?;
    Ok(())
}

/// Lets a client act by a service account.
pub(super) async fn act_as(
    tx: &mut Tx,
    id: &ClientId,
    account: ServiceAccountId,
) -> Result<(), StorageError> {
    tx.query(ACT_AS).bind(id).bind(&account).execute().await?;
    Ok(())
}

/// Notes until when a metadata document holds.
pub(super) async fn note_document(
    tx: &mut Tx,
    id: &ClientId,
    good_until: Timestamp,
) -> Result<(), StorageError> {
    tx.query(NOTE_DOCUMENT)
        .bind(id)
        .bind(&good_until)
        .execute()
        .await?;
    Ok(())
}

/// Until when the last good metadata document of a client held.
pub(super) async fn document(tx: &mut Tx, id: &ClientId) -> Result<Option<Timestamp>, StorageError> {
    tx.query(DOCUMENT)
        .bind(id)
        .optional(|row| row.get("good_until"))
        .await
}

/// False if the client has another status than this one.
pub(super) async fn set_status(
    tx: &mut Tx,
    id: &ClientId,
    (from, to): (ClientStatus, ClientStatus),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx.query(SET_STATUS).bind(id).bind(&to).bind(&now).bind(&from);
    Ok(changed.execute().await? == 1)
}

pub(super) async fn by_status(tx: &mut Tx, status: ClientStatus) -> Result<Vec<Client>, StorageError> {
    tx.query(BY_STATUS).bind(&status).all(from_row).await
}

fn token_row(row: &Row) -> Result<RegistrationTokenSummary, StorageError> {
    Ok(RegistrationTokenSummary {
        id: row.get("id")?,
        name: row.get("name")?,
        policy: policy(row)?,
        uses_left: row.get("uses_left")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

fn policy(row: &Row) -> Result<Policy, StorageError> {
    serde_json::from_value(row.get("policy")?).map_err(|_| StorageError::Column {
        column: "policy",
        source: ColumnError::Invalid("registration policy"),
    })
}
