//! The tables `person` and `service_account`.

use super::past_store;
use super::{Attributes, NewPerson, NewServiceAccount, Person, ServiceAccount};
use crate::domain::{
    Column as _, ColumnError, EmailAddress, OrganisationId, OrganisationStatus, PersonId, PersonStatus,
    ServiceAccountId, Subject, Timestamp, Username, Value,
};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_PERSON: Sql = Sql::new(
    "INSERT INTO person (id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, \
     attributes, status, epoch, created_at, updated_at, claims) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)",
);
const FIND_PERSON: Sql = Sql::new(
    "SELECT id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, attributes, \
     status, epoch, claims, updated_at, break_glass_at FROM person WHERE id = $1",
);
const FIND_PERSON_BY_USERNAME: Sql = Sql::new(
    "SELECT id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, attributes, \
     status, epoch, claims, updated_at, break_glass_at FROM person WHERE username = $1",
);
// A prefix as a range, which an index serves: usernames sort by bytes, and nothing sorts after U+10FFFF.
const PEOPLE_BEGINNING: Sql = Sql::new(
    "SELECT id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, attributes, \
     status, epoch, claims, updated_at, break_glass_at FROM person \
     WHERE organisation_id = $1 AND username > $2 AND username >= $3 AND username <= $4 ORDER BY username LIMIT $5",
);
const COUNT_PEOPLE: Sql = Sql::new(
    "SELECT CAST(COUNT(*) AS BIGINT) AS people FROM person WHERE organisation_id = $1 AND status = $2",
);
const LIST_PEOPLE: Sql = Sql::new(
    "SELECT id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, attributes, \
     status, epoch, claims, updated_at, break_glass_at FROM person WHERE organisation_id = $1 AND username > $2 ORDER BY username LIMIT $3",
);
const CHANGE_PERSON: Sql = Sql::new(
    "UPDATE person SET status = COALESCE($3, status), epoch = epoch + 1, updated_at = $4 \
     WHERE organisation_id = $1 AND id = $2 RETURNING epoch",
);

const INSERT_SERVICE_ACCOUNT: Sql = Sql::new(
    "INSERT INTO service_account (id, organisation_id, name, purpose, attributes, status, epoch, created_at, \
     updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
);
const FIND_SERVICE_ACCOUNT: Sql = Sql::new(
    "SELECT id, organisation_id, name, purpose, attributes, status, epoch FROM service_account WHERE id = $1",
);
const LIST_SERVICE_ACCOUNTS: Sql = Sql::new(
    "SELECT id, organisation_id, name, purpose, attributes, status, epoch FROM service_account \
     WHERE organisation_id = $1 AND name > $2 ORDER BY name LIMIT $3",
);
const CHANGE_SERVICE_ACCOUNT: Sql = Sql::new(
    "UPDATE service_account SET status = COALESCE($3, status), epoch = epoch + 1, updated_at = $4 \
     WHERE organisation_id = $1 AND id = $2 RETURNING epoch",
);

const PERSON_STANDING: Sql = Sql::new(
    "SELECT person.organisation_id AS organisation_id, person.status AS status, person.epoch AS epoch, \
     organisation.status AS organisation_status, person.held_at AS held_at, \
     person.break_glass_at AS break_glass_at \
     FROM person JOIN organisation ON organisation.id = person.organisation_id WHERE person.id = $1",
);
const SERVICE_ACCOUNT_STANDING: Sql = Sql::new(
    "SELECT service_account.organisation_id AS organisation_id, service_account.status AS status, \
     service_account.epoch AS epoch, organisation.status AS organisation_status, \
     CAST(NULL AS BIGINT) AS held_at, CAST(NULL AS BIGINT) AS break_glass_at \
     FROM service_account JOIN organisation ON organisation.id = service_account.organisation_id \
     WHERE service_account.id = $1",
);

/// What the standing of a subject rests on.
#[derive(Debug, Clone, Copy)]
pub(super) struct StandingRow {
    pub(super) organisation_id: OrganisationId,
    pub(super) status: PersonStatus,
    pub(super) epoch: i64,
    pub(super) organisation_status: OrganisationStatus,
    pub(super) held_at: Option<Timestamp>,
    pub(super) break_glass_at: Option<Timestamp>,
}

pub(super) async fn insert_person(
    tx: &mut Tx,
    id: PersonId,
    new: &NewPerson,
    now: Timestamp,
) -> Result<(), StorageError> {
    let claims = serde_json::to_value(&new.claims).map_err(|_| broken_claims())?;
    tx.query(INSERT_PERSON)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.username)
        .bind(&new.name)
        .bind(&new.given_name)
        .bind(&new.family_name)
        .bind(&new.email)
        .bind(&new.email_verified)
        .bind(&new.locale)
        .bind_value(attributes_value(&new.attributes))
        .bind(&PersonStatus::Active)
        .bind(&FIRST_EPOCH)
        .bind(&now)
        .bind(&claims)
        .execute()
        .await?;
    Ok(())
}

