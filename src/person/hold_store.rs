//! What the table `person` knows of accounts that are held.

use super::Person;
use super::hold::Hold;
use super::store::read_person;
use crate::domain::{OrganisationId, PersonId, PersonStatus, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const HOLD: Sql = Sql::new("SELECT held_at, held_about FROM person WHERE id = $1 AND held_at IS NOT NULL");

/// Since when an account is held, and why; none if it is not.
pub(super) async fn hold(tx: &mut Tx, person: PersonId) -> Result<Option<Hold>, StorageError> {
    tx.query(HOLD).bind(&person).optional(read).await
}

fn read(row: &Row) -> Result<Hold, StorageError> {
    Ok(Hold {
        since: row.get("held_at")?,
        about: row.get("held_about")?,
    })
}

const SET_HELD: Sql = Sql::new(
    "UPDATE person SET held_at = $3, held_about = $4, epoch = epoch + 1, updated_at = $5 \
     WHERE organisation_id = $1 AND id = $2 RETURNING epoch",
);

/// Holds an account or lets go of it, and raises the epoch; answers the new one.
pub(super) async fn set_held(
    tx: &mut Tx,
    (organisation, person): (OrganisationId, PersonId),
    hold: Option<&Hold>,
    now: Timestamp,
) -> Result<Option<i64>, StorageError> {
    tx.query(SET_HELD)
        .bind(&organisation)
        .bind(&person)
        .bind(&hold.map(|hold| hold.since))
        .bind(&hold.and_then(|hold| hold.about.clone()))
        .bind(&now)
        .optional(|row| row.get("epoch"))
        .await
}

// As those of any beginning are found, among the few that are held.
const HELD: Sql = Sql::new(
    "SELECT id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, attributes, \
     status, epoch, claims, updated_at, break_glass_at, held_at, held_about FROM person \
     WHERE organisation_id = $1 AND held_at IS NOT NULL AND status = $2 AND username > $3 AND username >= $4 \
     AND username <= $5 ORDER BY username LIMIT $6",
);

/// People whose accounts are held and who may sign in otherwise, by username.
pub(super) async fn held(
    tx: &mut Tx,
    organisation: OrganisationId,
    beginning: &str,
    (after, limit): (&str, i64),
) -> Result<Vec<(Person, Hold)>, StorageError> {
    tx.query(HELD)
        .bind(&organisation)
        .bind(&PersonStatus::Active)
        .bind(&after)
        .bind(&beginning)
        .bind(&format!("{beginning}\u{10FFFF}"))
        .bind(&limit)
        .all(|row| Ok((read_person(row)?, read(row)?)))
        .await
}
