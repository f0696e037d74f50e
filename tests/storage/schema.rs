//! Both engines have the same tables, columns and indexes.

use std::collections::BTreeSet;

use doorward::storage::{Sql, Storage};

use super::engine::{on_postgres, on_sqlite};

/// Table, column, kind, and whether NULL is allowed.
const COLUMNS: Sql = Sql::pair(
    "SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || \
     CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'always' ELSE 'perhaps' END AS line \
     FROM sqlite_master m JOIN pragma_table_info(m.name) c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> '_sqlx_migrations'",
    "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || \
     CASE WHEN is_nullable = 'NO' THEN 'always' ELSE 'perhaps' END AS line \
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' \
     AND table_name IN (SELECT tablename FROM pg_tables)",
);

/// Indexes that a migration names; each engine makes others by itself for its keys.
const INDEXES: Sql = Sql::pair(
    "SELECT tbl_name || ' ' || name AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "SELECT tablename || ' ' || indexname AS line FROM pg_indexes \
     WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' \
     AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
);

/// Texts that do not sort by bytes would page in another order than SQLite's.
const SORTED_BY_LANGUAGE: Sql = Sql::new(
    "SELECT table_name || '.' || column_name AS line FROM information_schema.columns \
     WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' \
     AND table_name <> '_sqlx_migrations'",
);

async fn lines(storage: &Storage, sql: Sql) -> BTreeSet<String> {
    let mut tx = storage.read().await.unwrap();
    let lines = tx.query(sql).all(|row| row.get::<String>("line")).await.unwrap();
    lines.into_iter().collect()
}

/// The kinds of both engines in one language. A boolean of SQLite is an integer: known by its PostgreSQL twin.
fn in_one_language(line: &str) -> String {
    line.replace(" bigint ", " INTEGER ")
        .replace(" boolean ", " INTEGER ")
        .replace(" bytea ", " BLOB ")
        .replace(" text ", " TEXT ")
}

async fn compare(sql: Sql) {
    let lines = async |storage: Storage| -> BTreeSet<String> {
        lines(&storage, sql)
            .await
            .iter()
            .map(|line| in_one_language(line))
            .collect()
    };
    let sqlite = std::sync::Mutex::new(BTreeSet::new());
    on_sqlite(async |storage| *sqlite.lock().unwrap() = lines(storage).await).await;
    let sqlite = sqlite.into_inner().unwrap();
    assert!(!sqlite.is_empty());
    on_postgres(async |storage| {
        let postgres = lines(storage).await;
        let differing: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
        assert!(differing.is_empty(), "not on both engines: {differing:#?}");
    })
    .await;
}

#[tokio::test]
async fn both_engines_have_the_same_columns() {
    compare(COLUMNS).await;
}

#[tokio::test]
async fn both_engines_have_the_same_indexes() {
    compare(INDEXES).await;
}

#[tokio::test]
async fn every_text_of_postgresql_sorts_by_bytes() {
    on_postgres(async |storage| {
        assert_eq!(lines(&storage, SORTED_BY_LANGUAGE).await, BTreeSet::new());
    })
    .await;
}
