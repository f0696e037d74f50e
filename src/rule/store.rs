//! The tables `rule_set`, `recorded_sign_in` and `device`.

use std::sync::LazyLock;

use super::definition::{Rule, RuleSet};
use super::device::TrustedDevice;
use super::history::Stored;
use super::recorded::Recorded;
use crate::domain::{
    Column, ColumnError, DeviceId, Id, OrganisationId, PersonId, Scopes, SessionId, Timestamp, Value,
};
use crate::storage::{Row, Rows, Sql, StorageError, Tx};

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

const ORGANISATIONS: Sql = Sql::new("SELECT DISTINCT organisation_id FROM rule_set ORDER BY organisation_id");

/// Those that have or had rules.
pub(super) async fn organisations(tx: &mut Tx) -> Result<Vec<OrganisationId>, StorageError> {
    tx.query(ORGANISATIONS)
        .all(|row| row.get("organisation_id"))
        .await
}

fn rules(row: &Row) -> Result<Vec<Rule>, StorageError> {
    let rules: serde_json::Value = row.get("rules")?;
    serde_json::from_value(rules).map_err(|_| StorageError::Column {
        column: "rules",
        source: ColumnError::Invalid("list of rules"),
    })
}

const REVISIONS: Sql = Sql::new(
    "SELECT revision, rules, changed_at, changed_by FROM rule_set WHERE organisation_id = $1 AND revision < $2 \
     ORDER BY revision DESC LIMIT $3",
);

/// The lists before a revision, the newest first.
pub(super) async fn revisions(
    tx: &mut Tx,
    organisation: OrganisationId,
    before: i64,
    limit: i64,
) -> Result<Vec<Stored>, StorageError> {
    tx.query(REVISIONS)
        .bind(&organisation)
        .bind(&before)
        .bind(&limit)
        .all(|row| {
            Ok(Stored {
                set: RuleSet {
                    organisation_id: organisation,
                    revision: row.get("revision")?,
                    rules: rules(row)?,
                },
                changed_at: row.get("changed_at")?,
                changed_by: row.get("changed_by")?,
            })
        })
        .await
}

const INSERT: Sql = Sql::new(
    "INSERT INTO rule_set (organisation_id, revision, rules, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)",
);

/// Stores a revision; a conflict if another act has stored it first.
pub(super) async fn insert(
    tx: &mut Tx,
    set: &RuleSet,
    (now, by): (Timestamp, &str),
) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&set.organisation_id)
        .bind(&set.revision)
        .bind(&serde_json::json!(set.rules))
        .bind(&now)
        .bind(&by.to_owned())
        .execute()
        .await?;
    Ok(())
}

const RECORD: Sql = Sql::new(
    "INSERT INTO recorded_sign_in (id, organisation_id, person_id, at, client_id, scopes, address, device_id, \
     device, trusted_since, risk, acr, country) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
        .bind(&recorded.device_id)
        .bind(&recorded.device)
        .bind(&recorded.trusted_since)
        .bind(&recorded.risk)
        .bind(&recorded.acr)
        .bind(&recorded.country)
        .execute()
        .await?;
    Ok(())
}

const RECORD_PASSAGE: Sql = Sql::new(
    "INSERT INTO recorded_sign_in (id, organisation_id, person_id, at, client_id, scopes, address, device_id, \
     device, trusted_since, risk, acr, country, session_id, authenticated_at, day) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, COALESCE(s.device, $9), s.trusted_since, COALESCE(s.risk, $10), $11, $12, $13, $14, $15 \
     FROM (SELECT 1 AS one) here LEFT JOIN (SELECT device, trusted_since, risk FROM recorded_sign_in \
     WHERE person_id = $3 AND device_id = $8 AND session_id IS NULL ORDER BY at DESC LIMIT 1) s ON here.one = 1 \
     WHERE NOT EXISTS (SELECT 1 FROM recorded_sign_in p \
     WHERE p.session_id = $13 AND p.client_id = $5 AND p.scopes = $6 AND p.day = $15) ON CONFLICT DO NOTHING",
);

/// Records a passage, if none like it is there of this session and day.
pub(super) async fn record_passage(
    tx: &mut Tx,
    recorded: &Recorded,
    (session, day): (SessionId, i64),
) -> Result<(), StorageError> {
    tx.query(RECORD_PASSAGE)
        .bind(&recorded.id)
        .bind(&recorded.organisation_id)
        .bind(&recorded.person_id)
        .bind(&recorded.at)
        .bind(&recorded.client_id)
        .bind(&recorded.scopes.to_string())
        .bind(&recorded.address.map(|address| address.to_string()))
        .bind(&recorded.device_id)
        .bind(&recorded.device)
        .bind(&recorded.risk)
        .bind(&recorded.acr)
        .bind(&recorded.country)
        .bind(&session)
        .bind(&recorded.authenticated_at)
        .bind(&day)
        .execute()
        .await?;
    Ok(())
}

