//! The tables `roll_out_reminder` and `roll_out_round`.

use crate::domain::{PersonId, ReminderKind, RuleId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

/// A reminder that somebody has had.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reminder {
    pub(super) person: PersonId,
    pub(super) kind: ReminderKind,
    pub(super) at: Timestamp,
}

const NOTE: Sql = Sql::new(
    "INSERT INTO roll_out_reminder (rule_id, begun_at, person_id, kind, at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (rule_id, begun_at, person_id, kind) DO UPDATE SET at = excluded.at \
     WHERE roll_out_reminder.kind = $6 AND roll_out_reminder.at < excluded.at",
);

/// Notes a reminder; false if the person has had it. One that an administrator asks for is had once for each time it was asked for,
/// of which `at` is the moment.
pub(super) async fn note(
    tx: &mut Tx,
    (rule, begun_at): (RuleId, Timestamp),
    reminder: &Reminder,
) -> Result<bool, StorageError> {
    let noted = tx
        .query(NOTE)
        .bind(&rule)
        .bind(&begun_at)
        .bind(&reminder.person)
        .bind(&reminder.kind)
        .bind(&reminder.at)
        .bind(&ReminderKind::Asked)
        .execute()
        .await?;
    Ok(noted == 1)
}

const OF_PERSON: Sql = Sql::new(
    "SELECT person_id, kind, at FROM roll_out_reminder WHERE rule_id = $1 AND begun_at = $2 AND person_id = $3",
);

pub(super) async fn of_person(
    tx: &mut Tx,
    (rule, begun_at): (RuleId, Timestamp),
    person: PersonId,
) -> Result<Vec<Reminder>, StorageError> {
    tx.query(OF_PERSON)
        .bind(&rule)
        .bind(&begun_at)
        .bind(&person)
        .all(reminder)
        .await
}

const NEWEST: Sql = Sql::new(
    "SELECT person_id, kind, at FROM roll_out_reminder WHERE person_id = $1 AND at > $2 ORDER BY at DESC LIMIT 1",
);

/// Whether a person has had a reminder since then, of whichever roll-out.
pub(super) async fn has_had_any(
    tx: &mut Tx,
    person: PersonId,
    since: Timestamp,
) -> Result<bool, StorageError> {
    let newest = tx
        .query(NEWEST)
        .bind(&person)
        .bind(&since)
        .optional(reminder)
        .await?;
    Ok(newest.is_some())
}

const OF_ROLL_OUT: Sql = Sql::new(
    "SELECT person_id, kind, at FROM roll_out_reminder WHERE rule_id = $1 AND begun_at = $2 ORDER BY at, kind DESC",
);

/// All of a roll-out, in the order of time; of several of one moment the one that was asked for is the last.
pub(super) async fn of_roll_out(
    tx: &mut Tx,
    (rule, begun_at): (RuleId, Timestamp),
) -> Result<Vec<Reminder>, StorageError> {
    tx.query(OF_ROLL_OUT)
        .bind(&rule)
        .bind(&begun_at)
        .all(reminder)
        .await
}

fn reminder(row: &Row) -> Result<Reminder, StorageError> {
    Ok(Reminder {
        person: row.get("person_id")?,
        kind: row.get("kind")?,
        at: row.get("at")?,
    })
}

/// When people were looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) begun: Timestamp,
    pub(super) looked: Timestamp,
    pub(super) called: Option<Timestamp>,
}

const ROUND: Sql = Sql::new("SELECT begun_at, looked_at, called_at FROM roll_out_round WHERE rule_id = $1");

pub(super) async fn round(tx: &mut Tx, rule: RuleId) -> Result<Option<Round>, StorageError> {
    tx.query(ROUND)
        .bind(&rule)
        .optional(|row| {
            Ok(Round {
                begun: row.get("begun_at")?,
                looked: row.get("looked_at")?,
                called: row.get("called_at")?,
            })
        })
        .await
}

const LOOK: Sql = Sql::new(
    "INSERT INTO roll_out_round (rule_id, begun_at, looked_at) VALUES ($1, $2, $3) \
     ON CONFLICT (rule_id) DO UPDATE SET begun_at = excluded.begun_at, looked_at = excluded.looked_at \
     WHERE roll_out_round.begun_at <> excluded.begun_at OR roll_out_round.looked_at <= $4",
);

/// Takes the next look for people: of several processes one does. `before`: nobody has looked since.
pub(super) async fn take_look(
    tx: &mut Tx,
    (rule, begun_at): (RuleId, Timestamp),
    (now, before): (Timestamp, Timestamp),
) -> Result<bool, StorageError> {
    let taken = tx
        .query(LOOK)
        .bind(&rule)
        .bind(&begun_at)
        .bind(&now)
        .bind(&before)
        .execute()
        .await?;
    Ok(taken == 1)
}

const CALL: Sql = Sql::new(
    "INSERT INTO roll_out_round (rule_id, begun_at, looked_at, called_at) VALUES ($1, $2, 0, $3) \
     ON CONFLICT (rule_id) DO UPDATE SET called_at = excluded.called_at \
     WHERE roll_out_round.called_at IS NULL OR roll_out_round.called_at <= $4",
);

/// Notes that an administrator asks for reminders; false if one has since `before`.
pub(super) async fn call(
    tx: &mut Tx,
    (rule, begun_at): (RuleId, Timestamp),
    (now, before): (Timestamp, Timestamp),
) -> Result<bool, StorageError> {
    let noted = tx
        .query(CALL)
        .bind(&rule)
        .bind(&begun_at)
        .bind(&now)
        .bind(&before)
        .execute()
        .await?;
    Ok(noted == 1)
}

const SWEEP: Sql = Sql::new("DELETE FROM roll_out_reminder WHERE at < $1");

pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(SWEEP).bind(&before).execute().await
}

const SWEEP_ROUNDS: Sql =
    Sql::new("DELETE FROM roll_out_round WHERE looked_at < $1 AND (called_at IS NULL OR called_at < $1)");

pub(super) async fn sweep_rounds(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(SWEEP_ROUNDS).bind(&before).execute().await
}
