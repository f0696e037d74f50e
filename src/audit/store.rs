//! The tables `event`, `merkle_tile` and `checkpoint`.

use std::sync::LazyLock;

use super::encoding::{COLUMNS, Hash};
use super::sequence_store::{INSERT_UNSEQUENCED, Unsequenced};
use super::tree::{Place, Tile};
use super::{AuditError, Checkpoint, Cursor, Filter, Order};
use crate::domain::{Digest32, EventKind, PersonId, Timestamp, Value};
use crate::storage::{Row, Rows, RowsAndOne, Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO event (writer, counter, previous, hash, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
);

static EVENTS: LazyLock<RowsAndOne> = LazyLock::new(|| {
    let rows = Rows::of(INSERT, COLUMNS, &[64, 32, 16, 8, 4, 2, 1]);
    rows.and_one(INSERT_UNSEQUENCED, 3)
});

/// Writes rows of [`COLUMNS`] values each, and notes that they wait for their positions.
pub(super) async fn insert(
    tx: &mut Tx,
    rows: Vec<Vec<Value>>,
    unsequenced: Unsequenced,
) -> Result<(), AuditError> {
    let waits = unsequenced.into_values();
    Ok(EVENTS.insert(tx, rows.into_iter(), waits).await?)
}

const TILE: Sql = Sql::new("SELECT hashes FROM merkle_tile WHERE level = $1 AND tile = $2");

/// The hashes of a stored tile; a rest of less than 32 bytes is left out.
pub(super) async fn tile(tx: &mut Tx, (level, tile): Place) -> Result<Option<Vec<Hash>>, AuditError> {
    let bytes: Option<Vec<u8>> = tx
        .query(TILE)
        .bind(&i64::from(level))
        .bind(&number(tile)?)
        .optional(|row| row.get("hashes"))
        .await?;
    Ok(bytes.map(|bytes| bytes.as_chunks::<32>().0.to_vec()))
}

const PUT_TILE: Sql = Sql::new(
    "INSERT INTO merkle_tile (level, tile, hashes) VALUES ($1, $2, $3) \
     ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes",
);

pub(super) async fn put_tile(tx: &mut Tx, tile: &Tile) -> Result<(), AuditError> {
    tx.query(PUT_TILE)
        .bind(&i64::from(tile.place.0))
        .bind(&number(tile.place.1)?)
        .bind(&tile.hashes.concat())
        .execute()
        .await?;
    Ok(())
}

/// A checkpoint as stored.
#[derive(Debug, Clone)]
pub(super) struct KeptCheckpoint {
    pub(super) size: u64,
    pub(super) root: Vec<u8>,
    pub(super) note: String,
}

fn checkpoint_row(row: &Row) -> Result<KeptCheckpoint, StorageError> {
    Ok(KeptCheckpoint {
        size: u64::try_from(row.get::<i64>("size")?).unwrap_or_default(),
        root: row.get("root")?,
        note: row.get("note")?,
    })
}

const LAST_CHECKPOINT: Sql = Sql::new("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1");

pub(super) async fn last_checkpoint(tx: &mut Tx) -> Result<Option<KeptCheckpoint>, StorageError> {
    tx.query(LAST_CHECKPOINT).optional(checkpoint_row).await
}

const CHECKPOINTS: Sql =
    Sql::new("SELECT size, root, note FROM checkpoint WHERE size > $1 ORDER BY size LIMIT $2");

/// Checkpoints over more than `above` leaves, the smallest first.
pub(super) async fn checkpoints(
    tx: &mut Tx,
    above: u64,
    limit: i64,
) -> Result<Vec<KeptCheckpoint>, AuditError> {
    let rows = tx.query(CHECKPOINTS).bind(&number(above)?).bind(&limit);
    Ok(rows.all(checkpoint_row).await?)
}

const PUT_CHECKPOINT: Sql = Sql::new("INSERT INTO checkpoint (size, root, note, at) VALUES ($1, $2, $3, $4)");

pub(super) async fn put_checkpoint(
    tx: &mut Tx,
    checkpoint: &Checkpoint,
    note: &str,
    at: Timestamp,
) -> Result<(), AuditError> {
    tx.query(PUT_CHECKPOINT)
        .bind(&number(checkpoint.size)?)
        .bind(&Digest32(checkpoint.root))
        .bind(&note)
        .bind(&at)
        .execute()
        .await?;
    Ok(())
}

/// A number as the engines store it.
pub(super) fn number(value: u64) -> Result<i64, AuditError> {
    i64::try_from(value).map_err(|_| AuditError::Position)
}

/// How far the log reaches, at one moment.
#[derive(Debug)]
pub(super) struct Extent {
    /// Leaves under the last checkpoint.
    pub(super) size: u64,
    /// Events in all.
    pub(super) events: u64,
    /// The highest position of a run.
    pub(super) last_position: Option<u64>,
    /// Tiles of level 0.
    pub(super) tiles: u64,
    /// Leaves in the tiles.
    pub(super) leaves: u64,
}

const EXTENT: Sql = Sql::new(
    "SELECT (SELECT COALESCE(MAX(size), 0) FROM checkpoint) AS size, \
     (SELECT COUNT(*) FROM event) AS events, \
     (SELECT first FROM event_run ORDER BY first DESC LIMIT 1) AS last_first, \
     (SELECT length FROM event_run ORDER BY first DESC LIMIT 1) AS last_length, \
     (SELECT COUNT(*) FROM merkle_tile WHERE level = 0) AS tiles, \
     (SELECT COALESCE(MAX(tile * 256 + LENGTH(hashes) / 32), 0) FROM merkle_tile WHERE level = 0) AS leaves",
);

/// None without a run; a length that was tampered with may be anything.
fn last_position(row: &Row) -> Result<Option<u64>, StorageError> {
    let first: Option<i64> = row.get("last_first")?;
    let length: Option<i64> = row.get("last_length")?;
    let last = first
        .zip(length)
        .map(|(first, length)| first.saturating_add(length).saturating_sub(1));
    Ok(last.and_then(|last| u64::try_from(last).ok()))
}

pub(super) async fn extent(tx: &mut Tx) -> Result<Extent, StorageError> {
    let count = |row: &Row, column| {
        row.get(column)
            .map(|value: i64| u64::try_from(value).unwrap_or_default())
    };
    tx.query(EXTENT)
        .one(|row| {
            Ok(Extent {
                size: count(row, "size")?,
                events: count(row, "events")?,
                last_position: last_position(row)?,
                tiles: count(row, "tiles")?,
                leaves: count(row, "leaves")?,
            })
        })
        .await
}

/// An event with everything that is stored of it.
#[derive(Debug)]
pub(super) struct ChainRow {
    pub(super) writer: String,
    pub(super) counter: i64,
    pub(super) previous: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) position: Option<i64>,
    pub(super) at: i64,
    pub(super) kind: String,
    pub(super) outcome: String,
    pub(super) organisation_id: Option<String>,
    pub(super) actor_id: Option<String>,
    pub(super) target_id: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) correlation_id: String,
    pub(super) body: String,
}

