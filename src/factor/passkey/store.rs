//! The tables `passkey` and `passkey_policy`.

use super::{Passkey, StoredPasskey, ceremony};
use crate::domain::{Aaguid, OrganisationId, PasskeyId, PersonId, ProductProof, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO passkey (id, person_id, name, credential_id, credential, synced, created_at, alone, aaguid, made_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
);

/// False if that credential is somebody's already.
pub(super) async fn insert(
    tx: &mut Tx,
    person: PersonId,
    new: &StoredPasskey,
    credential_id: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let inserted = tx
        .query(INSERT)
        .bind(&new.passkey.id)
        .bind(&person)
        .bind(&new.passkey.name)
        .bind(&credential_id)
        .bind(&new.credential)
        .bind(&new.passkey.synced)
        .bind(&now)
        .bind(&new.passkey.alone)
        .bind(&new.passkey.aaguid)
        .bind(&new.passkey.made_at)
        .execute()
        .await?;
    Ok(inserted == 1)
}

const BY_CREDENTIAL: Sql = Sql::new(
    "SELECT id, person_id, name, credential, alone, synced, aaguid, made_at, created_at, used_at FROM passkey \
     WHERE credential_id = $1",
);

pub(super) async fn by_credential(
    tx: &mut Tx,
    credential_id: &str,
) -> Result<Option<(PersonId, StoredPasskey)>, StorageError> {
    tx.query(BY_CREDENTIAL)
        .bind(&credential_id)
        .optional(|row| Ok((row.get("person_id")?, from_row(row)?)))
        .await
}

const OF_PERSON: Sql = Sql::new(
    "SELECT id, name, credential, alone, synced, aaguid, made_at, created_at, used_at FROM passkey \
     WHERE person_id = $1 ORDER BY created_at, id",
);

pub(super) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<StoredPasskey>, StorageError> {
    tx.query(OF_PERSON).bind(&person).all(from_row).await
}

const WITH_PASSKEY: Sql = Sql::new(
    "SELECT DISTINCT passkey.person_id AS person_id FROM passkey JOIN person ON person.id = passkey.person_id \
     WHERE person.organisation_id = $1",
);

pub(super) async fn with_passkey(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<PersonId>, StorageError> {
    tx.query(WITH_PASSKEY)
        .bind(&organisation)
        .all(|row| row.get("person_id"))
        .await
}

const COUNT: Sql = Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS passkeys FROM passkey WHERE person_id = $1");

pub(super) async fn count(tx: &mut Tx, person: PersonId) -> Result<i64, StorageError> {
    tx.query(COUNT).bind(&person).one(|row| row.get("passkeys")).await
}

// Changes nothing: whoever would remove another one waits here, and then sees what is left.
const HOLD: Sql = Sql::new("UPDATE passkey SET name = name WHERE person_id = $1");

pub(super) async fn hold(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    tx.query(HOLD).bind(&person).execute().await?;
    Ok(())
}

const USE: Sql = Sql::new(
    "UPDATE passkey SET credential = $3, used_at = $4 WHERE id = $1 AND credential = $2 AND person_id = $5",
);

/// Notes a use, with what the authenticator told of itself. False if it was used by another request at the same time, or
/// was removed.
pub(super) async fn note_use(
    tx: &mut Tx,
    (person, id): (PersonId, PasskeyId),
    (before, after): (&serde_json::Value, &serde_json::Value),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(USE)
        .bind(&id)
        .bind(before)
        .bind(after)
        .bind(&now)
        .bind(&person)
        .execute()
        .await?;
    Ok(changed == 1)
}

const RENAME: Sql = Sql::new("UPDATE passkey SET name = $3 WHERE id = $1 AND person_id = $2");

pub(super) async fn rename(
    tx: &mut Tx,
    (person, id): (PersonId, PasskeyId),
    name: &str,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(RENAME)
        .bind(&id)
        .bind(&person)
        .bind(&name)
        .execute()
        .await?;
    Ok(changed == 1)
}

const DELETE: Sql = Sql::new("DELETE FROM passkey WHERE id = $1 AND person_id = $2 RETURNING name");

/// Answers the name of what was removed, if there was one.
pub(super) async fn delete(
    tx: &mut Tx,
    person: PersonId,
    id: PasskeyId,
) -> Result<Option<String>, StorageError> {
    tx.query(DELETE)
        .bind(&id)
        .bind(&person)
        .optional(|row| row.get("name"))
        .await
}

const FORGET_POLICY: Sql = Sql::new("DELETE FROM passkey_policy WHERE organisation_id = $1 AND role = $2");
const INSERT_POLICY: Sql = Sql::new(
    "INSERT INTO passkey_policy (organisation_id, role, aaguid, created_at, proof) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT DO NOTHING",
);

/// Puts a list in place of the one before; the word of a role is empty for the whole organisation.
pub(super) async fn set_policy(
    tx: &mut Tx,
    (organisation, role): (OrganisationId, &str),
    (proof, aaguids): (ProductProof, &[Aaguid]),
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(FORGET_POLICY)
        .bind(&organisation)
        .bind(&role)
        .execute()
        .await?;
    for aaguid in aaguids {
        tx.query(INSERT_POLICY)
            .bind(&organisation)
            .bind(&role)
            .bind(aaguid)
            .bind(&now)
            .bind(&proof)
            .execute()
            .await?;
    }
    Ok(())
}

const POLICIES: Sql = Sql::new(
    "SELECT role, proof, aaguid FROM passkey_policy WHERE organisation_id = $1 ORDER BY role, created_at, aaguid",
);

/// The lines of all lists of an organisation, list by list.
pub(super) async fn policies(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<(String, ProductProof, Aaguid)>, StorageError> {
    tx.query(POLICIES)
        .bind(&organisation)
        .all(|row| Ok((row.get("role")?, row.get("proof")?, row.get("aaguid")?)))
        .await
}

fn from_row(row: &Row) -> Result<StoredPasskey, StorageError> {
    let credential = row.get("credential")?;
    Ok(StoredPasskey {
        passkey: Passkey {
            id: row.get("id")?,
            name: row.get("name")?,
            alone: row.get("alone")?,
            synced: row.get("synced")?,
            backed_up: ceremony::is_backed_up(&credential),
            aaguid: row.get("aaguid")?,
            made_at: row.get("made_at")?,
            created_at: row.get("created_at")?,
            used_at: row.get("used_at")?,
        },
        credential,
    })
}
