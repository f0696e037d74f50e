//! A migrated database on one engine, and events to write into it.

use std::time::Duration;

use doorward::audit::Recorder;
use doorward::domain::{Actor, CorrelationId, Event, EventKind, Outcome, Secret, Seen, Target, Timestamp};
use doorward::storage::{Engine, Options, Sql, Storage};
use sqlx::{Connection as _, Executor as _};

pub(super) const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// A log with nothing in it.
pub(super) struct Log {
    pub(super) storage: Storage,
    pub(super) recorder: Recorder,
    _folder: tempfile::TempDir,
}

impl Log {
    pub(super) async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("log.db").display()),
            Engine::Postgres => new_postgres().await,
        };
        let options = Options {
            url: Secret::new(url),
            connections: 8,
            wait: Duration::from_secs(20),
        };
        let storage = Storage::open(&options).await.unwrap();
        storage.migrate().await.unwrap();
        let recorder = Recorder::start(storage.clone(), [7; 32]);
        Self {
            storage,
            recorder,
            _folder: folder,
        }
    }

    /// Runs a statement that nobody but an attacker would.
    pub(super) async fn tamper(&self, sql: Sql) -> u64 {
        let mut tx = self.storage.write().await.unwrap();
        let changed = tx.query(sql).execute().await.unwrap();
        tx.commit().await.unwrap();
        changed
    }

    pub(super) async fn count(&self, sql: Sql) -> i64 {
        let mut tx = self.storage.read().await.unwrap();
        tx.query(sql).one(|row| row.get("n")).await.unwrap()
    }
}

async fn new_postgres() -> String {
    let server = std::env::var("DOORWARD_TEST_POSTGRES")
        .expect("DOORWARD_TEST_POSTGRES names the PostgreSQL to test with: run the tests by tests/run");
    let name = format!("audit_{}", uuid::Uuid::new_v4().simple());
    let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
    let statement = format!("CREATE DATABASE {name}");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// The `number`th of many different events.
pub(super) fn event(number: u32) -> Event {
    let at = Timestamp::from_seconds(1_764_000_000 + i64::from(number));
    let mut chance = [0; 10];
    chance[..4].copy_from_slice(&number.to_be_bytes());
    let mut details = serde_json::Map::new();
    details.insert("zone".to_owned(), "north".into());
    details.insert("number".to_owned(), number.into());
    Event {
        version: 1,
        kind: EventKind::PersonChanged,
        outcome: Outcome::Success,
        at,
        actor: Actor::System,
        on_behalf_of: None,
        organisation: None,
        target: Some(Target {
            kind: "person",
            id: format!("person-{}", number % 10),
        }),
        reason: None,
        client: None,
        session: None,
        seen: Seen {
            correlation_id: CorrelationId::new(at, chance),
            address: Some("127.0.0.1".parse().unwrap()),
            user_agent: None,
        },
        before: None,
        after: None,
        details,
    }
}
