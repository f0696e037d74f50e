//! SQLite's write-ahead log on its way into the file, beside the writer.
//!
//! By itself SQLite does this within a commit, whenever a thousand pages have gathered: four megabytes are copied and flushed, and all
//! acts wait. Here a task with a connection of its own copies, which no commit waits for. The log starts at its beginning again
//! only if nothing in it is left to be copied, and under load there is always something: so when it has grown long, the writer is asked
//! to copy the little that came meanwhile between two groups.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Row as _};
use tokio::sync::{Notify, mpsc};

use super::writer::Request;

/// After so many flushes the log is copied.
const FLUSHES: u64 = 32;

/// From so many pages on (of 4 KiB) the log is to start again.
const LONG: i64 = 4_000;

/// So many are few enough for the writer to copy, if others can bring it down to that by trying some times.
const FEW: i64 = 500;
const TRIES: usize = 4;

/// From so many on the writer copies whatever is left: it writes faster than this task copies.
const VERY_LONG: i64 = 8_000;

/// At so many pages a commit copies after all: if this task cannot.
pub(super) const TOO_LONG: u32 = 16_000;

const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Counts flushes and wakes the task.
#[derive(Debug, Default)]
pub(super) struct Flushed {
    since: AtomicU64,
    ended: AtomicBool,
    many: Notify,
}

impl Flushed {
    /// One more group is on disk.
    pub(super) fn note(&self) {
        if self.since.fetch_add(1, Ordering::Relaxed) + 1 == FLUSHES {
            self.many.notify_one();
        }
    }

    /// There will be no more.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.many.notify_one();
    }

    /// Waits for many; false if there will be no more.
    async fn many(&self) -> bool {
        self.many.notified().await;
        self.since.store(0, Ordering::Relaxed);
        !self.ended.load(Ordering::Acquire)
    }
}

/// How much of the log there is, in pages.
#[derive(Debug)]
pub(super) struct Copied {
    length: i64,
    copied: i64,
}

impl Copied {
    fn rest(&self) -> i64 {
        self.length.saturating_sub(self.copied)
    }
}

/// Copies what the log holds and no reader needs there.
pub(super) async fn copy(connection: &mut SqliteConnection) -> Result<Copied, sqlx::Error> {
    let row = sqlx::query(COPY).fetch_one(connection).await?;
    Ok(Copied {
        length: row.try_get(1)?,
        copied: row.try_get(2)?,
    })
}

/// Nothing is lost by it: the log is longer until the next time.
pub(super) fn warn_of(fault: &sqlx::Error) {
    let fault: &dyn std::error::Error = fault;
    tracing::warn!(fault, "the write-ahead log could not be copied into the database");
}

/// Copies from time to time until there is nothing more to come.
pub(super) async fn keep_short(
    options: SqliteConnectOptions,
    flushed: Arc<Flushed>,
    writer: mpsc::WeakSender<Request>,
) {
    let mut connection = None;
    while flushed.many().await {
        match round(&options, &mut connection).await {
            Ok(copied) if copied.length >= LONG && (copied.rest() <= FEW || copied.length >= VERY_LONG) => {
                // If the queue is full, the next round will do.
                if let Some(writer) = writer.upgrade() {
                    drop(writer.try_send(Request::Copy));
                }
            }
            Ok(_) => {}
            Err(fault) => {
                connection = None;
                warn_of(&fault);
            }
        }
    }
    // Dropped it would be closed at some time; the writer's is to be the last one, which empties the log.
    if let Some(connection) = connection {
        let _closed = connection.close().await;
    }
}

async fn round(
    options: &SqliteConnectOptions,
    kept: &mut Option<SqliteConnection>,
) -> Result<Copied, sqlx::Error> {
    let connection = match kept {
        Some(connection) => connection,
        None => kept.insert(SqliteConnection::connect_with(options).await?),
    };
    let mut copied = copy(connection).await?;
    for _ in 1..TRIES {
        if copied.length < LONG || copied.rest() <= FEW {
            break;
        }
        copied = copy(connection).await?;
    }
    Ok(copied)
}
