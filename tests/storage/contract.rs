//! What every room may rely upon, whatever the engine.

use doorward::domain::{Column, ColumnError, Timestamp, Value};
use doorward::storage::{Durability, Engine, Sql, Storage, StorageError, Tx};

use super::engine::{cut_off, on_both, on_postgres};

const MAKE: Sql = Sql::pair(
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, count INTEGER, active INTEGER, name TEXT, content BLOB) STRICT",
    "CREATE TABLE thing (id BIGINT PRIMARY KEY, count BIGINT, active BOOLEAN, name TEXT, content BYTEA)",
);
const PUT: Sql = Sql::new("INSERT INTO thing (id, count, active, name, content) VALUES ($1, $2, $3, $4, $5)");
const GET: Sql = Sql::new("SELECT id, count, active, name, content FROM thing WHERE id = $1");
/// Long enough at work to be cut off on PostgreSQL, however busy the machine is.
const PUT_MANY: Sql = Sql::new(
    "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000) \
     INSERT INTO thing (id) SELECT $1 + n FROM number",
);
const COUNT: Sql = Sql::new("SELECT COUNT(*) AS total FROM thing");
const CLAIM: Sql = Sql::new("UPDATE thing SET count = $2 WHERE id = $1 AND count IS NULL RETURNING id");

type Thing = (Option<i64>, Option<bool>, Option<String>, Option<Vec<u8>>);

async fn with_table(storage: &Storage) {
    let mut tx = storage.write().await.unwrap();
    tx.query(MAKE).execute().await.unwrap();
    tx.commit().await.unwrap();
}

async fn put(tx: &mut Tx, id: i64, thing: &Thing) -> Result<u64, StorageError> {
    tx.query(PUT)
        .bind(&id)
        .bind(&thing.0)
        .bind(&thing.1)
        .bind(&thing.2)
        .bind(&thing.3)
        .execute()
        .await
}

async fn get(storage: &Storage, id: i64) -> Option<Thing> {
    let mut tx = storage.read().await.unwrap();
    let query = tx.query(GET).bind(&id);
    query
        .optional(|row| {
            Ok((
                row.get("count")?,
                row.get("active")?,
                row.get("name")?,
                row.get("content")?,
            ))
        })
        .await
        .unwrap()
}

async fn count(storage: &Storage) -> i64 {
    let mut tx = storage.read().await.unwrap();
    tx.query(COUNT).one(|row| row.get("total")).await.unwrap()
}

const NOTHING: Thing = (None, None, None, None);