const RECORD_ALL: Sql = Sql::new(
    "INSERT INTO recorded_sign_in (id, organisation_id, person_id, at, client_id, scopes, address, device_id, \
     device, trusted_since, risk, acr, country, session_id, authenticated_at, day) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
);

static PAST: LazyLock<Rows> = LazyLock::new(|| Rows::of(RECORD_ALL, 16, &[64, 8, 1]));

/// Records sign-ins, and passages with their session and day, in few statements.
pub(super) async fn record_all(
    tx: &mut Tx,
    all: Vec<(Recorded, Option<(SessionId, i64)>)>,
) -> Result<(), StorageError> {
    PAST.insert(tx, all.into_iter().map(row_of)).await
}

fn row_of((one, of_session): (Recorded, Option<(SessionId, i64)>)) -> [Value; 16] {
    let (session, day) = of_session.unzip();
    [
        one.id.to_value(),
        one.organisation_id.to_value(),
        one.person_id.to_value(),
        one.at.to_value(),
        one.client_id.to_value(),
        one.scopes.to_string().to_value(),
        one.address.map(|address| address.to_string()).to_value(),
        one.device_id.to_value(),
        one.device.to_value(),
        one.trusted_since.to_value(),
        one.risk.to_value(),
        one.acr.to_value(),
        one.country.to_value(),
        session.to_value(),
        one.authenticated_at.to_value(),
        day.to_value(),
    ]
}

const RECORDED: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, at, client_id, scopes, address, device_id, device, trusted_since, risk, acr, \
     country, authenticated_at FROM recorded_sign_in WHERE organisation_id = $1 AND (at > $2 OR (at = $2 AND id > $3)) \
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

// Two looks into an index: what is not settled yet is not read, however much of it there is. The words are those of the index.
const SETTLED_OF: Sql = Sql::new(
    "SELECT * FROM (SELECT id, organisation_id, person_id, at, client_id, scopes, address, device_id, device, trusted_since, risk, \
     acr, country, authenticated_at FROM recorded_sign_in WHERE person_id = $1 AND session_id IS NULL AND at >= $2 AND at <= $3 \
     ORDER BY at DESC LIMIT $4) settled \
     UNION ALL SELECT * FROM (SELECT id, organisation_id, person_id, at, client_id, scopes, address, device_id, device, trusted_since, risk, \
     acr, country, authenticated_at FROM recorded_sign_in WHERE person_id = $1 AND session_id IS NULL AND at > $3 \
     AND acr <> 'urn:doorward:acr:1' ORDER BY at DESC LIMIT $4) sure \
     ORDER BY at DESC LIMIT $4",
);

/// The newest sign-ins of a person since a moment that proved more than a password, or were before another moment.
pub(super) async fn settled_of(
    tx: &mut Tx,
    person: PersonId,
    (since, settled): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Recorded>, StorageError> {
    tx.query(SETTLED_OF)
        .bind(&person)
        .bind(&since)
        .bind(&settled)
        .bind(&limit)
        .all(recorded_from_row)
        .await
}

const RECORDED_OF: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, at, client_id, scopes, address, device_id, device, trusted_since, risk, acr, \
     country, authenticated_at FROM recorded_sign_in WHERE person_id = $1 AND session_id IS NULL AND at > $2 ORDER BY at DESC LIMIT $3",
);

/// The newest sign-ins of a person after a moment.
pub(super) async fn recorded_of(
    tx: &mut Tx,
    person: PersonId,
    after: Timestamp,
    limit: i64,
) -> Result<Vec<Recorded>, StorageError> {
    tx.query(RECORDED_OF)
        .bind(&person)
        .bind(&after)
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
        device_id: row.get("device_id")?,
        device: row.get("device")?,
        trusted_since: row.get("trusted_since")?,
        risk: row.get("risk")?,
        acr: row.get("acr")?,
        country: row.get("country")?,
        authenticated_at: row.get("authenticated_at")?,
    })
}

const SWEEP: Sql = Sql::new("DELETE FROM recorded_sign_in WHERE at < $1");

pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(SWEEP).bind(&before).execute().await
}

const SEE_DEVICE: Sql = Sql::new(
    "INSERT INTO device (person_id, device_id, first_at, seen_at) VALUES ($1, $2, $3, $3) \
     ON CONFLICT (person_id, device_id) DO UPDATE SET seen_at = excluded.seen_at RETURNING first_at",
);

/// Notes that a person has signed in by a browser; answers when they did so first.
pub(super) async fn see_device(
    tx: &mut Tx,
    person: PersonId,
    device: &DeviceId,
    now: Timestamp,
) -> Result<Timestamp, StorageError> {
    tx.query(SEE_DEVICE)
        .bind(&person)
        .bind(device)
        .bind(&now)
        .one(|row| row.get("first_at"))
        .await
}

const KNOWS_DEVICE: Sql = Sql::new("SELECT first_at FROM device WHERE person_id = $1 AND device_id = $2");