fn chain_row(row: &Row) -> Result<ChainRow, StorageError> {
    Ok(ChainRow {
        writer: row.get("writer")?,
        counter: row.get("counter")?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
        position: row.get("position")?,
        at: row.get("at")?,
        kind: row.get("kind")?,
        outcome: row.get("outcome")?,
        organisation_id: row.get("organisation_id")?,
        actor_id: row.get("actor_id")?,
        target_id: row.get("target_id")?,
        client_id: row.get("client_id")?,
        session_id: row.get("session_id")?,
        correlation_id: row.get("correlation_id")?,
        body: row.get("body")?,
    })
}

// One statement sees one moment: what is neither placed nor waiting in it is lost to the order.
const CHAIN_PAGE: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body, (SELECT COUNT(*) FROM unsequenced_event AS waiting \
     WHERE waiting.writer = placed_event.writer AND waiting.counter <= placed_event.counter \
     AND placed_event.counter - waiting.counter < LENGTH(waiting.hashes) / 32) AS waits \
     FROM placed_event WHERE (writer, counter) > ($1, $2) ORDER BY writer, counter LIMIT $3",
);

/// The next events, chain by chain, each with whether it waits for a position.
pub(super) async fn chain_page(
    tx: &mut Tx,
    writer: &str,
    counter: i64,
    limit: i64,
) -> Result<Vec<(ChainRow, bool)>, StorageError> {
    let rows = tx.query(CHAIN_PAGE).bind(&writer).bind(&counter).bind(&limit);
    rows.all(|row| Ok((chain_row(row)?, row.get::<i64>("waits")? > 0)))
        .await
}

/// An event in its place in the order.
#[derive(Debug)]
pub(super) struct OrderRow {
    pub(super) position: i64,
    pub(super) writer: String,
    pub(super) counter: i64,
    pub(super) hash: Hash,
}

// From the run that holds the first position on, and no more runs than a tile has positions; of each run what lies between the two.
const ORDER_PAGE: Sql = Sql::new(
    "SELECT run.first + event.counter - run.counter AS position, event.writer, event.counter, event.hash \
     FROM (SELECT first, writer, counter, length FROM event_run \
     WHERE first >= COALESCE((SELECT MAX(first) FROM event_run WHERE first <= $1), 0) AND first < $2 \
     ORDER BY first LIMIT 257) AS run JOIN event ON event.writer = run.writer \
     AND event.counter >= run.counter + CASE WHEN run.first < $1 THEN $1 - run.first ELSE 0 END \
     AND event.counter < run.counter + CASE WHEN run.length > $2 - run.first THEN $2 - run.first ELSE run.length END \
     ORDER BY position",
);

