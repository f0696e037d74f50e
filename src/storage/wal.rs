//! SQLite's write-ahead log on its way into the file, beside the writer.
//!
//! By itself SQLite does this within a commit, whenever a thousand pages have gathered: four megabytes are copied and flushed, and all
//! acts wait. Here a task with a connection of its own copies, which no commit waits for. The log starts at its beginning again
//! only if nothing in it is left to be copied, and under load there is always something: so when it has grown long, the writer is asked
//! to copy the little that came meanwhile between two groups.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{Notify, mpsc};

use super::StorageError;
use super::sqlite::{File, SqliteConnection, apart};
use super::writer::Request;

/// After so many groups the log is copied: a page that many acts write is copied once.
const GROUPS: u64 = 64;

/// From so many pages on (of 4 KiB) the log is to start again.
const LONG: i64 = 4_000;

/// So many are few enough for the writer to copy, if others can bring it down to that by trying some times.
const FEW: i64 = 500;
const TRIES: usize = 4;

/// From so many on the writer copies whatever is left: it writes faster than this task copies.
const VERY_LONG: i64 = 8_000;

/// At so many pages a commit copies after all: if this task cannot.
pub(super) const TOO_LONG: u32 = 16_000;

/// Counts groups and wakes the task.
#[derive(Debug, Default)]
pub(super) struct Flushed {
    since: AtomicU64,
    ended: AtomicBool,
    many: Notify,
}

impl Flushed {
    /// One more group is in the log.
    pub(super) fn note(&self) {
        if self.since.fetch_add(1, Ordering::Relaxed) + 1 == GROUPS {
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
    pub(super) length: i64,
    pub(super) copied: i64,
}

impl Copied {
    fn rest(&self) -> i64 {
        self.length.saturating_sub(self.copied)
    }
}

/// Nothing is lost by it: the log is longer until the next time.
pub(super) fn warn_of(fault: &StorageError) {
    let fault: &dyn std::error::Error = fault;
    tracing::warn!(fault, "the write-ahead log could not be copied into the database");
}

/// Copies from time to time until there is nothing more to come.
pub(super) async fn keep_short(file: File, flushed: Arc<Flushed>, writer: mpsc::WeakSender<Request>) {
    let mut connection = None;
    while flushed.many().await {
        let (file, kept) = (file.clone(), connection.take());
        let done = apart(move || {
            let mut connection = match kept {
                Some(connection) => connection,
                None => SqliteConnection::open(&file)?,
            };
            let copied = round(&mut connection)?;
            Ok((connection, copied))
        });
        match done.await.flatten() {
            Ok((kept, copied)) => {
                connection = Some(kept);
                if copied.length >= LONG && (copied.rest() <= FEW || copied.length >= VERY_LONG) {
                    // If the queue is full, the next round will do.
                    if let Some(writer) = writer.upgrade() {
                        drop(writer.try_send(Request::Copy));
                    }
                }
            }
            Err(fault) => warn_of(&fault),
        }
    }
    // The writer's is to be the last one, which empties the log.
    drop(connection);
}

fn round(connection: &mut SqliteConnection) -> Result<Copied, StorageError> {
    let mut copied = connection.copy_log()?;
    for _ in 1..TRIES {
        if copied.length < LONG || copied.rest() <= FEW {
            break;
        }
        copied = connection.copy_log()?;
    }
    Ok(copied)
}
