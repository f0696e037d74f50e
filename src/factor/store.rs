//! The tables `password`, `totp`, `recovery_code` and `failure_count`.

use std::collections::BTreeSet;

use super::authenticators::Authenticator;
use super::second::Enrolled;
use crate::domain::{Digest32, OrganisationId, PersonId, Timestamp, TotpForm, TotpId, Username};
use crate::storage::{Sql, StorageError, Tx};

const PASSWORD: Sql = Sql::new("SELECT hash FROM password WHERE person_id = $1");

pub(super) async fn password(tx: &mut Tx, person: PersonId) -> Result<Option<String>, StorageError> {
    tx.query(PASSWORD)
        .bind(&person)
        .optional(|row| row.get("hash"))
        .await
}

/// The hash of somebody, whoever it is.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) person: PersonId,
    pub(super) hash: String,
}

const PASSWORD_FROM: Sql =
    Sql::new("SELECT person_id, hash FROM password WHERE lot >= $1 ORDER BY lot LIMIT 1");

/// The first hash from a number on; none: there is none beyond it.
pub(super) async fn password_from(tx: &mut Tx, lot: i64) -> Result<Option<Drawn>, StorageError> {
    tx.query(PASSWORD_FROM)
        .bind(&lot)
        .optional(|row| {
            Ok(Drawn {
                person: row.get("person_id")?,
                hash: row.get("hash")?,
            })
        })
        .await
}

const PASSWORD_CHANGED_AT: Sql = Sql::new("SELECT changed_at FROM password WHERE person_id = $1");