/// The events from one position up to another.
pub(super) async fn order_page(tx: &mut Tx, first: u64, after: u64) -> Result<Vec<OrderRow>, AuditError> {
    let rows = tx.query(ORDER_PAGE).bind(&number(first)?).bind(&number(after)?);
    let read = |row: &Row| {
        Ok(OrderRow {
            position: row.get("position")?,
            writer: row.get("writer")?,
            counter: row.get("counter")?,
            // A hash of another length is no hash; the first pass has named the event.
            hash: row.get::<Vec<u8>>("hash")?.try_into().unwrap_or_default(),
        })
    };
    Ok(rows.all(read).await?)
}

const EVENT_AT: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event WHERE (writer, counter) = \
     (SELECT run.writer, run.counter + $1 - run.first FROM event_run AS run WHERE run.first <= $1 \
     ORDER BY run.first DESC LIMIT 1)",
);

/// The event at a position.
pub(super) async fn event_at(tx: &mut Tx, position: u64) -> Result<Option<ChainRow>, AuditError> {
    let position = number(position)?;
    let found = tx.query(EVENT_AT).bind(&position).optional(chain_row).await?;
    // Behind the end of the last run another event may follow in its chain, which has no position yet.
    Ok(found.filter(|row| row.position == Some(position)))
}

const EVENT_NAMED: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event WHERE writer = $1 AND counter = $2",
);

/// The event of a chain.
pub(super) async fn event_named(
    tx: &mut Tx,
    writer: &str,
    counter: i64,
) -> Result<Option<ChainRow>, StorageError> {
    let query = tx.query(EVENT_NAMED).bind(&writer).bind(&counter);
    query.optional(chain_row).await
}

const NEWEST_FIRST: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE (at, writer, counter) < ($1, $2, $3) AND at >= $4 AND at < $5 \
     AND (organisation_id = $6 OR $6 IS NULL) AND (actor_id = $7 OR $7 IS NULL) AND (target_id = $8 OR $8 IS NULL) \
     AND (client_id = $9 OR $9 IS NULL) AND (session_id = $10 OR $10 IS NULL) AND (kind = $11 OR $11 IS NULL) \
     AND (outcome = $12 OR $12 IS NULL) AND (correlation_id = $13 OR $13 IS NULL) \
     ORDER BY at DESC, writer DESC, counter DESC LIMIT $14",
);

const OLDEST_FIRST: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE (at, writer, counter) > ($1, $2, $3) AND at >= $4 AND at < $5 \
     AND (organisation_id = $6 OR $6 IS NULL) AND (actor_id = $7 OR $7 IS NULL) AND (target_id = $8 OR $8 IS NULL) \
     AND (client_id = $9 OR $9 IS NULL) AND (session_id = $10 OR $10 IS NULL) AND (kind = $11 OR $11 IS NULL) \
     AND (outcome = $12 OR $12 IS NULL) AND (correlation_id = $13 OR $13 IS NULL) \
     ORDER BY at, writer, counter LIMIT $14",
);

// Two looks into an index, each in the order of the list, instead of one through all events of everybody. What decisions are about, which is no
// person, is not in the indexes by target: their words have to be said here and below.
const OF_PERSON: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE actor_id = $1 AND (at, writer, counter) < ($2, $3, $4) \
     UNION \
     SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE target_id = $1 AND kind <> 'access.decision' AND (at, writer, counter) < ($2, $3, $4) \
     ORDER BY at DESC, writer DESC, counter DESC LIMIT $5",
);

/// A page of what a person did and what was done to their account, the newest first.
pub(super) async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<ChainRow>, StorageError> {
    let (at, writer, counter) = after.map_or((i64::MAX, "~".to_owned(), i64::MAX), |cursor| {
        (cursor.at.as_micros(), cursor.writer.to_string(), cursor.counter)
    });
    tx.query(OF_PERSON)
        .bind(&person.to_string())
        .bind(&at)
        .bind(&writer)
        .bind(&counter)
        .bind(&limit)
        .all(chain_row)
        .await
}

// The words are those of the index.
// Each part by itself, so that many of the one do not push out the other.
const REFUSED_OF: Sql = Sql::new(
    "SELECT * FROM (SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE target_id = $1 AND at >= $2 AND outcome = 'refused' AND kind <> 'access.decision' AND (kind = $3 OR kind = $4 OR kind = $5) \
     ORDER BY at DESC LIMIT $6) one \
     UNION ALL SELECT * FROM (SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE target_id = $1 AND at >= $7 AND outcome = 'refused' AND kind <> 'access.decision' AND kind = $8 \
     ORDER BY at DESC LIMIT $9) other",
);