/// The epoch of a new account.
pub(super) const FIRST_EPOCH: i64 = 1;

pub(super) async fn person(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, StorageError> {
    tx.query(FIND_PERSON).bind(&id).optional(read_person).await
}

pub(super) async fn person_by_username(
    tx: &mut Tx,
    username: &Username,
) -> Result<Option<Person>, StorageError> {
    tx.query(FIND_PERSON_BY_USERNAME)
        .bind(username)
        .optional(read_person)
        .await
}

pub(super) async fn people(
    tx: &mut Tx,
    organisation: OrganisationId,
    after: &str,
    limit: i64,
) -> Result<Vec<Person>, StorageError> {
    tx.query(LIST_PEOPLE)
        .bind(&organisation)
        .bind(&after)
        .bind(&limit)
        .all(read_person)
        .await
}

pub(super) async fn people_beginning(
    tx: &mut Tx,
    organisation: OrganisationId,
    text: &str,
    (after, limit): (&str, i64),
) -> Result<Vec<Person>, StorageError> {
    tx.query(PEOPLE_BEGINNING)
        .bind(&organisation)
        .bind(&after)
        .bind(&text)
        .bind(&format!("{text}\u{10FFFF}"))
        .bind(&limit)
        .all(read_person)
        .await
}

pub(super) async fn count_people(tx: &mut Tx, organisation: OrganisationId) -> Result<i64, StorageError> {
    tx.query(COUNT_PEOPLE)
        .bind(&organisation)
        .bind(&PersonStatus::Active)
        .one(|row| row.get("people"))
        .await
}

pub(super) async fn insert_service_account(
    tx: &mut Tx,
    id: ServiceAccountId,
    new: &NewServiceAccount,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_SERVICE_ACCOUNT)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&new.purpose)
        .bind_value(attributes_value(&new.attributes))
        .bind(&PersonStatus::Active)
        .bind(&FIRST_EPOCH)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn service_account(
    tx: &mut Tx,
    id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, StorageError> {
    tx.query(FIND_SERVICE_ACCOUNT)
        .bind(&id)
        .optional(read_service_account)
        .await
}

const SERVICE_ACCOUNT_CALLED: Sql = Sql::new(
    "SELECT id, organisation_id, name, purpose, attributes, status, epoch FROM service_account \
     WHERE organisation_id = $1 AND name = $2",
);

pub(super) async fn service_account_called(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<ServiceAccount>, StorageError> {
    tx.query(SERVICE_ACCOUNT_CALLED)
        .bind(&organisation)
        .bind(&name)
        .optional(read_service_account)
        .await
}

pub(super) async fn service_accounts(
    tx: &mut Tx,
    organisation: OrganisationId,
    after: &str,
    limit: i64,
) -> Result<Vec<ServiceAccount>, StorageError> {
    tx.query(LIST_SERVICE_ACCOUNTS)
        .bind(&organisation)
        .bind(&after)
        .bind(&limit)
        .all(read_service_account)
        .await
}

/// Raises the epoch and, if one is given, sets the status; answers the new epoch, or nothing if the organisation has no
/// such account.
pub(super) async fn change(
    tx: &mut Tx,
    organisation: OrganisationId,
    subject: Subject,
    status: Option<PersonStatus>,
    now: Timestamp,
) -> Result<Option<i64>, StorageError> {
    if status.is_some() {
        past_store::keep(tx, organisation, subject, now).await?;
    }
    let statement = match subject {
        Subject::Person(_) => CHANGE_PERSON,
        Subject::ServiceAccount(_) => CHANGE_SERVICE_ACCOUNT,
    };
    tx.query(statement)
        .bind(&organisation)
        .bind_value(subject.id_value())
        .bind(&status)
        .bind(&now)
        .optional(|row| row.get("epoch"))
        .await
}

const SET_EMAIL: Sql = Sql::new(
    "UPDATE person SET email = $3, email_verified = $4, updated_at = $5 WHERE organisation_id = $1 AND id = $2",
);

/// Answers whether there was such a person.
pub(super) async fn set_email(
    tx: &mut Tx,
    (organisation, person): (OrganisationId, PersonId),
    email: &EmailAddress,
    verified: bool,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(SET_EMAIL)
        .bind(&organisation)
        .bind(&person)
        .bind(email)
        .bind(&verified)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

const SET_LOCALE: Sql =
    Sql::new("UPDATE person SET locale = $3, updated_at = $4 WHERE organisation_id = $1 AND id = $2");

/// Answers whether there was such a person.
pub(super) async fn set_locale(
    tx: &mut Tx,
    (organisation, person): (OrganisationId, PersonId),
    locale: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(SET_LOCALE)
        .bind(&organisation)
        .bind(&person)
        .bind(&locale)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

const SET_BREAK_GLASS: Sql = Sql::new(
    "UPDATE person SET break_glass_at = $3, break_glass_reason = $4, updated_at = $5 \
     WHERE organisation_id = $1 AND id = $2 AND (break_glass_at IS NULL) = $6",
);

/// Marks an account for emergencies, or takes the mark away; answers whether this call did.
pub(super) async fn set_break_glass(
    tx: &mut Tx,
    (organisation, person): (OrganisationId, PersonId),
    mark: Option<&str>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(SET_BREAK_GLASS)
        .bind(&organisation)
        .bind(&person)
        .bind(&mark.map(|_| now))
        .bind(&mark)
        .bind(&now)
        .bind(&mark.is_some())
        .execute()
        .await?;
    Ok(changed == 1)
}

const BREAK_GLASS: Sql = Sql::new(
    "SELECT id, organisation_id, username, name, given_name, family_name, email, email_verified, locale, attributes, \
     status, epoch, claims, updated_at, break_glass_at, break_glass_reason FROM person \
     WHERE organisation_id = $1 AND break_glass_at IS NOT NULL ORDER BY username LIMIT $2",
);

/// The accounts of an organisation that are marked, each with the reason.
pub(super) async fn break_glass(
    tx: &mut Tx,
    organisation: OrganisationId,
    limit: i64,
) -> Result<Vec<(Person, String)>, StorageError> {
    tx.query(BREAK_GLASS)
        .bind(&organisation)
        .bind(&limit)
        .all(|row| {
            let reason: Option<String> = row.get("break_glass_reason")?;
            Ok((read_person(row)?, reason.unwrap_or_default()))
        })
        .await
}

pub(super) async fn standing(tx: &mut Tx, subject: Subject) -> Result<Option<StandingRow>, StorageError> {
    let statement = match subject {
        Subject::Person(_) => PERSON_STANDING,
        Subject::ServiceAccount(_) => SERVICE_ACCOUNT_STANDING,
    };
    tx.query(statement)
        .bind_value(subject.id_value())
        .optional(|row| {
            Ok(StandingRow {
                organisation_id: row.get("organisation_id")?,
                status: row.get("status")?,
                epoch: row.get("epoch")?,
                organisation_status: row.get("organisation_status")?,
                held_at: row.get("held_at")?,
                break_glass_at: row.get("break_glass_at")?,
            })
        })
        .await
}

// Engines look into JSON by functions of their own.
const KNOWS_ATTRIBUTE: Sql = Sql::pair(
    "SELECT 1 AS found FROM person WHERE organisation_id = $1 \
     AND EXISTS (SELECT 1 FROM json_each(person.attributes) AS one WHERE one.key = $2) LIMIT 1",
    "SELECT 1::BIGINT AS found FROM person WHERE organisation_id = $1 \
     AND jsonb_exists(attributes::jsonb, $2) LIMIT 1",
);

pub(super) async fn knows_attribute(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<bool, StorageError> {
    let found = tx.query(KNOWS_ATTRIBUTE).bind(&organisation).bind(&name);
    let found: Option<i64> = found.optional(|row| row.get("found")).await?;
    Ok(found.is_some())
}

pub(super) fn read_person(row: &Row) -> Result<Person, StorageError> {
    Ok(Person {
        id: row.get("id")?,
        organisation_id: row.get("organisation_id")?,
        username: row.get("username")?,
        name: row.get("name")?,
        given_name: row.get("given_name")?,
        family_name: row.get("family_name")?,
        email: row.get("email")?,
        email_verified: row.get("email_verified")?,
        locale: row.get("locale")?,
        claims: serde_json::from_value(row.get("claims")?).map_err(|_| broken_claims())?,
        attributes: read_attributes(row)?,
        status: row.get("status")?,
        epoch: row.get("epoch")?,
        updated_at: row.get("updated_at")?,
        break_glass_since: row.get("break_glass_at")?,
    })
}

fn broken_claims() -> StorageError {
    StorageError::Column {
        column: "claims",
        source: ColumnError::Invalid("set of claims about a person"),
    }
}

fn read_service_account(row: &Row) -> Result<ServiceAccount, StorageError> {
    Ok(ServiceAccount {
        id: row.get("id")?,
        organisation_id: row.get("organisation_id")?,
        name: row.get("name")?,
        purpose: row.get("purpose")?,
        attributes: read_attributes(row)?,
        status: row.get("status")?,
        epoch: row.get("epoch")?,
    })
}

pub(super) fn read_attributes(row: &Row) -> Result<Attributes, StorageError> {
    match row.get("attributes")? {
        serde_json::Value::Object(attributes) => Ok(attributes),
        _ => Err(StorageError::Column {
            column: "attributes",
            source: ColumnError::Invalid("JSON object"),
        }),
    }
}

pub(super) fn attributes_value(attributes: &Attributes) -> Value {
    serde_json::Value::Object(attributes.clone()).to_value()
}
