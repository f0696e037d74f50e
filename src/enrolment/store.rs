//! The table `enrolment_pass`.

use super::pass::Pass;
use super::rule::Stored as StoredRule;
use crate::domain::{Digest32, OrganisationId, PassId, PersonId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO enrolment_pass (id, organisation_id, person_id, purpose, reason, asked_by, mailed, strong, created_at, \
     expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);

/// A pass that nobody holds yet.
pub(super) async fn insert(tx: &mut Tx, pass: &Pass) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&pass.id)
        .bind(&pass.organisation)
        .bind(&pass.person)
        .bind(&pass.purpose)
        .bind(&pass.reason)
        .bind(&pass.asked_by)
        .bind(&pass.mailed)
        .bind(&pass.strong)
        .bind(&pass.created_at)
        .bind(&pass.expires_at)
        .execute()
        .await?;
    Ok(())
}

const ISSUE: Sql = Sql::new(
    "UPDATE enrolment_pass SET token_hash = $2, mailed = $3, expires_at = $4 \
     WHERE id = $1 AND token_hash IS NULL AND ended_at IS NULL AND expires_at > $5",
);

/// Gives a pass its token, once; answers whether this call did.
pub(super) async fn issue(
    tx: &mut Tx,
    id: PassId,
    (token, mailed): (&Digest32, bool),
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let issued = tx
        .query(ISSUE)
        .bind(&id)
        .bind(token)
        .bind(&mailed)
        .bind(&expires_at)
        .bind(&now)
        .execute()
        .await?;
    Ok(issued == 1)
}

const BY_TOKEN: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, purpose, reason, asked_by, token_hash, mailed, strong, browser, created_at, \
     expires_at FROM enrolment_pass WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2",
);

/// The pass with this token, if it is good.
pub(super) async fn by_token(
    tx: &mut Tx,
    token: &Digest32,
    now: Timestamp,
) -> Result<Option<Pass>, StorageError> {
    tx.query(BY_TOKEN).bind(token).bind(&now).optional(read).await
}

const BY_ID: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, purpose, reason, asked_by, token_hash, mailed, strong, browser, created_at, \
     expires_at FROM enrolment_pass WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3",
);

/// A pass of an organisation, if it is good, or waits for a second administrator.
pub(super) async fn by_id(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: PassId,
    now: Timestamp,
) -> Result<Option<Pass>, StorageError> {
    tx.query(BY_ID)
        .bind(&organisation)
        .bind(&id)
        .bind(&now)
        .optional(read)
        .await
}

const OPEN: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, purpose, reason, asked_by, token_hash, mailed, strong, browser, created_at, \
     expires_at FROM enrolment_pass WHERE organisation_id = $1 AND ended_at IS NULL AND expires_at > $2 \
     AND (id < $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4",
);

/// Passes that are good or wait, the newest first: their ids tell their time.
pub(super) async fn open(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
    (after, limit): (Option<PassId>, i64),
) -> Result<Vec<Pass>, StorageError> {
    tx.query(OPEN)
        .bind(&organisation)
        .bind(&now)
        .bind(&after)
        .bind(&limit)
        .all(read)
        .await
}

const OF_PERSON: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, purpose, reason, asked_by, token_hash, mailed, strong, browser, created_at, \
     expires_at FROM enrolment_pass WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 \
     ORDER BY created_at DESC, id DESC LIMIT 1",
);

/// The newest pass of a person that is good, or waits.
pub(super) async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Pass>, StorageError> {
    tx.query(OF_PERSON).bind(&person).bind(&now).optional(read).await
}

