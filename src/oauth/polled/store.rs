//! The table `polled_request`.

use super::{Kind, PolledRequest, State};
use crate::domain::{ClientId, Column, ColumnError, Digest32, PersonId, PolledRequestId, Timestamp, Value};
use crate::oauth::approval::Approval;
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO polled_request (id, kind, secret_hash, user_code_hash, organisation_id, client_id, person_id, asked, \
     state, interval_seconds, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (user_code_hash) DO NOTHING",
);

const BY_SECRET: Sql = Sql::new(
    "SELECT id, kind, organisation_id, client_id, person_id, asked, state, given, interval_seconds, polled_at, \
     created_at, expires_at FROM polled_request WHERE secret_hash = $1 AND kind = $2",
);

const BY_USER_CODE: Sql = Sql::new(
    "SELECT id, kind, organisation_id, client_id, person_id, asked, state, given, interval_seconds, polled_at, \
     created_at, expires_at FROM polled_request WHERE user_code_hash = $1",
);

const BY_ID: Sql = Sql::new(
    "SELECT id, kind, organisation_id, client_id, person_id, asked, state, given, interval_seconds, polled_at, \
     created_at, expires_at FROM polled_request WHERE id = $1",
);

const WAITING_FOR: Sql = Sql::new(
    "SELECT id, kind, organisation_id, client_id, person_id, asked, state, given, interval_seconds, polled_at, \
     created_at, expires_at FROM polled_request WHERE person_id = $1 AND kind = $2 AND state = $3 AND expires_at > $4 \
     ORDER BY created_at DESC, id DESC LIMIT 50",
);

const COUNT_WAITING: Sql = Sql::new(
    "SELECT COUNT(*) AS number FROM polled_request \
     WHERE person_id = $1 AND client_id = $2 AND kind = $3 AND state = $4 AND expires_at > $5",
);

const COUNT_REFUSED: Sql = Sql::new(
    "SELECT COUNT(*) AS number FROM polled_request \
     WHERE person_id = $1 AND client_id = $2 AND kind = $3 AND state = $4 AND answered_at > $5",
);

const NOTE_POLL: Sql =
    Sql::new("UPDATE polled_request SET polled_at = $2, interval_seconds = $3 WHERE id = $1");

const ANSWER: Sql = Sql::new(
    "UPDATE polled_request SET state = $3, given = $4, person_id = $2, answered_at = $6 \
     WHERE id = $1 AND state = $5 AND expires_at > $6 AND (person_id IS NULL OR person_id = $2)",
);

const WITHDRAW: Sql =
    Sql::new("UPDATE polled_request SET state = $3 WHERE person_id = $1 AND client_id = $2 AND state = $4");

const REDEEM: Sql = Sql::new("UPDATE polled_request SET state = $2 WHERE id = $1 AND state = $3");

const DELETE_EXPIRED: Sql = Sql::new("DELETE FROM polled_request WHERE expires_at < $1");

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Backchannel => "backchannel",
        }
    }
}

impl Column for Kind {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.as_str().to_owned()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match String::from_value(value)?.as_str() {
            "device" => Ok(Self::Device),
            "backchannel" => Ok(Self::Backchannel),
            _ => Err(ColumnError::Invalid("kind of polled request")),
        }
    }
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Redeemed => "redeemed",
        }
    }
}

impl Column for State {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.as_str().to_owned()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match String::from_value(value)?.as_str() {
            "pending" => Ok(Self::Pending),
            "approved" => Ok(Self::Approved),
            "denied" => Ok(Self::Denied),
            "redeemed" => Ok(Self::Redeemed),
            _ => Err(ColumnError::Invalid("state of a polled request")),
        }
    }
}

/// Answers whether it was stored: not if the user code belongs to another request.
pub(super) async fn insert(
    tx: &mut Tx,
    secret: &Digest32,
    user_code: Option<Digest32>,
    request: &PolledRequest,
) -> Result<bool, StorageError> {
    let asked = serde_json::to_value(&request.asked).map_err(|_| broken("asked"))?;
    let stored = tx
        .query(INSERT)
        .bind(&request.id)
        .bind(&request.kind)
        .bind(secret)
        .bind(&user_code)
        .bind(&request.organisation_id)
        .bind(&request.client_id)
        .bind(&request.person_id)
        .bind(&asked)
        .bind(&request.state)
        .bind(&request.interval)
        .bind(&request.created_at)
        .bind(&request.expires_at)
        .execute()
        .await?;
    Ok(stored == 1)
}

