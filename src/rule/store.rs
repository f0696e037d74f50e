//! The tables `rule_set` and `recorded_sign_in`.

use super::definition::{Rule, RuleSet};
use super::recorded::Recorded;
use crate::domain::{ColumnError, Id, OrganisationId, PersonId, Scopes, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const NEWEST: Sql = Sql::new(
    "SELECT revision, rules FROM rule_set WHERE organisation_id = $1 ORDER BY revision DESC LIMIT 1",
);

/// The rules in force; none, at revision 0, where there never were any.
pub(super) async fn newest(tx: &mut Tx, organisation: OrganisationId) -> Result<RuleSet, StorageError> {
    let found = tx
        .query(NEWEST)
        .bind(&organisation)
        .optional(|row| Ok((row.get("revision")?, rules(row)?)))
        .await?;
    let (revision, rules) = found.unwrap_or_default();
    Ok(RuleSet {
        organisation_id: organisation,
        revision,
        rules,
    })
}

fn rules(row: &Row) -> Result<Vec<Rule>, StorageError> {
    let rules: serde_json::Value = row.get("rules")?;
    serde_json::from_value(rules).map_err(|_| StorageError::Column {
        column: "rules",
        source: ColumnError::Invalid("list of rules"),
    })
}

const INSERT: Sql =
    Sql::new("INSERT INTO rule_set (organisation_id, revision, rules, changed_at) VALUES ($1, $2, $3, $4)");

/// Stores a revision; a conflict if another act has stored it first.
pub(super) async fn insert(tx: &mut Tx, set: &RuleSet, now: Timestamp) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&set.organisation_id)
        .bind(&set.revision)
        .bind(&serde_json::json!(set.rules))
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const RECORD: Sql = Sql::new(
    "INSERT INTO recorded_sign_in (id, organisation_id, person_id, at, client_id, scopes, address, device, \
     trusted_since, risk, acr) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);

pub(super) async fn record(tx: &mut Tx, recorded: &Recorded) -> Result<(), StorageError> {
    tx.query(RECORD)
        .bind(&recorded.id)
        .bind(&recorded.organisation_id)
        .bind(&recorded.person_id)
        .bind(&recorded.at)
        .bind(&recorded.client_id)
        .bind(&recorded.scopes.to_string())
        .bind(&recorded.address.map(|address| address.to_string()))
        .bind(&recorded.device)
        .bind(&recorded.trusted_since)
        .bind(&recorded.risk)
        .bind(&recorded.acr)
        .execute()
        .await?;
    Ok(())
}

const RECORDED: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, at, client_id, scopes, address, device, trusted_since, risk, acr \
     FROM recorded_sign_in WHERE organisation_id = $1 AND (at > $2 OR (at = $2 AND id > $3)) \
     ORDER BY at, id LIMIT $4",
);

/// The sign-ins of an organisation after a moment and an id, in the order of time.
pub(super) async fn recorded(
    tx: &mut Tx,
    organisation: OrganisationId,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Recorded>, StorageError> {
    tx.query(RECORDED)
        .bind(&organisation)
        .bind(&after.0)
        .bind(&after.1)
        .bind(&limit)
        .all(recorded_from_row)
        .await
}

const RECORDED_OF: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, at, client_id, scopes, address, device, trusted_since, risk, acr \
     FROM recorded_sign_in WHERE person_id = $1 AND at >= $2 ORDER BY at DESC LIMIT $3",
);

/// The newest sign-ins of a person since a moment.
pub(super) async fn recorded_of(
    tx: &mut Tx,
    person: PersonId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Recorded>, StorageError> {
    tx.query(RECORDED_OF)
        .bind(&person)
        .bind(&since)
        .bind(&limit)
        .all(recorded_from_row)
        .await
}

fn recorded_from_row(row: &Row) -> Result<Recorded, StorageError> {
    let invalid = |column, what| StorageError::Column {
        column,
        source: ColumnError::Invalid(what),
    };
    let scopes: String = row.get("scopes")?;
    let address: Option<String> = row.get("address")?;
    let address = address.map(|text| text.parse()).transpose();
    Ok(Recorded {
        id: row.get::<Id<_>>("id")?,
        organisation_id: row.get("organisation_id")?,
        person_id: row.get("person_id")?,
        at: row.get("at")?,
        client_id: row.get("client_id")?,
        scopes: Scopes::parse(&scopes).map_err(|_| invalid("scopes", "list of scopes"))?,
        address: address.map_err(|_| invalid("address", "address"))?,
        device: row.get("device")?,
        trusted_since: row.get("trusted_since")?,
        risk: row.get("risk")?,
        acr: row.get("acr")?,
    })
}

const SWEEP: Sql = Sql::new("DELETE FROM recorded_sign_in WHERE at < $1");

pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(SWEEP).bind(&before).execute().await
}