fn read(row: &Row) -> Result<Pass, StorageError> {
    Ok(Pass {
        id: row.get("id")?,
        organisation: row.get("organisation_id")?,
        person: row.get("person_id")?,
        purpose: row.get("purpose")?,
        reason: row.get("reason")?,
        asked_by: row.get("asked_by")?,
        issued: row.get::<Option<Digest32>>("token_hash")?.is_some(),
        mailed: row.get("mailed")?,
        strong: row.get("strong")?,
        browser: row.get("browser")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

const BEGIN: Sql = Sql::new(
    "UPDATE enrolment_pass SET browser = $2, begun_at = $3, strong = $4, expires_at = $5 \
     WHERE id = $1 AND begun_at IS NULL AND ended_at IS NULL AND expires_at > $3",
);

/// Binds a pass to the browser that uses it; answers whether this call did.
pub(super) async fn begin(
    tx: &mut Tx,
    id: PassId,
    (browser, strong): (&Digest32, bool),
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let begun = tx
        .query(BEGIN)
        .bind(&id)
        .bind(browser)
        .bind(&now)
        .bind(&strong)
        .bind(&expires_at)
        .execute()
        .await?;
    Ok(begun == 1)
}

const END: Sql = Sql::new(
    "UPDATE enrolment_pass SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND expires_at > $2",
);

/// Ends a pass; answers whether this call did.
pub(super) async fn end(tx: &mut Tx, id: PassId, now: Timestamp) -> Result<bool, StorageError> {
    Ok(tx.query(END).bind(&id).bind(&now).execute().await? == 1)
}

const END_OF_PERSON: Sql = Sql::new(
    "UPDATE enrolment_pass SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL RETURNING id",
);

/// Ends all passes of a person; answers which.
pub(super) async fn end_of_person(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<PassId>, StorageError> {
    tx.query(END_OF_PERSON)
        .bind(&person)
        .bind(&now)
        .all(|row| row.get("id"))
        .await
}

const WAS_STRONG: Sql = Sql::new(
    "SELECT strong FROM enrolment_pass WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
);

/// Whether the newest pass of a person, good or over, had a second factor belong to it.
pub(super) async fn was_strong(tx: &mut Tx, person: PersonId) -> Result<bool, StorageError> {
    let newest = tx.query(WAS_STRONG).bind(&person);
    let strong: Option<bool> = newest.optional(|row| row.get("strong")).await?;
    Ok(strong == Some(true))
}

// The newest of a person stays if it is strong: nothing else tells what an account had that is held since.
const DELETE: Sql = Sql::new(
    "DELETE FROM enrolment_pass WHERE expires_at < $1 AND (strong = $2 OR EXISTS \
     (SELECT 1 FROM enrolment_pass newer WHERE newer.person_id = enrolment_pass.person_id \
     AND newer.created_at > enrolment_pass.created_at))",
);

pub(super) async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE).bind(&before).bind(&false).execute().await
}

const RECOVERY_RULE: Sql =
    Sql::new("SELECT needs_two, former, changed_at FROM recovery_rule WHERE organisation_id = $1");

/// Before whose recovery an organisation asks for two administrators; none: it asks nothing of its own.
pub(super) async fn recovery_rule(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Option<StoredRule>, StorageError> {
    tx.query(RECOVERY_RULE)
        .bind(&organisation)
        .optional(|row| {
            Ok(StoredRule {
                needs_two: row.get("needs_two")?,
                before: row.get("former")?,
                changed_at: row.get("changed_at")?,
            })
        })
        .await
}

const SET_RECOVERY_RULE: Sql = Sql::new(
    "INSERT INTO recovery_rule (organisation_id, needs_two, former, changed_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (organisation_id) DO UPDATE SET needs_two = excluded.needs_two, former = excluded.former, \
     changed_at = excluded.changed_at",
);

pub(super) async fn set_recovery_rule(
    tx: &mut Tx,
    organisation: OrganisationId,
    rule: &StoredRule,
) -> Result<(), StorageError> {
    tx.query(SET_RECOVERY_RULE)
        .bind(&organisation)
        .bind(&rule.needs_two)
        .bind(&rule.before)
        .bind(&rule.changed_at)
        .execute()
        .await?;
    Ok(())
}
