//! The tables `token_family` and `consent`.

use super::consent::{ByApplication, Consent};
use super::family::Family;
use super::held::Authorization;
use super::terms::Terms;
use crate::access::Detail;
use crate::domain::{
    AuthorizationId, ClientId, ColumnError, Digest32, OrganisationId, PersonId, Scopes, SessionId, Strength,
    Timestamp,
};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_FAMILY: Sql = Sql::new(
    "INSERT INTO token_family (id, organisation_id, person_id, client_id, session_id, scopes, offline, nonce, acr, amr, \
     authenticated_at, epoch, generation, current_hash, rotated_at, created_at, expires_at, terms) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16, $17)",
);

const FIND_FAMILY: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, client_id, session_id, scopes, offline, acr, amr, authenticated_at, epoch, \
     generation, current_hash, previous_hash, rotated_at, expires_at, revoked_at, terms FROM token_family WHERE id = $1",
);

const LIVING_OF_SESSION: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, client_id, session_id, scopes, offline, acr, amr, authenticated_at, epoch, \
     generation, current_hash, previous_hash, rotated_at, expires_at, revoked_at, terms FROM token_family \
     WHERE session_id = $1 AND client_id = $2 AND revoked_at IS NULL AND expires_at > $3 ORDER BY created_at DESC",
);

const ROTATE_FAMILY: Sql = Sql::new(
    "UPDATE token_family SET generation = generation + 1, previous_hash = current_hash, current_hash = $3, \
     rotated_at = $4 WHERE id = $1 AND generation = $2 AND revoked_at IS NULL AND expires_at > $4",
);

const CHANGE_TERMS: Sql = Sql::new("UPDATE token_family SET terms = $2 WHERE id = $1");

const REVOKE_FAMILY: Sql = Sql::new(
    "UPDATE token_family SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL \
     RETURNING id, client_id, person_id",
);

const REVOKE_OWN: Sql = Sql::new(
    "UPDATE token_family SET revoked_at = $3, revoked_reason = $4 \
     WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL AND expires_at > $3 \
     RETURNING id, client_id, person_id",
);

const REVOKE_OF_SESSION: Sql = Sql::new(
    "UPDATE token_family SET revoked_at = $2, revoked_reason = $3 \
     WHERE session_id = $1 AND offline = $4 AND revoked_at IS NULL AND expires_at > $2 \
     RETURNING id, client_id, person_id",
);

const REVOKE_OF_CLIENT: Sql = Sql::new(
    "UPDATE token_family SET revoked_at = $3, revoked_reason = $4 \
     WHERE person_id = $1 AND client_id = $2 AND revoked_at IS NULL AND expires_at > $3 \
     RETURNING id, client_id, person_id",
);

const REVOKE_ALL_OF_PERSON: Sql = Sql::new(
    "UPDATE token_family SET revoked_at = $2, revoked_reason = $3 \
     WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2",
);

const REVOKE_ALL_OF_CLIENT: Sql = Sql::new(
    "UPDATE token_family SET revoked_at = $2, revoked_reason = $3 \
     WHERE client_id = $1 AND revoked_at IS NULL AND expires_at > $2",
);

const CLIENTS_OF_SESSION: Sql = Sql::new(
    "SELECT client_id, person_id FROM token_family WHERE session_id = $1 GROUP BY client_id, person_id ORDER BY client_id",
);

const DELETE_EXPIRED: Sql = Sql::new("DELETE FROM token_family WHERE expires_at < $1");

const FIND_CONSENT: Sql = Sql::new(
    "SELECT client_id, scopes, applications, details, given_at FROM consent \
     WHERE person_id = $1 AND client_id = $2 AND withdrawn_at IS NULL",
);

const GIVE_CONSENT: Sql = Sql::new(
    "INSERT INTO consent (person_id, client_id, organisation_id, scopes, given_at, details, applications) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, client_id) DO UPDATE SET scopes = excluded.scopes, \
     details = excluded.details, applications = excluded.applications, given_at = excluded.given_at, withdrawn_at = NULL",
);

const CONSENT_WITHDRAWN_AT: Sql =
    Sql::new("SELECT withdrawn_at FROM consent WHERE person_id = $1 AND client_id = $2");

const WITHDRAW_CONSENT: Sql = Sql::new(
    "UPDATE consent SET withdrawn_at = $3 WHERE person_id = $1 AND client_id = $2 AND withdrawn_at IS NULL",
);

const WITHDRAW_ALL_OF_PERSON: Sql =
    Sql::new("UPDATE consent SET withdrawn_at = $2 WHERE person_id = $1 AND withdrawn_at IS NULL");

const CONSENTS_OF_PERSON: Sql = Sql::new(
    "SELECT client_id, scopes, applications, details, given_at FROM consent WHERE person_id = $1 AND withdrawn_at IS NULL \
     ORDER BY given_at DESC",
);

/// Most authorizations that are shown of one person, the newest first.
const MOST_SHOWN: i64 = 100;

