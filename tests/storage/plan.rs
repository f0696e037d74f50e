//! How the engines find what every request asks for: by an index, however many rows there are.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use super::engine::{open, with_postgres_url};
use super::statement::statements;

/// The statements that look up one client or its secrets, to read or to change them.
fn of_one_client() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for statement in statements() {
        let words = statement.sqlite.split_whitespace().collect::<Vec<_>>().join(" ");
        let client = words.contains("FROM client WHERE id = $1") || words.starts_with("UPDATE client SET");
        let secret = ["FROM client_secret WHERE", "UPDATE client_secret SET"]
            .iter()
            .any(|part| words.contains(part));
        if client || secret {
            found.push((statement.place, statement.sqlite, statement.postgres));
        }
    }
    found
}

#[expect(
    clippy::disallowed_methods,
    reason = "the texts are read from our own sources"
)]
async fn on_sqlite(connection: &mut SqliteConnection, text: &str) -> String {
    let asked = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
    let rows = connection.fetch_all(asked).await.unwrap();
    let details = rows.iter().map(|row| row.get::<String, _>("detail"));
    details.collect::<Vec<_>>().join("\n")
}

/// The plan for any values, as an engine that would rather use an index makes it: a table of a few rows is read whole otherwise.
#[expect(
    clippy::disallowed_methods,
    reason = "the texts are read from our own sources"
)]
async fn on_postgres(connection: &mut PgConnection, text: &str) -> String {
    let values = (1..).take_while(|number| text.contains(&format!("${number}")));
    let values = values.map(|_| "NULL").collect::<Vec<_>>().join(", ");
    let prepare = format!(
        "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE asked AS {text}"
    );
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(prepare)))
        .await
        .unwrap();
    let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE asked({values})"));
    let rows = connection.fetch_all(sqlx::raw_sql(explain)).await.unwrap();
    connection
        .execute(sqlx::raw_sql("DEALLOCATE asked"))
        .await
        .unwrap();
    let lines = rows.iter().map(|row| row.get::<String, _>(0));
    lines.collect::<Vec<_>>().join("\n")
}

/// Shows each statement's plan of both engines.
async fn explained(asked: &[(String, String, String)], look: impl Fn(&str, &str, bool)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    open(&format!("sqlite:{}", path.display()))
        .await
        .migrate()
        .await
        .unwrap();
    let options = SqliteConnectOptions::new().filename(path);
    let mut sqlite = SqliteConnection::connect_with(&options).await.unwrap();
    with_postgres_url(async |url| {
        open(&url).await.migrate().await.unwrap();
        let mut postgres = PgConnection::connect(&url).await.unwrap();
        for (place, left, right) in asked {
            look(place, &on_sqlite(&mut sqlite, left).await, true);
            look(place, &on_postgres(&mut postgres, right).await, false);
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_and_its_secrets_are_found_by_an_index_among_however_many() {
    let asked = of_one_client();
    assert!(
        asked.len() >= 8,
        "only {} statements of one client found",
        asked.len()
    );
    explained(&asked, |place, plan, sqlite| {
        let by_index = if sqlite {
            plan.contains("SEARCH client") && plan.contains("INDEX") && !plan.contains("SCAN")
        } else {
            let is_scan = plan.contains("Index Scan") || plan.contains("Index Only Scan");
            is_scan && plan.contains("Index Cond") && !plan.contains("Seq Scan")
        };
        assert!(by_index, "{place}: {plan}");
    })
    .await;
}

/// The indexes by which a sign-in is compared with those before it, and one event is found by its position, each with the words by which
/// its statement is found.
const OF_RECORD: [(&str, &str); 5] = [
    ("event_refused", "AND outcome = 'refused' AND"),
    ("event_target", "AND outcome = 'success' ORDER BY"),
    ("event_target", "WHERE actor_id = $1 AND (at, writer, counter)"),
    ("event_run_chain", "WHERE run.first <= $1 ORDER BY run.first DESC"),
    ("recorded_sign_in_sure", "acr <> 'urn:doorward:acr:1'"),
];

#[tokio::test]
async fn what_is_on_record_is_found_by_an_index_however_much_there_is() {
    for (index, words) in OF_RECORD {
        let all = statements().into_iter();
        let asked: Vec<_> = all
            .filter(|one| {
                one.sqlite
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .contains(words)
            })
            .map(|one| (one.place, one.sqlite, one.postgres))
            .collect();
        assert_eq!(asked.len(), 1, "{words}");
        explained(&asked, |place, plan, _| {
            // Each part of the statement by it.
            let parts = if index == "event_refused" { 2 } else { 1 };
            assert!(plan.matches(index).count() >= parts, "{place}: {plan}");
            assert!(
                !plan.contains("Seq Scan") && !plan.contains("SCAN event"),
                "{place}: {plan}"
            );
        })
        .await;
    }
}
