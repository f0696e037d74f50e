//! A new database of each engine for one test.

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use doorward::domain::Secret;
use doorward::storage::{Options, Storage};
use futures_util::FutureExt as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

/// Runs a test on a migrated database of its own, first of SQLite, then of PostgreSQL.
pub(super) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Storage) -> F) {
    on_sqlite(&test).await;
    on_postgres(&test).await;
}

pub(super) async fn on_sqlite<F: Future<Output = ()>>(test: impl Fn(Storage) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let storage = open(&url).await;
    storage.migrate().await.unwrap();
    test(storage.clone()).await;
    storage.close().await;
}

pub(super) async fn on_postgres<F: Future<Output = ()>>(test: impl Fn(Storage) -> F) {
    with_postgres_url(async |url| {
        let storage = open(&url).await;
        storage.migrate().await.unwrap();
        test(storage.clone()).await;
        storage.close().await;
    })
    .await;
}

pub(super) async fn open(url: &str) -> Storage {
    Storage::open(&options(url)).await.unwrap()
}

pub(super) fn options(url: &str) -> Options {
    Options {
        url: Secret::new(url.to_owned()),
        connections: 8,
        wait: Duration::from_secs(10),
    }
}

/// The server that tests may use.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of these tests that reads the environment"
)]
pub(super) fn postgres_url() -> String {
    std::env::var("DOORWARD_TEST_POSTGRES")
        .expect("DOORWARD_TEST_POSTGRES must name a PostgreSQL database of a superuser; tests/run starts one")
}

/// Runs a test with the URL of an empty PostgreSQL database, and drops that database however the test ends.
pub(super) async fn with_postgres_url(test: impl AsyncFnOnce(String)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let admin: PgConnectOptions = postgres_url().parse().unwrap();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("doorward_storage_{}_{number}", std::process::id());
    command(&admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    command(&admin, format!("CREATE DATABASE {name}")).await;
    let url = admin.clone().database(&name).to_url_lossy().to_string();
    let ended = AssertUnwindSafe(test(url)).catch_unwind().await;
    command(&admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// Runs a statement made of our own words, such as the name of a database.
#[expect(
    clippy::disallowed_methods,
    reason = "the names of databases cannot be parameters, and are ours"
)]
pub(super) async fn command(server: &PgConnectOptions, text: String) {
    let mut connection = PgConnection::connect_with(server).await.unwrap();
    connection.execute(AssertSqlSafe(text)).await.unwrap();
    connection.close().await.unwrap();
}

/// Looks at a future once, then drops it; whether it was still under way.
pub(super) async fn cut_off<T>(future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}
