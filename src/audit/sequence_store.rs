//! What brings events in order: the tables `unsequenced_event` and `event_run`, and the audit row of `lease`.

use super::encoding::Hash;
use crate::domain::{Timestamp, Value};
use crate::storage::{Row, Sql, StorageError, Tx};

/// Takes the leadership, or keeps it; the fence rises with every new holder.
const LEAD: Sql = Sql::new(
    "INSERT INTO lease (name, holder, fence, expires_at) VALUES ('audit', $1, 1, $2) \
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at, \
     fence = CASE WHEN lease.holder = excluded.holder THEN lease.fence ELSE lease.fence + 1 END \
     WHERE lease.holder = excluded.holder OR lease.expires_at <= $3 RETURNING fence",
);

/// Leads until `until` if nobody else does; answers the fencing number. The row stays locked until the transaction ends, so
/// that even a leader who slept over its lease extends nothing at the same time.
pub(super) async fn lead(
    tx: &mut Tx,
    holder: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<i64>, StorageError> {
    tx.query(LEAD)
        .bind(&holder)
        .bind(&until)
        .bind(&now)
        .optional(|row| row.get("fence"))
        .await
}

/// Written with the events that wait ([`super::store::insert`]).
pub(super) const INSERT_UNSEQUENCED: Sql =
    Sql::new("INSERT INTO unsequenced_event (writer, counter, hashes) VALUES ($1, $2, $3)");

const WAITING: Sql = Sql::new("SELECT writer FROM unsequenced_event LIMIT 1");

/// Whether any event has no position yet.
pub(super) async fn waiting(tx: &mut Tx) -> Result<bool, StorageError> {
    let found: Option<String> = tx.query(WAITING).optional(|row| row.get("writer")).await?;
    Ok(found.is_some())
}

/// Events that one transaction wrote to one chain.
#[derive(Debug)]
pub(super) struct Unsequenced {
    pub(super) writer: String,
    /// Of the first of them.
    pub(super) counter: i64,
    pub(super) hashes: Vec<Hash>,
}

impl Unsequenced {
    /// The values of its row.
    pub(super) fn into_values(self) -> [Value; 3] {
        [
            Value::Text(Some(self.writer)),
            Value::Int(Some(self.counter)),
            Value::Bytes(Some(self.hashes.concat())),
        ]
    }
}

/// One statement sees one moment: an event is seen only with all before it in its chain, since a chain continues after its
/// commit only.
const TAKE_UNSEQUENCED: Sql = Sql::new(
    "DELETE FROM unsequenced_event WHERE (writer, counter) IN \
     (SELECT writer, counter FROM unsequenced_event ORDER BY writer, counter LIMIT $1) \
     RETURNING writer, counter, hashes",
);

/// Takes out what up to `limit` transactions left to be put in order, chain by chain.
pub(super) async fn take_unsequenced(tx: &mut Tx, limit: i64) -> Result<Vec<Unsequenced>, StorageError> {
    let read = |row: &Row| {
        Ok(Unsequenced {
            writer: row.get("writer")?,
            counter: row.get("counter")?,
            // A rest of less than 32 bytes is no hash: its event is then found to have no place.
            hashes: row.get::<Vec<u8>>("hashes")?.as_chunks().0.to_vec(),
        })
    };
    let mut taken = tx.query(TAKE_UNSEQUENCED).bind(&limit).all(read).await?;
    // Nobody writes one without a hash; tampered with, it must not keep the others from their places.
    taken.retain(|one| !one.hashes.is_empty());
    taken.sort_unstable_by(|one, other| (&one.writer, one.counter).cmp(&(&other.writer, other.counter)));
    Ok(taken)
}

/// Events that follow one another in chain and order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The position of the first one.
    pub(super) first: i64,
    pub(super) writer: String,
    /// The counter of the first one.
    pub(super) counter: i64,
    pub(super) length: i64,
}

const RUNS: Sql =
    Sql::new("SELECT first, writer, counter, length FROM event_run WHERE first > $1 ORDER BY first LIMIT $2");

/// The next runs behind one that begins at a position.
pub(super) async fn runs(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Run>, StorageError> {
    let read = |row: &Row| {
        Ok(Run {
            first: row.get("first")?,
            writer: row.get("writer")?,
            counter: row.get("counter")?,
            length: row.get("length")?,
        })
    };
    tx.query(RUNS).bind(&after).bind(&limit).all(read).await
}

const PUT_RUN: Sql =
    Sql::new("INSERT INTO event_run (first, writer, counter, length) VALUES ($1, $2, $3, $4)");

pub(super) async fn put_run(tx: &mut Tx, run: &Run) -> Result<(), StorageError> {
    tx.query(PUT_RUN)
        .bind(&run.first)
        .bind(&run.writer)
        .bind(&run.counter)
        .bind(&run.length)
        .execute()
        .await?;
    Ok(())
}