#[tokio::test]
async fn the_four_kinds_of_value_and_their_nulls_come_back_as_they_were_stored() {
    on_both(async |storage| {
        with_table(&storage).await;
        let things: [Thing; 4] = [
            NOTHING,
            (Some(i64::MIN), Some(false), Some(String::new()), Some(Vec::new())),
            (
                Some(i64::MAX),
                Some(true),
                Some("Zoë 日本 🦉 'x'".to_owned()),
                Some((0..=255).collect()),
            ),
            (
                Some(0),
                Some(true),
                Some("a\nb".to_owned()),
                Some(vec![0; 100_000]),
            ),
        ];
        let mut tx = storage.write().await.unwrap();
        for (id, thing) in (1..).zip(&things) {
            assert_eq!(put(&mut tx, id, thing).await.unwrap(), 1);
        }
        tx.commit().await.unwrap();
        for (id, thing) in (1..).zip(things) {
            assert_eq!(
                get(&storage, id).await,
                Some(thing),
                "thing {id} on {:?}",
                storage.engine()
            );
        }
        assert_eq!(get(&storage, 99).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_null_a_wrong_kind_and_a_missing_column_are_told_by_the_name_of_the_column() {
    on_both(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.write().await.unwrap();
        put(&mut tx, 1, &NOTHING).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = storage.read().await.unwrap();
        let null = tx
            .query(GET)
            .bind(&1_i64)
            .one(|row| row.get::<String>("name"))
            .await;
        assert!(matches!(
            null,
            Err(StorageError::Column {
                column: "name",
                source: ColumnError::Null
            })
        ));
        let kind = tx
            .query(GET)
            .bind(&1_i64)
            .one(|row| row.get::<String>("id"))
            .await;
        assert!(
            matches!(
                kind,
                Err(StorageError::Column {
                    column: "id",
                    source: ColumnError::Kind
                })
            ),
            "{kind:?}"
        );
        let missing = tx
            .query(GET)
            .bind(&1_i64)
            .one(|row| row.get::<i64>("colour"))
            .await;
        assert!(matches!(missing, Err(StorageError::NoColumn("colour"))));
        let none = tx.query(GET).bind(&2_i64).one(|row| row.get::<i64>("id")).await;
        assert!(matches!(none, Err(StorageError::NoRow)));
    })
    .await;
}

#[tokio::test]
async fn a_second_row_with_the_same_key_is_a_conflict_and_spends_the_transaction() {
    on_both(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.write().await.unwrap();
        put(&mut tx, 1, &NOTHING).await.unwrap();
        assert!(matches!(
            put(&mut tx, 1, &NOTHING).await,
            Err(StorageError::Conflict(_))
        ));
        assert!(matches!(
            put(&mut tx, 2, &NOTHING).await,
            Err(StorageError::Spent)
        ));
        assert!(matches!(tx.commit().await, Err(StorageError::Spent)));
        assert_eq!(count(&storage).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_fails_while_reading_concerns_itself_only() {
    const WRONG: Sql = Sql::new("SELECT colour FROM thing");
    on_both(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.read().await.unwrap();
        let wrong = tx.query(WRONG).optional(|row| row.get::<i64>("colour")).await;
        assert!(matches!(wrong, Err(StorageError::Statement(_))));
        assert_eq!(
            tx.query(COUNT).one(|row| row.get::<i64>("total")).await.unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_and_a_committed_one_is_seen_by_the_next_reader() {
    on_both(async |storage| {
        with_table(&storage).await;
        for id in 0..20 {
            let mut tx = storage.write().await.unwrap();
            put(&mut tx, id, &NOTHING).await.unwrap();
            if id % 2 == 0 {
                drop(tx);
            } else {
                tx.commit().await.unwrap();
            }
        }
        assert_eq!(count(&storage).await, 10);
        assert_eq!(get(&storage, 0).await, None);
        assert_eq!(get(&storage, 1).await, Some(NOTHING));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_committed_is_seen_by_no_one_else() {
    on_both(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.write().await.unwrap();
        put(&mut tx, 1, &NOTHING).await.unwrap();
        assert_eq!(count(&storage).await, 0);
        assert_eq!(
            tx.query(COUNT).one(|row| row.get::<i64>("total")).await.unwrap(),
            1
        );
        tx.commit().await.unwrap();
        assert_eq!(count(&storage).await, 1);
    })
    .await;
}

#[tokio::test]
async fn of_thirty_two_who_claim_one_row_at_once_one_wins() {
    on_both(async |storage| {
        with_table(&storage).await;
        let mut tx = storage.write().await.unwrap();
        put(&mut tx, 1, &NOTHING).await.unwrap();
        tx.commit().await.unwrap();
        let racers = (0..32_i64).map(|racer| {
            let storage = storage.clone();
            tokio::spawn(async move {
                let mut tx = storage.write().await.unwrap();
                let query = tx.query(CLAIM).bind(&1_i64).bind(&racer);
                let won = query
                    .optional(|row| row.get::<i64>("id"))
                    .await
                    .unwrap()
                    .is_some();
                tx.commit().await.unwrap();
                won.then_some(racer)
            })
        });
        let ends = futures_util::future::join_all(racers).await;
        let winners: Vec<i64> = ends.into_iter().filter_map(|end| end.unwrap()).collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(get(&storage, 1).await.unwrap().0, Some(winners[0]));
    })
    .await;
}

#[tokio::test]
async fn a_statement_cut_off_half_way_spends_its_transaction_and_harms_no_other() {
    on_both(async |storage| {
        with_table(&storage).await;
        for id in 0..5 {
            let mut tx = storage.write().await.unwrap();
            let was_cut_off = cut_off(tx.query(PUT_MANY).bind(&id).execute()).await;
            if storage.engine() == Engine::Sqlite {
                // It ends where it began; whoever goes away then has not committed.
                assert!(!was_cut_off);
                continue;
            }
            assert!(was_cut_off);
            let next = put(&mut tx, id, &NOTHING).await;
            assert!(matches!(next, Err(StorageError::Spent)));
            assert!(matches!(tx.commit().await, Err(StorageError::Spent)));
        }
        assert_eq!(count(&storage).await, 0);
        let mut tx = storage.write().await.unwrap();
        put(&mut tx, 1, &NOTHING).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&storage).await, 1);
    })
    .await;
}

#[tokio::test]
async fn more_readers_than_connections_wait_for_one_another() {
    on_both(async |storage| {
        with_table(&storage).await;
        let readers = (0..200).map(|_| {
            let storage = storage.clone();
            tokio::spawn(async move { count(&storage).await })
        });
        for reader in futures_util::future::join_all(readers).await {
            assert_eq!(reader.unwrap(), 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_reading_unit_of_sqlite_cannot_write() {
    super::engine::on_sqlite(async |storage| {
        with_table(&storage).await;
        assert_eq!(storage.engine(), Engine::Sqlite);
        let mut tx = storage.read().await.unwrap();
        assert!(matches!(
            put(&mut tx, 1, &NOTHING).await,
            Err(StorageError::Statement(_))
        ));
        drop(tx);
        assert_eq!(count(&storage).await, 0);
    })
    .await;
}

#[tokio::test]
async fn moments_and_identifiers_sort_alike_on_both_engines() {
    const SORTED: Sql = Sql::new("SELECT slug FROM organisation ORDER BY slug");
    const ADD: Sql = Sql::new(
        "INSERT INTO organisation (id, slug, name, status, created_at, updated_at) VALUES ($1, $1, $1, $1, $2, $2)",
    );
    on_both(async |storage| {
        let mut tx = storage.write().await.unwrap();
        for word in ["b", "A", "a", "Z", "ä", "a-b", "a_b", "aa", "1"] {
            let now = Timestamp::from_micros(1);
            tx.query(ADD)
                .bind(&word)
                .bind_value(now.to_value())
                .execute()
                .await
                .unwrap();
        }
        let sorted = tx
            .query(SORTED)
            .all(|row| row.get::<String>("slug"))
            .await
            .unwrap();
        assert_eq!(sorted, ["1", "A", "Z", "a", "a-b", "a_b", "aa", "b", "ä"]);
        let raw = tx
            .query(SORTED)
            .all(|row| row.get::<String>("slug").map(|text| Value::Text(Some(text))))
            .await;
        assert_eq!(raw.unwrap().len(), 9);
    })
    .await;
}

#[tokio::test]
async fn a_relaxed_unit_of_postgresql_does_not_wait_for_the_disk_and_the_next_one_does() {
    const ASKED: Sql = Sql::new("SELECT current_setting('synchronous_commit') AS asked");
    on_postgres(async |storage| {
        for (durability, expected) in [
            (Durability::Flushed, "on"),
            (Durability::Relaxed, "off"),
            (Durability::Flushed, "on"),
        ] {
            let mut tx = storage.write_as(durability).await.unwrap();
            let asked: String = tx.query(ASKED).one(|row| row.get("asked")).await.unwrap();
            assert_eq!(asked, expected, "{durability:?}");
            tx.commit().await.unwrap();
        }
    })
    .await;
}
