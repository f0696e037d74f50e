//! Group commit on SQLite: acts share flushes, and nothing else.

use std::time::Duration;

use doorward::storage::{Durability, Sql, Storage, StorageError};
use futures_util::future::join_all;

use super::engine::{cut_off, on_sqlite, open};

const MAKE: Sql = Sql::new("CREATE TABLE mark (writer BIGINT PRIMARY KEY)");
const PUT: Sql = Sql::new("INSERT INTO mark (writer) VALUES ($1)");
const ALL: Sql = Sql::new("SELECT writer FROM mark ORDER BY writer");

async fn with_table(storage: &Storage) {
    let mut tx = storage.write().await.unwrap();
    tx.query(MAKE).execute().await.unwrap();
    tx.commit().await.unwrap();
}

async fn put(storage: &Storage, writer: i64) -> Result<(), StorageError> {
    put_as(storage, Durability::Flushed, writer).await
}

async fn put_as(storage: &Storage, durability: Durability, writer: i64) -> Result<(), StorageError> {
    let mut tx = storage.write_as(durability).await?;
    tx.query(PUT).bind(&writer).execute().await?;
    tx.commit().await
}

async fn all(storage: &Storage) -> Vec<i64> {
    let mut tx = storage.read().await.unwrap();
    tx.query(ALL).all(|row| row.get("writer")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_at_once_are_all_on_disk_after_fewer_flushes() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let storage = open(&url).await;
    with_table(&storage).await;
    let before = storage.write_count().unwrap();
    let writers = (0..64).map(|writer| {
        let storage = storage.clone();
        tokio::spawn(async move {
            put(&storage, writer).await.unwrap();
            // What commit has answered is seen by a connection that shares nothing with the writer.
            assert!(all(&storage).await.contains(&writer));
        })
    });
    for end in join_all(writers).await {
        end.unwrap();
    }
    let after = storage.write_count().unwrap();
    assert_eq!(after.commits - before.commits, 64);
    assert!(
        after.flushes - before.flushes < 64,
        "{} flushes",
        after.flushes - before.flushes
    );

    // The house falls without a word to the database; another one opens what is on disk.
    let copy = folder.path().join("copy.db");
    std::fs::copy(folder.path().join("test.db"), &copy).unwrap();
    std::fs::copy(
        folder.path().join("test.db-wal"),
        folder.path().join("copy.db-wal"),
    )
    .unwrap();
    let found = open(&format!("sqlite:{}", copy.display())).await;
    assert_eq!(all(&found).await, (0..64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_write_ahead_log_starts_again_while_others_write_and_is_gone_after_closing() {
    const MAKE: Sql = Sql::new("CREATE TABLE page (id BIGINT PRIMARY KEY, body BYTEA)");
    const PUT: Sql = Sql::new("INSERT INTO page (id, body) VALUES ($1, $2)");
    const SUM: Sql = Sql::new("SELECT COUNT(*) AS n FROM page WHERE LENGTH(body) = 80000");
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let log = folder.path().join("test.db-wal");
    let storage = open(&url).await;
    let mut tx = storage.write().await.unwrap();
    tx.query(MAKE).execute().await.unwrap();
    tx.commit().await.unwrap();
    // 80 megabytes, of which no commit copies any: at sixty that would begin.
    let writers = (0..4_i64).map(|writer| {
        let storage = storage.clone();
        tokio::spawn(async move {
            for number in 0..250 {
                let mut tx = storage.write().await.unwrap();
                let put = tx.query(PUT).bind(&(writer * 250 + number));
                put.bind(&vec![7_u8; 80_000]).execute().await.unwrap();
                tx.commit().await.unwrap();
            }
        })
    });
    for end in join_all(writers).await {
        end.unwrap();
    }
    let length = std::fs::metadata(&log).unwrap().len();
    assert!(length < 50_000_000, "{length} bytes");
    storage.close().await;
    assert!(!log.exists(), "all is in the file");
    let found = open(&url).await;
    let mut tx = found.read().await.unwrap();
    let count: i64 = tx.query(SUM).one(|row| row.get("n")).await.unwrap();
    assert_eq!(count, 1_000);
}

#[tokio::test]
async fn a_lone_writer_does_not_wait_for_company() {
    on_sqlite(async |storage| {
        with_table(&storage).await;
        let before = storage.write_count().unwrap();
        for writer in 0..5 {
            put(&storage, writer).await.unwrap();
        }
        let after = storage.write_count().unwrap();
        assert_eq!(after.flushes - before.flushes, 5);
    })
    .await;
}

#[tokio::test]
async fn what_may_be_lost_with_the_power_waits_for_no_flush_alone_and_shares_that_of_others() {
    on_sqlite(async |storage| {
        with_table(&storage).await;
        let before = storage.write_count().unwrap();
        for writer in 0..5 {
            put_as(&storage, Durability::Relaxed, writer).await.unwrap();
            assert!(all(&storage).await.contains(&writer), "others see it");
        }
        let after = storage.write_count().unwrap();
        assert_eq!(
            (after.commits, after.flushes),
            (before.commits + 5, before.flushes)
        );
        put(&storage, 5).await.unwrap();
        assert_eq!(storage.write_count().unwrap().flushes, before.flushes + 1);

        // They wait while another one writes: what must be flushed is, in whatever order they come.
        let holder = storage.write().await.unwrap();
        let waiting = (6..70).map(|writer| {
            let durability = match writer % 4 {
                0 => Durability::Flushed,
                _ => Durability::Relaxed,
            };
            put_as(&storage, durability, writer)
        });
        let (ends, ()) = tokio::join!(join_all(waiting), async {
            tokio::task::yield_now().await;
            drop(holder);
        });
        assert!(ends.into_iter().all(|end| end.is_ok()));
        assert_eq!(all(&storage).await, (0..70).collect::<Vec<_>>());
        let last = storage.write_count().unwrap();
        assert_eq!(last.commits, before.commits + 70);
        let flushes = last.flushes - before.flushes - 1;
        assert!((1..=16).contains(&flushes), "{flushes}");
    })
    .await;
}

#[tokio::test]
async fn acts_that_fail_are_dropped_or_are_cancelled_do_no_harm_to_their_neighbours() {
    on_sqlite(async |storage| {
        with_table(&storage).await;
        let acts = (0..300_i64).map(|number| {
            let storage = storage.clone();
            async move {
                match number % 5 {
                    // A conflict with its own first statement.
                    0 => {
                        let mut tx = storage.write().await.unwrap();
                        tx.query(PUT).bind(&number).execute().await.unwrap();
                        assert!(matches!(
                            tx.query(PUT).bind(&number).execute().await,
                            Err(StorageError::Conflict(_))
                        ));
                    }
                    // Dropped with its work done.
                    1 => {
                        let mut tx = storage.write().await.unwrap();
                        tx.query(PUT).bind(&number).execute().await.unwrap();
                    }
                    // Cancelled at some moment: in the queue, in a statement, or in the commit.
                    2 => {
                        let patience = Duration::from_micros(u64::try_from(number).unwrap() * 40);
                        let _cancelled = tokio::time::timeout(patience, put(&storage, number)).await;
                    }
                    _ => put(&storage, number).await.unwrap(),
                }
            }
        });
        join_all(acts).await;
        let found = all(&storage).await;
        let kept = |number: &i64| found.contains(number);
        assert!(
            (0..300)
                .filter(|number| number % 5 >= 3)
                .all(|number| kept(&number))
        );
        assert!(
            !(0..300)
                .filter(|number| number % 5 <= 1)
                .any(|number| kept(&number))
        );
        // The writer is neither lost nor stuck.
        put(&storage, 1_000).await.unwrap();
        assert!(all(&storage).await.contains(&1_000));
    })
    .await;
}

#[tokio::test]
async fn a_commit_whose_caller_is_gone_is_kept_all_the_same() {
    on_sqlite(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.write().await.unwrap();
        tx.query(PUT).bind(&1_i64).execute().await.unwrap();
        // Looked at once: the turn is over and the flush under way; nobody waits for it.
        assert!(cut_off(tx.commit()).await);
        put(&storage, 2).await.unwrap();
        assert_eq!(all(&storage).await, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_flush_that_fails_fails_every_act_of_its_group_and_the_next_group_is_well() {
    const PARENT: Sql = Sql::new("CREATE TABLE parent (id BIGINT PRIMARY KEY)");
    const CHILD: Sql =
        Sql::new("CREATE TABLE child (id BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
    const ORPHAN: Sql = Sql::new("INSERT INTO child (id) VALUES ($1)");
    on_sqlite(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.write().await.unwrap();
        tx.query(PARENT).execute().await.unwrap();
        tx.query(CHILD).execute().await.unwrap();
        tx.commit().await.unwrap();
        // A deferred constraint is looked at when the group is committed: the surest way to make a flush fail.
        let orphan = async {
            let mut tx = storage.write().await.unwrap();
            tx.query(ORPHAN).bind(&1_i64).execute().await.unwrap();
            tx.commit().await
        };
        let (orphan, first, second) = tokio::join!(orphan, put(&storage, 1), put(&storage, 2));
        for end in [orphan, first, second] {
            let fault = end.unwrap_err();
            assert!(matches!(fault, StorageError::Flush(_)), "{fault:?}");
            assert!(fault.is_passing());
        }
        assert!(all(&storage).await.is_empty());
        put(&storage, 3).await.unwrap();
        assert_eq!(all(&storage).await, [3]);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_the_engine_ends_by_itself_is_lost_for_those_before_and_nobody_after() {
    const ROLL_BACK: Sql = Sql::new("INSERT OR ROLLBACK INTO mark (writer) VALUES ($1)");
    on_sqlite(async |storage| {
        with_table(&storage).await;
        put(&storage, 1).await.unwrap();
        let breaking = async {
            let mut tx = storage.write().await.unwrap();
            let broken = tx.query(ROLL_BACK).bind(&1_i64).execute().await;
            assert!(matches!(broken, Err(StorageError::Conflict(_))), "{broken:?}");
        };
        let (before, (), after) = tokio::join!(put(&storage, 2), breaking, put(&storage, 3));
        let fault = before.unwrap_err();
        assert!(matches!(fault, StorageError::Flush(_)), "{fault:?}");
        after.unwrap();
        assert_eq!(all(&storage).await, [1, 3]);
        // Alone it harms nobody.
        breaking_alone(&storage, ROLL_BACK).await;
        put(&storage, 4).await.unwrap();
        assert_eq!(all(&storage).await, [1, 3, 4]);
    })
    .await;
}

async fn breaking_alone(storage: &Storage, statement: Sql) {
    let mut tx = storage.write().await.unwrap();
    assert!(tx.query(statement).bind(&1_i64).execute().await.is_err());
}

#[tokio::test]
async fn a_lock_of_another_program_is_waited_for_and_no_longer_than_was_configured() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let mut options = super::engine::options(&url);
    options.wait = Duration::from_millis(200);
    let storage = Storage::open(&options).await.unwrap();
    with_table(&storage).await;
    let other = open(&url).await;
    let holder = other.write().await.unwrap();
    assert!(matches!(put(&storage, 1).await, Err(StorageError::Busy(_))));
    let patient = open(&url).await;
    let released = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(holder);
    };
    let (kept, ()) = tokio::join!(put(&patient, 2), released);
    kept.unwrap();
    put(&storage, 3).await.unwrap();
    assert_eq!(all(&storage).await, [2, 3]);
}

#[tokio::test]
async fn who_waits_too_long_for_a_turn_is_told_that_the_database_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = super::engine::options(&format!("sqlite:{}", folder.path().join("test.db").display()));
    options.wait = Duration::from_millis(50);
    let storage = Storage::open(&options).await.unwrap();
    with_table(&storage).await;
    let holder = storage.write().await.unwrap();
    assert!(matches!(put(&storage, 1).await, Err(StorageError::Busy(_))));
    drop(holder);
    put(&storage, 2).await.unwrap();
    assert_eq!(all(&storage).await, [2]);
}

#[tokio::test]
async fn after_closing_writers_and_readers_are_told_that_the_database_is_away() {
    on_sqlite(async |storage| {
        with_table(&storage).await;
        put(&storage, 1).await.unwrap();
        storage.close().await;
        assert!(matches!(
            put(&storage, 2).await,
            Err(StorageError::Unavailable(_))
        ));
        assert!(matches!(storage.read().await, Err(StorageError::Unavailable(_))));
        assert!(matches!(storage.ping().await, Err(StorageError::Unavailable(_))));
    })
    .await;
}