/// The newest events that were refused to somebody: those of some kinds since a moment, and those of another one since another.
pub(super) async fn refused_of(
    tx: &mut Tx,
    target: &str,
    ([one, two, three], from, limit): ([EventKind; 3], Timestamp, u32),
    (kind, since, most): (EventKind, Timestamp, u32),
) -> Result<Vec<ChainRow>, StorageError> {
    tx.query(REFUSED_OF)
        .bind(&target)
        .bind(&from.as_micros())
        .bind(&one)
        .bind(&two)
        .bind(&three)
        .bind(&i64::from(limit))
        .bind(&since.as_micros())
        .bind(&kind)
        .bind(&i64::from(most))
        .all(chain_row)
        .await
}

const DONE_TO: Sql = Sql::new(
    "SELECT writer, counter, previous, hash, position, at, kind, outcome, organisation_id, actor_id, target_id, \
     client_id, session_id, correlation_id, body FROM placed_event \
     WHERE target_id = $1 AND at >= $2 AND kind = $3 AND kind <> 'access.decision' AND outcome = 'success' ORDER BY at DESC LIMIT $4",
);

/// The newest events of a kind that were done to somebody since a moment.
pub(super) async fn done_to(
    tx: &mut Tx,
    target: &str,
    (kind, from): (EventKind, Timestamp),
    limit: i64,
) -> Result<Vec<ChainRow>, StorageError> {
    tx.query(DONE_TO)
        .bind(&target)
        .bind(&from.as_micros())
        .bind(&kind)
        .bind(&limit)
        .all(chain_row)
        .await
}

/// A page of the events that a filter lets through.
pub(super) async fn search(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<ChainRow>, StorageError> {
    // Beyond all writers: no UUID starts with a tilde, and none is empty.
    let (sql, edge) = match filter.order {
        Order::NewestFirst => (NEWEST_FIRST, (i64::MAX, "~".to_owned(), i64::MAX)),
        Order::OldestFirst => (OLDEST_FIRST, (i64::MIN, String::new(), 0)),
    };
    let (at, writer, counter) = filter.after.map_or(edge, |cursor| {
        (cursor.at.as_micros(), cursor.writer.to_string(), cursor.counter)
    });
    tx.query(sql)
        .bind(&at)
        .bind(&writer)
        .bind(&counter)
        .bind(&filter.from.map_or(i64::MIN, Timestamp::as_micros))
        .bind(&filter.until.map_or(i64::MAX, Timestamp::as_micros))
        .bind(&filter.organisation)
        .bind(&filter.actor)
        .bind(&filter.target)
        .bind(&filter.client)
        .bind(&filter.session)
        .bind(&filter.kind)
        .bind(&filter.outcome)
        .bind(&filter.correlation)
        .bind(&limit)
        .all(chain_row)
        .await
}

const PERSON: Sql = Sql::new("SELECT username AS name FROM person WHERE id = $1");
const SERVICE_ACCOUNT: Sql = Sql::new("SELECT name FROM service_account WHERE id = $1");
const CLIENT: Sql = Sql::new("SELECT name FROM client WHERE id = $1");
const ORGANISATION: Sql = Sql::new("SELECT name FROM organisation WHERE id = $1");
const GROUP: Sql = Sql::new("SELECT name FROM people_group WHERE id = $1");
const ROLE: Sql = Sql::new("SELECT name FROM role WHERE id = $1");
const APPLICATION: Sql = Sql::new("SELECT name FROM application WHERE id = $1");

pub(super) const PERSON_CALLED: Sql = Sql::new("SELECT id FROM person WHERE username = $1");
pub(super) const ORGANISATION_CALLED: Sql = Sql::new("SELECT id FROM organisation WHERE slug = $1");

/// The id of what is called so, by one of the two above.
pub(super) async fn id_of(tx: &mut Tx, called: Sql, name: &str) -> Result<Option<String>, StorageError> {
    if name.contains('\0') {
        return Ok(None);
    }
    tx.query(called).bind(&name).optional(|row| row.get("id")).await
}

/// What a thing of this kind is called today.
pub(super) async fn name(tx: &mut Tx, kind: &str, id: &str) -> Result<Option<String>, StorageError> {
    let sql = match kind {
        "person" => PERSON,
        "service_account" => SERVICE_ACCOUNT,
        "client" => CLIENT,
        "organisation" => ORGANISATION,
        "group" => GROUP,
        "role" => ROLE,
        "application" => APPLICATION,
        _ => return Ok(None),
    };
    // PostgreSQL refuses NUL in a text; nothing is called by it.
    if id.contains('\0') {
        return Ok(None);
    }
    tx.query(sql).bind(&id).optional(|row| row.get("name")).await
}