const AUTHORIZATIONS_OF_PERSON: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, client_id, session_id, scopes, offline, acr, amr, authenticated_at, epoch, \
     generation, current_hash, previous_hash, rotated_at, created_at, expires_at, revoked_at, terms FROM token_family \
     WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC LIMIT $3",
);

/// A family that has been revoked, and what it belonged to.
#[derive(Debug, Clone)]
pub(super) struct Revoked {
    pub(super) id: AuthorizationId,
    pub(super) client_id: ClientId,
    pub(super) person_id: PersonId,
}

pub(super) async fn insert_family(
    tx: &mut Tx,
    family: &Family,
    nonce: Option<&str>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let terms = serde_json::to_value(&family.terms).map_err(|_| broken("terms"))?;
    tx.query(INSERT_FAMILY)
        .bind(&family.id)
        .bind(&family.organisation_id)
        .bind(&family.person_id)
        .bind(&family.client_id)
        .bind(&family.session_id)
        .bind(&family.scopes)
        .bind(&family.offline)
        .bind(&nonce.map(str::to_owned))
        .bind(&family.strength.acr)
        .bind(&family.strength.amr)
        .bind(&family.strength.authenticated_at)
        .bind(&family.epoch)
        .bind(&family.generation)
        .bind(&family.current_hash)
        .bind(&now)
        .bind(&family.expires_at)
        .bind(&terms)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn find_family(tx: &mut Tx, id: AuthorizationId) -> Result<Option<Family>, StorageError> {
    tx.query(FIND_FAMILY).bind(&id).optional(read_family).await
}

/// What one client holds within a session, the newest first.
pub(super) async fn living_of_session(
    tx: &mut Tx,
    (session, client): (SessionId, &ClientId),
    now: Timestamp,
) -> Result<Vec<Family>, StorageError> {
    tx.query(LIVING_OF_SESSION)
        .bind(&session)
        .bind(client)
        .bind(&now)
        .all(read_family)
        .await
}

fn broken(column: &'static str) -> StorageError {
    StorageError::Column {
        column,
        source: ColumnError::Invalid("terms of an authorization"),
    }
}

fn read_family(row: &Row) -> Result<Family, StorageError> {
    Ok(Family {
        id: row.get("id")?,
        organisation_id: row.get("organisation_id")?,
        person_id: row.get("person_id")?,
        client_id: row.get("client_id")?,
        session_id: row.get("session_id")?,
        scopes: row.get("scopes")?,
        offline: row.get("offline")?,
        strength: Strength {
            acr: row.get("acr")?,
            amr: row.get("amr")?,
            authenticated_at: row.get("authenticated_at")?,
        },
        terms: serde_json::from_value(row.get("terms")?).map_err(|_| broken("terms"))?,
        epoch: row.get("epoch")?,
        generation: row.get("generation")?,
        current_hash: row.get("current_hash")?,
        previous_hash: row.get("previous_hash")?,
        rotated_at: row.get("rotated_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

/// Puts the next generation in place, if `generation` is still the newest; answers whether this call did.
pub(super) async fn rotate_family(
    tx: &mut Tx,
    id: AuthorizationId,
    generation: i64,
    next_hash: &Digest32,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(ROTATE_FAMILY)
        .bind(&id)
        .bind(&generation)
        .bind(next_hash)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Puts other terms in place.
pub(super) async fn change_terms(
    tx: &mut Tx,
    id: AuthorizationId,
    terms: &Terms,
) -> Result<(), StorageError> {
    let terms = serde_json::to_value(terms).map_err(|_| broken("terms"))?;
    tx.query(CHANGE_TERMS).bind(&id).bind(&terms).execute().await?;
    Ok(())
}

fn read_revoked(row: &Row) -> Result<Revoked, StorageError> {
    Ok(Revoked {
        id: row.get("id")?,
        client_id: row.get("client_id")?,
        person_id: row.get("person_id")?,
    })
}

pub(super) async fn revoke_family(
    tx: &mut Tx,
    id: AuthorizationId,
    reason: &'static str,
    now: Timestamp,
) -> Result<Option<Revoked>, StorageError> {
    tx.query(REVOKE_FAMILY)
        .bind(&id)
        .bind(&now)
        .bind(&reason)
        .optional(read_revoked)
        .await
}

pub(super) async fn revoke_own(
    tx: &mut Tx,
    (id, person): (AuthorizationId, PersonId),
    reason: &'static str,
    now: Timestamp,
) -> Result<Option<Revoked>, StorageError> {
    tx.query(REVOKE_OWN)
        .bind(&id)
        .bind(&person)
        .bind(&now)
        .bind(&reason)
        .optional(read_revoked)
        .await
}

pub(super) async fn revoke_of_session(
    tx: &mut Tx,
    session: SessionId,
    reason: &'static str,
    now: Timestamp,
) -> Result<Vec<Revoked>, StorageError> {
    tx.query(REVOKE_OF_SESSION)
        .bind(&session)
        .bind(&now)
        .bind(&reason)
        .bind(&false)
        .all(read_revoked)
        .await
}

/// The clients that were given something within a session, and by whom.
pub(super) async fn clients_of_session(
    tx: &mut Tx,
    session: SessionId,
) -> Result<Vec<(ClientId, PersonId)>, StorageError> {
    tx.query(CLIENTS_OF_SESSION)
        .bind(&session)
        .all(|row| Ok((row.get("client_id")?, row.get("person_id")?)))
        .await
}

pub(super) async fn revoke_of_client(
    tx: &mut Tx,
    (person, client): (PersonId, &ClientId),
    reason: &'static str,
    now: Timestamp,
) -> Result<Vec<Revoked>, StorageError> {
    tx.query(REVOKE_OF_CLIENT)
        .bind(&person)
        .bind(client)
        .bind(&now)
        .bind(&reason)
        .all(read_revoked)
        .await
}

/// Answers how many.
pub(super) async fn revoke_all_of_person(
    tx: &mut Tx,
    person: PersonId,
    reason: &'static str,
    now: Timestamp,
) -> Result<u64, StorageError> {
    tx.query(REVOKE_ALL_OF_PERSON)
        .bind(&person)
        .bind(&now)
        .bind(&reason)
        .execute()
        .await
}

/// Answers how many.
pub(super) async fn revoke_all_of_client(
    tx: &mut Tx,
    client: &ClientId,
    reason: &'static str,
    now: Timestamp,
) -> Result<u64, StorageError> {
    tx.query(REVOKE_ALL_OF_CLIENT)
        .bind(client)
        .bind(&now)
        .bind(&reason)
        .execute()
        .await
}

pub(super) async fn delete_expired(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE_EXPIRED).bind(&before).execute().await
}

fn read_consent(row: &Row) -> Result<Consent, StorageError> {
    let applications: Option<serde_json::Value> = row.get("applications")?;
    Ok(Consent {
        client_id: row.get("client_id")?,
        scopes: row.get("scopes")?,
        applications: applications
            .map(|known| serde_json::from_value(known).map_err(|_| broken("applications")))
            .transpose()?,
        details: serde_json::from_value(row.get("details")?).map_err(|_| broken("details"))?,
        given_at: row.get("given_at")?,
    })
}

pub(super) async fn find_consent(
    tx: &mut Tx,
    person: PersonId,
    client: &ClientId,
) -> Result<Option<Consent>, StorageError> {
    tx.query(FIND_CONSENT)
        .bind(&person)
        .bind(client)
        .optional(read_consent)
        .await
}

pub(super) async fn give_consent(
    tx: &mut Tx,
    (person, organisation): (PersonId, OrganisationId),
    client: &ClientId,
    (scopes, applications, details): (&Scopes, &ByApplication, &[Detail]),
    now: Timestamp,
) -> Result<(), StorageError> {
    let details = serde_json::to_value(details).map_err(|_| broken("details"))?;
    let applications = serde_json::to_value(applications).map_err(|_| broken("applications"))?;
    tx.query(GIVE_CONSENT)
        .bind(&person)
        .bind(client)
        .bind(&organisation)
        .bind(scopes)
        .bind(&now)
        .bind(&details)
        .bind(&applications)
        .execute()
        .await?;
    Ok(())
}

/// Answers whether there was one.
/// When the consent that a person once gave to a client was taken back; `None` if it holds, or if there never was one.
pub(super) async fn consent_withdrawn_at(
    tx: &mut Tx,
    person: PersonId,
    client: &ClientId,
) -> Result<Option<Timestamp>, StorageError> {
    let found = tx
        .query(CONSENT_WITHDRAWN_AT)
        .bind(&person)
        .bind(client)
        .optional(|row| row.get::<Option<Timestamp>>("withdrawn_at"))
        .await?;
    Ok(found.flatten())
}

pub(super) async fn withdraw_consent(
    tx: &mut Tx,
    person: PersonId,
    client: &ClientId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(WITHDRAW_CONSENT)
        .bind(&person)
        .bind(client)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Answers how many.
pub(super) async fn withdraw_all_of_person(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<u64, StorageError> {
    tx.query(WITHDRAW_ALL_OF_PERSON)
        .bind(&person)
        .bind(&now)
        .execute()
        .await
}

/// What a person has allowed to clients, the newest first.
pub(super) async fn consents_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Consent>, StorageError> {
    tx.query(CONSENTS_OF_PERSON).bind(&person).all(read_consent).await
}

/// What a person has given that was neither revoked nor has expired, the newest first.
pub(super) async fn authorizations_of(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<Authorization>, StorageError> {
    tx.query(AUTHORIZATIONS_OF_PERSON)
        .bind(&person)
        .bind(&now)
        .bind(&MOST_SHOWN)
        .all(|row| {
            Ok(Authorization {
                family: read_family(row)?,
                given_at: row.get("created_at")?,
            })
        })
        .await
}
