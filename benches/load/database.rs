//! A database for the server under test, and afterwards nothing of it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorward::domain::Secret;
use doorward::storage::{Options, Sql, Storage};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use tempfile::TempDir;

use super::process::Process;
use super::server::free_port;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "sqlite" => Self::Sqlite,
            "postgres" => Self::Postgres,
            other => panic!("--engine is sqlite or postgres, not {other}"),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

pub(crate) struct Database {
    pub(crate) url: String,
    /// For the server's data, and the file of SQLite.
    pub(crate) folder: TempDir,
    /// The database to drop, of a server that is not ours.
    to_drop: Option<(PgConnectOptions, String)>,
    own_server: Option<PrivateServer>,
}

impl Database {
    /// A new database; `None` if there is no server for it.
    pub(crate) async fn make(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        match engine {
            Engine::Sqlite => Some(Self {
                url: format!("sqlite:{}", folder.path().join("load.db").display()),
                folder,
                to_drop: None,
                own_server: None,
            }),
            Engine::Postgres => {
                let given = std::env::var("DOORWARD_BENCH_POSTGRES").ok();
                let (server, own_server) = match given {
                    Some(url) => (url, None),
                    None => PrivateServer::start()
                        .await
                        .map(|server| (server.url.clone(), Some(server)))?,
                };
                let server: PgConnectOptions = server.parse().expect("DOORWARD_BENCH_POSTGRES is a URL");
                let name = format!("doorward_load_{}", std::process::id());
                command(&server, format!("CREATE DATABASE {name}")).await;
                Some(Self {
                    url: server.clone().database(&name).to_url_lossy().to_string(),
                    folder,
                    to_drop: Some((server, name)),
                    own_server,
                })
            }
        }
    }

    /// The database, while no server has it.
    pub(crate) async fn open(&self) -> Storage {
        let options = Options {
            url: Secret::new(self.url.clone()),
            connections: 1,
            wait: Duration::from_secs(5),
        };
        Storage::open(&options).await.unwrap()
    }

    /// Lets a client sign with another algorithm. No page offers it, and the sample has one algorithm only.
    pub(crate) async fn set_algorithm(&self, client: &str, algorithm: &str) {
        const SET: Sql = Sql::new("UPDATE client SET signing_algorithm = $2 WHERE id = $1");
        let storage = self.open().await;
        let mut tx = storage.write().await.unwrap();
        assert_eq!(
            tx.query(SET)
                .bind(&client)
                .bind(&algorithm)
                .execute()
                .await
                .unwrap(),
            1
        );
        tx.commit().await.unwrap();
        storage.close().await;
    }

    pub(crate) async fn remove(mut self) {
        if let Some((server, name)) = self.to_drop.take() {
            command(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        if let Some(server) = self.own_server.take() {
            server.process.stop().await;
        }
    }
}

async fn command(server: &PgConnectOptions, text: String) {
    let mut connection = PgConnection::connect_with(server).await.unwrap();
    connection.execute(AssertSqlSafe(text)).await.unwrap();
    connection.close().await.unwrap();
}

/// A PostgreSQL of our own, with the durability that it has by itself.
struct PrivateServer {
    url: String,
    process: Process,
    _folder: TempDir,
}

impl PrivateServer {
    async fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let data = folder.path().join("data");
        let made = as_ordinary_user(&programs.join("initdb"))
            .args([
                "-U",
                "doorward",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb failed");
        let port = free_port(1);
        let process = Process::start(
            as_ordinary_user(&programs.join("postgres"))
                .arg("-D")
                .arg(&data)
                .args([
                    "-p",
                    &port.to_string(),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "max_connections=100",
                ])
                .args([
                    "-c",
                    &format!("unix_socket_directories={}", folder.path().display()),
                ])
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        let url = format!("postgres://doorward@127.0.0.1:{port}/postgres");
        // It listens a moment before it lets anyone in.
        let begun = Instant::now();
        while PgConnection::connect(&url).await.is_err() {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "PostgreSQL did not become ready"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(Self {
            url,
            process,
            _folder: folder,
        })
    }
}

/// The newest PostgreSQL of this machine.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

/// PostgreSQL refuses to run as root.
fn as_ordinary_user(program: &Path) -> Command {
    let output = Command::new("id").arg("-u").output().expect("id runs").stdout;
    if output.trim_ascii() != b"0" {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}