pub(super) async fn password_changed_at(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Option<Timestamp>, StorageError> {
    tx.query(PASSWORD_CHANGED_AT)
        .bind(&person)
        .optional(|row| row.get("changed_at"))
        .await
}

const SET_PASSWORD: Sql = Sql::new(
    "INSERT INTO password (person_id, hash, changed_at, stands_alone, lot) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, \
     stands_alone = excluded.stands_alone",
);

/// Stores a password. Its lot stays what it was, if it was there.
pub(super) async fn set_password(
    tx: &mut Tx,
    person: PersonId,
    (hash, stands_alone, lot): (&str, bool, i64),
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(SET_PASSWORD)
        .bind(&person)
        .bind(&hash)
        .bind(&now)
        .bind(&stands_alone)
        .bind(&lot)
        .execute()
        .await?;
    Ok(())
}

const STANDS_ALONE: Sql = Sql::new("SELECT stands_alone FROM password WHERE person_id = $1");

/// Whether the password of a person is long enough without a second factor; none: they have none.
pub(super) async fn password_stands_alone(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Option<bool>, StorageError> {
    tx.query(STANDS_ALONE)
        .bind(&person)
        .optional(|row| row.get("stands_alone"))
        .await
}

const RENEW_PASSWORD: Sql =
    Sql::new("UPDATE password SET hash = $3, stands_alone = $4 WHERE person_id = $1 AND hash = $2");

/// Puts a hash of the same password in place of one that was made with other parameters.
pub(super) async fn renew_password(
    tx: &mut Tx,
    person: PersonId,
    old: &str,
    (new, stands_alone): (&str, bool),
) -> Result<(), StorageError> {
    tx.query(RENEW_PASSWORD)
        .bind(&person)
        .bind(&old)
        .bind(&new)
        .bind(&stands_alone)
        .execute()
        .await?;
    Ok(())
}

/// An authenticator for time-based codes as stored.
#[derive(Debug)]
pub(super) struct StoredTotp {
    pub(super) id: TotpId,
    pub(super) sealed_secret: Vec<u8>,
    pub(super) form: TotpForm,
}

const TOTPS: Sql = Sql::new("SELECT id, sealed_secret, form FROM totp WHERE person_id = $1 ORDER BY id");

pub(super) async fn totps(tx: &mut Tx, person: PersonId) -> Result<Vec<StoredTotp>, StorageError> {
    tx.query(TOTPS)
        .bind(&person)
        .all(|row| {
            Ok(StoredTotp {
                id: row.get("id")?,
                sealed_secret: row.get("sealed_secret")?,
                form: row.get("form")?,
            })
        })
        .await
}

const INSERT_TOTP: Sql = Sql::new(
    "INSERT INTO totp (id, person_id, name, sealed_secret, form, last_step, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

pub(super) async fn insert_totp(
    tx: &mut Tx,
    totp: &StoredTotp,
    (person, name): (PersonId, &str),
    last_step: Option<i64>,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_TOTP)
        .bind(&totp.id)
        .bind(&person)
        .bind(&name)
        .bind(&totp.sealed_secret)
        .bind(&totp.form)
        .bind(&last_step)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const LISTED: Sql = Sql::new(
    "SELECT id, name, created_at, used_at FROM totp WHERE person_id = $1 ORDER BY created_at, id LIMIT 100",
);

pub(super) async fn listed_totps(tx: &mut Tx, person: PersonId) -> Result<Vec<Authenticator>, StorageError> {
    tx.query(LISTED)
        .bind(&person)
        .all(|row| {
            Ok(Authenticator {
                id: row.get("id")?,
                name: row.get("name")?,
                created_at: row.get("created_at")?,
                used_at: row.get("used_at")?,
            })
        })
        .await
}

const RENAME_TOTP: Sql = Sql::new("UPDATE totp SET name = $3 WHERE id = $1 AND person_id = $2");

/// Whether there is such an authenticator of this person.
pub(super) async fn rename_totp(
    tx: &mut Tx,
    id: TotpId,
    person: PersonId,
    name: &str,
) -> Result<bool, StorageError> {
    let query = tx.query(RENAME_TOTP).bind(&id).bind(&person).bind(&name);
    Ok(query.execute().await? == 1)
}

// Changes nothing: of two acts that would each remove one of two, the second waits here and then sees what is left.
const HOLD_TOTPS: Sql = Sql::new("UPDATE totp SET name = name WHERE person_id = $1");

pub(super) async fn hold_totps(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    tx.query(HOLD_TOTPS).bind(&person).execute().await?;
    Ok(())
}

const WITH_PASSWORD: Sql = Sql::new(
    "SELECT password.person_id AS person_id FROM password JOIN person ON person.id = password.person_id \
     WHERE person.organisation_id = $1 AND person.username >= $2 AND person.username <= $3",
);

/// Who has a password, of those whose user names are from the one to the other.
pub(super) async fn with_password(
    tx: &mut Tx,
    organisation: OrganisationId,
    (from, to): (&Username, &Username),
) -> Result<BTreeSet<PersonId>, StorageError> {
    let found = tx
        .query(WITH_PASSWORD)
        .bind(&organisation)
        .bind(from)
        .bind(to)
        .all(|row| row.get("person_id"))
        .await?;
    Ok(found.into_iter().collect())
}

const WITH_TOTP: Sql = Sql::new(
    "SELECT DISTINCT totp.person_id AS person_id FROM totp JOIN person ON person.id = totp.person_id \
     WHERE person.organisation_id = $1",
);

pub(super) async fn with_totp(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<PersonId>, StorageError> {
    tx.query(WITH_TOTP)
        .bind(&organisation)
        .all(|row| row.get("person_id"))
        .await
}

const COUNT_TOTPS: Sql =
    Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS authenticators FROM totp WHERE person_id = $1");

pub(super) async fn count_totps(tx: &mut Tx, person: PersonId) -> Result<i64, StorageError> {
    tx.query(COUNT_TOTPS)
        .bind(&person)
        .one(|row| row.get("authenticators"))
        .await
}

const REMOVE_TOTP: Sql = Sql::new("DELETE FROM totp WHERE id = $1 AND person_id = $2");

/// Whether there was such an authenticator of this person.
pub(super) async fn remove_totp(tx: &mut Tx, id: TotpId, person: PersonId) -> Result<bool, StorageError> {
    Ok(tx.query(REMOVE_TOTP).bind(&id).bind(&person).execute().await? == 1)
}

const USE_STEP: Sql = Sql::new(
    "UPDATE totp SET last_step = $2, used_at = $3 WHERE id = $1 AND (last_step IS NULL OR last_step < $2)",
);

/// Whether this time step, or a later one, is used for the first time.
pub(super) async fn use_step(
    tx: &mut Tx,
    id: TotpId,
    step: i64,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let used = tx
        .query(USE_STEP)
        .bind(&id)
        .bind(&step)
        .bind(&now)
        .execute()
        .await?;
    Ok(used == 1)
}

const FORGET_RECOVERY_CODES: Sql = Sql::new("DELETE FROM recovery_code WHERE person_id = $1");
const INSERT_RECOVERY_CODE: Sql =
    Sql::new("INSERT INTO recovery_code (person_id, hash, created_at) VALUES ($1, $2, $3)");

/// Ends all codes of a person.
pub(super) async fn forget_recovery_codes(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    tx.query(FORGET_RECOVERY_CODES).bind(&person).execute().await?;
    Ok(())
}

/// Puts these codes in place of all earlier ones.
pub(super) async fn replace_recovery_codes(
    tx: &mut Tx,
    person: PersonId,
    hashes: &[Digest32],
    now: Timestamp,
) -> Result<(), StorageError> {
    forget_recovery_codes(tx, person).await?;
    for hash in hashes {
        tx.query(INSERT_RECOVERY_CODE)
            .bind(&person)
            .bind(hash)
            .bind(&now)
            .execute()
            .await?;
    }
    Ok(())
}

const USE_RECOVERY_CODE: Sql =
    Sql::new("UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND hash = $2 AND used_at IS NULL");

/// Whether there is such a code and it is used for the first time.
pub(super) async fn use_recovery_code(
    tx: &mut Tx,
    person: PersonId,
    hash: &Digest32,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let used = tx
        .query(USE_RECOVERY_CODE)
        .bind(&person)
        .bind(hash)
        .bind(&now)
        .execute()
        .await?;
    Ok(used == 1)
}

const RECOVERY_CODES_LEFT: Sql = Sql::new(
    "SELECT CAST(COUNT(*) AS BIGINT) AS codes FROM recovery_code WHERE person_id = $1 AND used_at IS NULL",
);

pub(super) async fn recovery_codes_left(tx: &mut Tx, person: PersonId) -> Result<i64, StorageError> {
    tx.query(RECOVERY_CODES_LEFT)
        .bind(&person)
        .one(|row| row.get("codes"))
        .await
}

const ENROLLED: Sql = Sql::new(
    "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM totp WHERE person_id = $1) AS totps, \
     (SELECT CAST(COUNT(*) AS BIGINT) FROM passkey WHERE person_id = $1) AS passkeys, \
     (SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_code WHERE person_id = $1 AND used_at IS NULL) AS codes",
);

/// Which factors a person has beside a password.
pub(super) async fn enrolled(tx: &mut Tx, person: PersonId) -> Result<Enrolled, StorageError> {
    tx.query(ENROLLED)
        .bind(&person)
        .one(|row| {
            Ok(Enrolled {
                totp: row.get::<i64>("totps")? > 0,
                passkey: row.get::<i64>("passkeys")? > 0,
                recovery: row.get::<i64>("codes")? > 0,
            })
        })
        .await
}

const LOCKED_UNTIL: Sql =
    Sql::new("SELECT locked_until FROM failure_count WHERE subject_id = $1 AND factor = $2");

/// Until when nothing is taken, if failures in a row are counted; none in it where they bring no lock.
pub(super) async fn failed(
    tx: &mut Tx,
    person: PersonId,
    factor: &'static str,
) -> Result<Option<Option<Timestamp>>, StorageError> {
    tx.query(LOCKED_UNTIL)
        .bind(&person)
        .bind(&factor)
        .optional(|row| row.get("locked_until"))
        .await
}

const COUNT_FAILURE: Sql = Sql::new(
    "INSERT INTO failure_count (subject_id, factor, failures, last_at) VALUES ($1, $2, 1, $3) \
     ON CONFLICT (subject_id, factor) \
     DO UPDATE SET failures = failure_count.failures + 1, last_at = excluded.last_at RETURNING failures",
);

/// Answers how many failures in a row there are now.
pub(super) async fn count_failure(
    tx: &mut Tx,
    person: PersonId,
    factor: &'static str,
    now: Timestamp,
) -> Result<i64, StorageError> {
    tx.query(COUNT_FAILURE)
        .bind(&person)
        .bind(&factor)
        .bind(&now)
        .one(|row| row.get("failures"))
        .await
}

const LOCK: Sql =
    Sql::new("UPDATE failure_count SET locked_until = $3 WHERE subject_id = $1 AND factor = $2");

pub(super) async fn lock(
    tx: &mut Tx,
    person: PersonId,
    factor: &'static str,
    until: Timestamp,
) -> Result<(), StorageError> {
    tx.query(LOCK)
        .bind(&person)
        .bind(&factor)
        .bind(&until)
        .execute()
        .await?;
    Ok(())
}

const FORGET_FAILURES: Sql = Sql::new(
    "DELETE FROM failure_count WHERE subject_id = $1 AND factor = $2 \
     AND (locked_until IS NULL OR locked_until <= $3)",
);

/// Forgets failures unless there is a lock. A failure that another request counts at the same time is waited for.
pub(super) async fn forget_failures(
    tx: &mut Tx,
    person: PersonId,
    factor: &'static str,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(FORGET_FAILURES)
        .bind(&person)
        .bind(&factor)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const LOCKS: Sql = Sql::new(
    "SELECT factor, failures, locked_until FROM failure_count WHERE subject_id = $1 AND locked_until > $2 ORDER BY factor",
);

/// Counters that are locked: word, failures, until when.
pub(super) async fn locks(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<(String, i64, Timestamp)>, StorageError> {
    tx.query(LOCKS)
        .bind(&person)
        .bind(&now)
        .all(|row| Ok((row.get("factor")?, row.get("failures")?, row.get("locked_until")?)))
        .await
}

const LOCKED: Sql = Sql::new(
    "SELECT failure_count.subject_id AS subject_id, failure_count.factor AS factor, failure_count.failures AS failures, \
     failure_count.locked_until AS locked_until \
     FROM failure_count JOIN person ON person.id = failure_count.subject_id \
     WHERE person.organisation_id = $1 AND failure_count.locked_until > $2 AND failure_count.failures >= $3 \
     ORDER BY failure_count.locked_until DESC, failure_count.subject_id, failure_count.factor LIMIT $4",
);

/// Counters of an organisation that are locked after so many failures: whose, and as [`locks`] tells them.
pub(super) async fn locked(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
    (least, limit): (i64, i64),
) -> Result<Vec<(PersonId, (String, i64, Timestamp))>, StorageError> {
    tx.query(LOCKED)
        .bind(&organisation)
        .bind(&now)
        .bind(&least)
        .bind(&limit)
        .all(|row| {
            let counted = (row.get("factor")?, row.get("failures")?, row.get("locked_until")?);
            Ok((row.get("subject_id")?, counted))
        })
        .await
}

const COUNT_LOCKED: Sql = Sql::new(
    "SELECT COUNT(DISTINCT failure_count.subject_id) AS people \
     FROM failure_count JOIN person ON person.id = failure_count.subject_id \
     WHERE person.organisation_id = $1 AND failure_count.locked_until > $2 AND failure_count.failures >= $3",
);

/// How many people of an organisation [`locked`] is about.
pub(super) async fn count_locked(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
    least: i64,
) -> Result<i64, StorageError> {
    let counted = tx.query(COUNT_LOCKED).bind(&organisation).bind(&now).bind(&least);
    counted.one(|row| row.get("people")).await
}

const FORGET_PASSWORD: Sql = Sql::new("DELETE FROM password WHERE person_id = $1");

/// Answers whether there was one.
pub(super) async fn forget_password(tx: &mut Tx, person: PersonId) -> Result<bool, StorageError> {
    Ok(tx.query(FORGET_PASSWORD).bind(&person).execute().await? == 1)
}
