//! Migrations: applied once, the same on both engines, never against a newer database.

use std::pin::pin;
use std::time::Duration;

use doorward::storage::{Sql, Storage, StorageError};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _};

use super::engine::{on_both, open, options, with_postgres_url};

const FROM_THE_FUTURE: Sql = Sql::new(
    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
     VALUES ($1, $2, $3, $4, $5)",
);

#[tokio::test]
async fn a_migrated_database_is_current_and_migrating_it_again_changes_nothing() {
    on_both(async |storage| {
        let status = storage.migration_status().await.unwrap();
        assert!(status.is_current(), "{status:?}");
        storage.migrate().await.unwrap();
        assert_eq!(storage.migration_status().await.unwrap(), status);
        storage.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_has_all_migrations_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("deep/folder/test.db").display());
    let sqlite = open(&url).await.migration_status().await.unwrap();
    with_postgres_url(async |url| {
        let postgres = open(&url).await.migration_status().await.unwrap();
        assert_eq!(sqlite, postgres);
        assert_eq!(postgres.applied, 0);
        assert_eq!(postgres.pending.first(), Some(&"0001_audit"));
        let last = format!("{:04}_", postgres.known);
        assert!(
            postgres
                .pending
                .last()
                .is_some_and(|name| name.starts_with(&last))
        );
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_with_a_message_that_helps() {
    on_both(async |storage| {
        let mut tx = storage.write().await.unwrap();
        let query = tx
            .query(FROM_THE_FUTURE)
            .bind(&9_999_i64)
            .bind(&"the future")
            .bind(&true);
        query.bind(&vec![1_u8]).bind(&0_i64).execute().await.unwrap();
        tx.commit().await.unwrap();
        let fault = storage.migrate().await.unwrap_err();
        assert!(
            matches!(fault, StorageError::Newer { found: 9_999, .. }),
            "{fault:?}"
        );
        let text = fault.to_string();
        assert!(
            text.contains("9999") && text.contains("newer version") && text.contains("backup"),
            "{text}"
        );
        assert!(!storage.migration_status().await.unwrap().is_current());
    })
    .await;
}

#[tokio::test]
async fn replicas_that_start_at_once_migrate_a_postgresql_database_once() {
    with_postgres_url(async |url| {
        let replicas = (0..4).map(|_| async { open(&url).await.migrate().await });
        for end in futures_util::future::join_all(replicas).await {
            end.unwrap();
        }
        assert!(open(&url).await.migration_status().await.unwrap().is_current());
    })
    .await;
}

#[tokio::test]
async fn replicas_that_start_at_once_make_a_sqlite_file_once() {
    // Often enough that they meet at every step.
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("new.db").display());
        let replicas = (0..4).map(|_| async {
            let storage = Storage::open(&options(&url)).await?;
            storage.migrate().await?;
            storage.migration_status().await
        });
        for end in futures_util::future::join_all(replicas).await {
            assert!(end.unwrap().is_current());
        }
    }
}

#[tokio::test]
async fn opening_waits_for_whoever_is_just_making_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.db");
    let making = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let mut other = SqliteConnection::connect_with(&making).await.unwrap();
    other.execute("CREATE TABLE early (one TEXT)").await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let options = options(&format!("sqlite:{}", file.display()));
    let mut opening = pin!(Storage::open(&options));
    let early = tokio::time::timeout(Duration::from_millis(100), &mut opening).await;
    assert!(early.is_err(), "{early:?}");
    other.execute("COMMIT").await.unwrap();
    opening.await.unwrap().migrate().await.unwrap();
}
