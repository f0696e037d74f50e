//! A database for one test, on the engine that `DOORWARD_TEST_ENGINE` names (`sqlite` or `postgres`; `sqlite` if unset).
//!
//! All are copies of one that was migrated: to migrate each anew costs more than most tests do. The tests of migrations begin
//! with nothing, in databases of their own.

use doorward::domain::Secret;
use doorward::storage::{Options, Storage};
use sqlx::{Connection as _, Executor as _};
use std::path::Path;
use std::sync::{OnceLock, mpsc};
use std::time::Duration;
use tokio::sync::OnceCell;

/// The file of a migrated database of SQLite.
static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// The name of a migrated database of PostgreSQL.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The engine of this run of the suite.
    pub(crate) fn of_this_run() -> Self {
        match std::env::var("DOORWARD_TEST_ENGINE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("DOORWARD_TEST_ENGINE is sqlite or postgres, not {other}"),
        }
    }
}

/// A migrated database of one test with nothing in it, which goes with the test: what a thousand of them leave fills a disk.
pub(crate) struct Database {
    pub(crate) url: String,
    _held: Held,
}

/// What is removed after the test.
enum Held {
    Folder { _folder: tempfile::TempDir },
    Postgres { name: String },
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Self::Postgres { name } = self {
            remove(std::mem::take(name));
        }
    }
}

/// Removes a database of PostgreSQL beside the tests. The last ones go with the private server at the end of the run.
fn remove(name: String) {
    static REMOVER: OnceLock<mpsc::Sender<String>> = OnceLock::new();
    let remover = REMOVER.get_or_init(|| {
        let (sender, names) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(remove_all(&names));
        });
        sender
    });
    // Without the thread they go with the server as well.
    remover.send(name).ok();
}

#[expect(
    clippy::print_stderr,
    reason = "a database that stays takes room from the others"
)]
async fn remove_all(names: &mpsc::Receiver<String>) {
    let mut connection = sqlx::PgConnection::connect(&administration_url()).await.unwrap();
    while let Ok(name) = names.recv() {
        let statement = format!("DROP DATABASE {name} WITH (FORCE)");
        if let Err(fault) = connection.execute(sqlx::AssertSqlSafe(statement)).await {
            eprintln!("the database {name} stays: {fault}");
        }
    }
}

impl Database {
    /// A new database on the engine of this run.
    pub(crate) async fn new() -> Self {
        Self::on(Engine::of_this_run()).await
    }

    /// One of PostgreSQL that was not migrated, as somebody has it who begins.
    pub(crate) async fn bare() -> Self {
        let name = create("").await;
        Self {
            url: postgres_url(&name),
            _held: Held::Postgres { name },
        }
    }

    /// A new database on one engine.
    pub(crate) async fn on(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("doorward.db");
                std::fs::write(&file, FILE.get_or_init(migrated_file).await).unwrap();
                Self {
                    url: sqlite_url(&file),
                    _held: Held::Folder { _folder: folder },
                }
            }
            Engine::Postgres => {
                let template = TEMPLATE.get_or_init(migrated_template).await;
                let name = create(&format!("TEMPLATE {template}")).await;
                Self {
                    url: postgres_url(&name),
                    _held: Held::Postgres { name },
                }
            }
        }
    }

    /// Opens it.
    pub(crate) async fn open(&self) -> Storage {
        open(&self.url).await
    }
}

async fn open(url: &str) -> Storage {
    let options = Options {
        url: Secret::new(url.to_owned()),
        connections: 4,
        wait: Duration::from_secs(10),
    };
    Storage::open(&options).await.unwrap()
}

async fn migrate(url: &str) {
    let storage = open(url).await;
    storage.migrate().await.unwrap();
    storage.close().await;
}

async fn migrated_file() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("doorward.db");
    migrate(&sqlite_url(&file)).await;
    std::fs::read(file).unwrap()
}

async fn migrated_template() -> String {
    let name = create("").await;
    migrate(&postgres_url(&name)).await;
    name
}

/// Makes a database of PostgreSQL; answers its name.
async fn create(how: &str) -> String {
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = sqlx::PgConnection::connect(&administration_url()).await.unwrap();
    let statement = format!("CREATE DATABASE {name} {how}");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    name
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

fn postgres_url(name: &str) -> String {
    let server = administration_url();
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// The PostgreSQL of this run: `tests/run` starts it. A test that needs it fails when it is not there.
pub(crate) fn administration_url() -> String {
    std::env::var("DOORWARD_TEST_POSTGRES")
        .expect("DOORWARD_TEST_POSTGRES names the PostgreSQL to test with: run the tests by tests/run")
}