/// Whether a person has signed in by a browser.
pub(super) async fn knows_device(
    tx: &mut Tx,
    person: PersonId,
    device: &DeviceId,
) -> Result<bool, StorageError> {
    let found = tx
        .query(KNOWS_DEVICE)
        .bind(&person)
        .bind(device)
        .optional(|row| row.get::<Timestamp>("first_at"))
        .await?;
    Ok(found.is_some())
}

const DEVICES: Sql =
    Sql::new("SELECT first_at, seen_at FROM device WHERE person_id = $1 ORDER BY seen_at DESC LIMIT $2");

/// When the browsers of a person were seen first and last, the newest first.
pub(super) async fn devices(
    tx: &mut Tx,
    person: PersonId,
    limit: i64,
) -> Result<Vec<(Timestamp, Timestamp)>, StorageError> {
    tx.query(DEVICES)
        .bind(&person)
        .bind(&limit)
        .all(|row| Ok((row.get("first_at")?, row.get("seen_at")?)))
        .await
}

const COUNT_DEVICES: Sql =
    Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS devices FROM device WHERE person_id = $1");

pub(super) async fn count_devices(tx: &mut Tx, person: PersonId) -> Result<i64, StorageError> {
    tx.query(COUNT_DEVICES)
        .bind(&person)
        .one(|row| row.get("devices"))
        .await
}

const SWEEP_DEVICES: Sql = Sql::new("DELETE FROM device WHERE seen_at < $1");

pub(super) async fn sweep_devices(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(SWEEP_DEVICES).bind(&before).execute().await
}

const TRUST: Sql = Sql::new(
    "INSERT INTO device (person_id, device_id, first_at, seen_at, trusted_since, trusted_user_agent, trusted_address) \
     VALUES ($1, $2, $3, $3, $3, $4, $5) \
     ON CONFLICT (person_id, device_id) DO UPDATE SET trusted_since = excluded.trusted_since, \
     trusted_user_agent = excluded.trusted_user_agent, trusted_address = excluded.trusted_address",
);

pub(super) async fn trust(tx: &mut Tx, person: PersonId, device: &TrustedDevice) -> Result<(), StorageError> {
    tx.query(TRUST)
        .bind(&person)
        .bind(&device.id)
        .bind(&device.since)
        .bind(&device.user_agent)
        .bind(&device.address)
        .execute()
        .await?;
    Ok(())
}

const TRUSTED_SINCE: Sql =
    Sql::new("SELECT trusted_since FROM device WHERE person_id = $1 AND device_id = $2");

pub(super) async fn trusted_since(
    tx: &mut Tx,
    person: PersonId,
    device: &DeviceId,
) -> Result<Option<Timestamp>, StorageError> {
    let found = tx
        .query(TRUSTED_SINCE)
        .bind(&person)
        .bind(device)
        .optional(|row| row.get::<Option<Timestamp>>("trusted_since"))
        .await?;
    Ok(found.flatten())
}

const TRUSTED: Sql = Sql::new(
    "SELECT device_id, trusted_since, trusted_user_agent, trusted_address FROM device \
     WHERE person_id = $1 AND trusted_since > $2 ORDER BY trusted_since DESC",
);

/// The devices that a person has trusted since a moment.
pub(super) async fn trusted(
    tx: &mut Tx,
    person: PersonId,
    since: Timestamp,
) -> Result<Vec<TrustedDevice>, StorageError> {
    tx.query(TRUSTED)
        .bind(&person)
        .bind(&since)
        .all(|row| {
            Ok(TrustedDevice {
                id: row.get("device_id")?,
                since: row.get("trusted_since")?,
                user_agent: row.get("trusted_user_agent")?,
                address: row.get("trusted_address")?,
            })
        })
        .await
}

const DISTRUST_ALL: Sql = Sql::new(
    "UPDATE device SET trusted_since = NULL, trusted_user_agent = NULL, trusted_address = NULL \
     WHERE person_id = $1 AND trusted_since IS NOT NULL",
);

pub(super) async fn distrust_all(tx: &mut Tx, person: PersonId) -> Result<u64, StorageError> {
    tx.query(DISTRUST_ALL).bind(&person).execute().await
}

const DISTRUST: Sql = Sql::new(
    "UPDATE device SET trusted_since = NULL, trusted_user_agent = NULL, trusted_address = NULL \
     WHERE person_id = $1 AND device_id = $2 AND trusted_since IS NOT NULL",
);

/// Answers whether it was trusted.
pub(super) async fn distrust(tx: &mut Tx, person: PersonId, device: &DeviceId) -> Result<bool, StorageError> {
    let changed = tx.query(DISTRUST).bind(&person).bind(device).execute().await?;
    Ok(changed == 1)
}

const SWEEP_TRUST: Sql = Sql::new(
    "UPDATE device SET trusted_since = NULL, trusted_user_agent = NULL, trusted_address = NULL WHERE trusted_since < $1",
);

pub(super) async fn sweep_trust(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(SWEEP_TRUST).bind(&before).execute().await
}