pub(super) async fn by_secret(
    tx: &mut Tx,
    kind: Kind,
    secret: &Digest32,
) -> Result<Option<PolledRequest>, StorageError> {
    tx.query(BY_SECRET)
        .bind(secret)
        .bind(&kind)
        .optional(from_row)
        .await
}

pub(super) async fn by_user_code(
    tx: &mut Tx,
    user_code: &Digest32,
) -> Result<Option<PolledRequest>, StorageError> {
    tx.query(BY_USER_CODE).bind(user_code).optional(from_row).await
}

pub(super) async fn by_id(tx: &mut Tx, id: PolledRequestId) -> Result<Option<PolledRequest>, StorageError> {
    tx.query(BY_ID).bind(&id).optional(from_row).await
}

pub(super) async fn waiting_for(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<PolledRequest>, StorageError> {
    tx.query(WAITING_FOR)
        .bind(&person)
        .bind(&Kind::Backchannel)
        .bind(&State::Pending)
        .bind(&now)
        .all(from_row)
        .await
}

pub(super) async fn count_waiting(
    tx: &mut Tx,
    client: &ClientId,
    person: PersonId,
    now: Timestamp,
) -> Result<i64, StorageError> {
    tx.query(COUNT_WAITING)
        .bind(&person)
        .bind(client)
        .bind(&Kind::Backchannel)
        .bind(&State::Pending)
        .bind(&now)
        .one(|row| row.get("number"))
        .await
}

pub(super) async fn count_refused(
    tx: &mut Tx,
    client: &ClientId,
    person: PersonId,
    since: Timestamp,
) -> Result<i64, StorageError> {
    tx.query(COUNT_REFUSED)
        .bind(&person)
        .bind(client)
        .bind(&Kind::Backchannel)
        .bind(&State::Denied)
        .bind(&since)
        .one(|row| row.get("number"))
        .await
}

pub(super) async fn note_poll(
    tx: &mut Tx,
    id: PolledRequestId,
    interval: i64,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(NOTE_POLL)
        .bind(&id)
        .bind(&now)
        .bind(&interval)
        .execute()
        .await?;
    Ok(())
}

/// Answers whether this call was the one that answered.
pub(super) async fn answer(
    tx: &mut Tx,
    (id, person): (PolledRequestId, PersonId),
    (state, given): (State, Option<&Approval>),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let given = given
        .map(|given| serde_json::to_value(given).map_err(|_| broken("given")))
        .transpose()?;
    let changed = tx
        .query(ANSWER)
        .bind(&id)
        .bind(&person)
        .bind(&state)
        .bind(&given)
        .bind(&State::Pending)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Takes back what a person has approved for a client and nobody has redeemed; answers how much.
pub(super) async fn withdraw(tx: &mut Tx, person: PersonId, client: &ClientId) -> Result<u64, StorageError> {
    tx.query(WITHDRAW)
        .bind(&person)
        .bind(client)
        .bind(&State::Denied)
        .bind(&State::Approved)
        .execute()
        .await
}

pub(super) async fn redeem(tx: &mut Tx, id: PolledRequestId) -> Result<bool, StorageError> {
    let changed = tx
        .query(REDEEM)
        .bind(&id)
        .bind(&State::Redeemed)
        .bind(&State::Approved)
        .execute()
        .await?;
    Ok(changed == 1)
}

pub(super) async fn delete_expired(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE_EXPIRED).bind(&before).execute().await
}

fn from_row(row: &Row) -> Result<PolledRequest, StorageError> {
    let given: Option<serde_json::Value> = row.get("given")?;
    Ok(PolledRequest {
        id: row.get("id")?,
        kind: row.get("kind")?,
        organisation_id: row.get("organisation_id")?,
        client_id: row.get("client_id")?,
        person_id: row.get("person_id")?,
        asked: serde_json::from_value(row.get("asked")?).map_err(|_| broken("asked"))?,
        state: row.get("state")?,
        given: given
            .map(|given| serde_json::from_value(given).map_err(|_| broken("given")))
            .transpose()?,
        interval: row.get("interval_seconds")?,
        polled_at: row.get("polled_at")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

fn broken(column: &'static str) -> StorageError {
    StorageError::Column {
        column,
        source: ColumnError::Invalid("value of a polled request"),
    }
}
