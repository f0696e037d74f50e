//! Statements of SQLite run in the thread that asks, and keep nobody waiting for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use doorward::storage::{Sql, Storage};

use super::engine::open;

/// Counts for tenths of a second.
const LONG: Sql = Sql::new(
    "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $1) \
     SELECT MAX(n) AS last, COUNT(*) AS count FROM number",
);
const SEVERAL: Sql = Sql::new(
    "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $1) SELECT n FROM number",
);
const MAKE: Sql = Sql::new("CREATE TABLE mark (n BIGINT PRIMARY KEY)");
const FILL: Sql = Sql::new(
    "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1000) \
     INSERT INTO mark (n) SELECT n FROM number",
);
const EMPTY: Sql = Sql::new("DELETE FROM mark WHERE n >= 0 AND (SELECT COUNT(*) FROM mark a, mark b) > 0");
const COUNT: Sql = Sql::new("SELECT COUNT(*) AS count FROM mark");
const MANY: i64 = 1_000_000;

async fn count_to(storage: &Storage, many: i64) -> (i64, i64) {
    let mut tx = storage.read().await.unwrap();
    let query = tx.query(LONG).bind(&many);
    query
        .one(|row| Ok((row.get("last")?, row.get("count")?)))
        .await
        .unwrap()
}

async fn with_storage(test: impl AsyncFnOnce(Storage)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let storage = open(&url).await;
    test(storage.clone()).await;
    storage.close().await;
}

/// Runs a statement; answers whether something else of a runtime of one thread came to its turn meanwhile.
async fn others_run_beside(statement: impl Future<Output = ()> + Send + 'static) -> bool {
    let (under_way, turns) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let other = tokio::spawn({
        let (under_way, turns) = (Arc::clone(&under_way), Arc::clone(&turns));
        async move {
            loop {
                if under_way.load(Ordering::SeqCst) {
                    turns.fetch_add(1, Ordering::SeqCst);
                }
                tokio::task::yield_now().await;
            }
        }
    });
    let worker = tokio::spawn(async move {
        under_way.store(true, Ordering::SeqCst);
        statement.await;
        under_way.store(false, Ordering::SeqCst);
    });
    worker.await.unwrap();
    other.abort();
    turns.load(Ordering::SeqCst) > 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn long_statements_that_read_let_others_go_on() {
    with_storage(async |storage| {
        let mut tx = storage.read().await.unwrap();
        let first = async move {
            let asked = tx.query(LONG).bind(&MANY);
            let count = asked.one(|row| row.get::<i64>("count")).await.unwrap();
            assert_eq!(count, MANY);
        };
        assert!(others_run_beside(first).await);
        let mut tx = storage.read().await.unwrap();
        let all = async move {
            let asked = tx.query(SEVERAL).bind(&MANY);
            let all = asked.all(|row| row.get::<i64>("n")).await.unwrap();
            assert!(all.into_iter().eq(1..=MANY));
        };
        assert!(others_run_beside(all).await);
        // The limit is of each statement, not of the connection.
        for many in 1..200 {
            assert_eq!(count_to(&storage, many).await, (many, many));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_long_statement_that_reads_leaves_its_transaction_as_it_was() {
    with_storage(async |storage| {
        let mut tx = storage.write().await.unwrap();
        tx.query(MAKE).execute().await.unwrap();
        assert_eq!(tx.query(FILL).execute().await.unwrap(), 1_000);
        let long = tx.query(LONG).bind(&MANY);
        let last: i64 = long.one(|row| row.get("last")).await.unwrap();
        assert_eq!(last, MANY);
        tx.commit().await.unwrap();
        let mut tx = storage.read().await.unwrap();
        let count: i64 = tx.query(COUNT).one(|row| row.get("count")).await.unwrap();
        assert_eq!(count, 1_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_long_deletion_lets_others_go_on() {
    with_storage(async |storage| {
        let mut tx = storage.write().await.unwrap();
        tx.query(MAKE).execute().await.unwrap();
        tx.query(FILL).execute().await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = storage.write().await.unwrap();
        let empty = async move { assert_eq!(tx.query(EMPTY).execute().await.unwrap(), 1_000) };
        assert!(others_run_beside(empty).await);
    })
    .await;
}

#[tokio::test]
async fn a_long_statement_is_answered_where_there_is_one_thread_only() {
    with_storage(async |storage| assert_eq!(count_to(&storage, MANY).await, (MANY, MANY))).await;
}
