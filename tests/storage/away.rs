//! PostgreSQL goes away and comes back, and the house needs no restart.

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward::storage::{Sql, Storage, StorageError};
use sqlx::postgres::PgConnectOptions;
use tokio::net::TcpListener;

use super::engine::{command, open, options, with_postgres_url};
use crate::support::{Wire, wire_to};

const COUNT: Sql = Sql::new("SELECT COUNT(*) AS total FROM organisation");
const ADD: Sql = Sql::new(
    "INSERT INTO organisation (id, slug, name, status, created_at, updated_at) VALUES ($1, $1, $1, $1, $2, $2)",
);

async fn add(storage: &Storage, word: &str) -> Result<(), StorageError> {
    let mut tx = storage.write().await?;
    tx.query(ADD).bind(&word).bind(&0_i64).execute().await?;
    tx.commit().await
}

async fn count(storage: &Storage) -> Result<i64, StorageError> {
    storage
        .read()
        .await?
        .query(COUNT)
        .one(|row| row.get("total"))
        .await
}

#[tokio::test]
async fn a_server_that_was_away_is_used_again_when_it_is_back() {
    with_postgres_url(async |url| {
        let (by_wire, wire) = wire_to(&url).await;
        let storage = open(&by_wire).await;
        storage.migrate().await.unwrap();
        add(&storage, "before").await.unwrap();
        let mut under_way = storage.write().await.unwrap();
        under_way
            .query(ADD)
            .bind(&"lost")
            .bind(&0_i64)
            .execute()
            .await
            .unwrap();

        wire.send_replace(Wire::Cut);
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        for fault in [
            count(&storage).await.unwrap_err(),
            add(&storage, "never").await.unwrap_err(),
            storage.ping().await.unwrap_err(),
            under_way.commit().await.unwrap_err(),
        ] {
            assert!(matches!(fault, StorageError::Unavailable(_)), "{fault:?}");
            assert!(fault.is_passing());
        }
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "the fault was told after {:?}",
            begun.elapsed()
        );

        wire.send_replace(Wire::Whole);
        add(&storage, "after").await.unwrap();
        assert_eq!(count(&storage).await.unwrap(), 2);
        storage.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn connections_that_the_server_has_closed_are_replaced_without_anyone_noticing() {
    with_postgres_url(async |url| {
        let storage = Arc::new(open(&url).await);
        storage.migrate().await.unwrap();
        let readers = (0..8).map(|_| storage.read());
        drop(futures_util::future::join_all(readers).await);
        let server: PgConnectOptions = url.parse().unwrap();
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
        command(&server, others.to_owned()).await;
        // A write begins with a question whose repetition is harmless, so it is asked once more at once.
        add(&storage, "after").await.unwrap();
        assert_eq!(count(&storage).await.unwrap(), 1);
        // A read trusts a connection that was used in the last second only.
        drop(futures_util::future::join_all((0..8).map(|_| storage.read())).await);
        command(&server, others.to_owned()).await;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(count(&storage).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_nowhere_is_told_as_away_in_short_time() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let storage = Storage::open(&options(&format!("postgres://doorward@{nobody}/doorward")))
        .await
        .unwrap();
    let begun = Instant::now();
    assert!(matches!(storage.ping().await, Err(StorageError::Unavailable(_))));
    assert!(matches!(
        storage.migrate().await,
        Err(StorageError::Unavailable(_))
    ));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_lock_that_is_not_given_in_time_is_told_as_busy() {
    const LOCK_TIMEOUT: Sql = Sql::new("SELECT set_config('lock_timeout', '50ms', $1) AS set");
    const RENAME: Sql = Sql::new("UPDATE organisation SET name = $2 WHERE id = $1");
    with_postgres_url(async |url| {
        let storage = open(&url).await;
        storage.migrate().await.unwrap();
        add(&storage, "one").await.unwrap();
        let mut holder = storage.write().await.unwrap();
        holder
            .query(RENAME)
            .bind(&"one")
            .bind(&"first")
            .execute()
            .await
            .unwrap();
        let mut other = storage.write().await.unwrap();
        other
            .query(LOCK_TIMEOUT)
            .bind(&true)
            .one(|row| row.get::<String>("set"))
            .await
            .unwrap();
        let refused = other.query(RENAME).bind(&"one").bind(&"second").execute().await;
        assert!(matches!(refused, Err(StorageError::Busy(_))), "{refused:?}");
        holder.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn limits_and_isolation_of_postgresql_are_set() {
    const SETTING: Sql = Sql::new("SELECT current_setting($1) AS setting");
    with_postgres_url(async |url| {
        let storage = open(&url).await;
        let mut tx = storage.read().await.unwrap();
        for (name, expected) in [
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
            ("transaction_isolation", "read committed"),
            ("synchronous_commit", "on"),
        ] {
            let query = tx.query(SETTING).bind(&name);
            assert_eq!(
                query.one(|row| row.get::<String>("setting")).await.unwrap(),
                expected,
                "{name}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_password_of_the_database_is_never_printed() {
    let storage = Storage::open(&options("postgres://doorward:open-sesame@127.0.0.1:1/doorward"))
        .await
        .unwrap();
    let fault = storage.ping().await.unwrap_err();
    assert!(!format!("{storage:?} {fault:?} {fault}").contains("sesame"));
    let bad = Storage::open(&options("postgres://doorward:open-sesame@:x:/"))
        .await
        .unwrap_err();
    assert!(!format!("{bad:?} {bad}").contains("sesame"));
}
