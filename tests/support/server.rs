//! A whole server on a free port, with a database and a clock of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use doorward::config::Config;
use doorward::domain::{Actor, Secret, Timestamp};
use doorward::op::{Clock, House, Op};
use doorward::server::{self, Running};

use super::Database;

/// A server under test.
pub(crate) struct Server {
    running: Option<Running>,
    pub(crate) house: Arc<House>,
    /// Without a slash at the end.
    pub(crate) issuer: String,
    database: Database,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server with quick password hashes and one signing key.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a server after a change of its configuration.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(Database::new().await, change).await
    }

    /// The same on a database that the test has chosen.
    pub(crate) async fn start_on(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&database, folder.path());
        change(&mut config);
        Self::begin(database, (config, folder), Clock::system()).await
    }

    /// One whose clock stands at a moment until it is moved.
    pub(crate) async fn start_at(at: Timestamp, change: impl FnOnce(&mut Config)) -> Self {
        let (database, folder) = (Database::new().await, tempfile::tempdir().unwrap());
        let mut config = config(&database, folder.path());
        change(&mut config);
        Self::begin(database, (config, folder), Clock::fixed(at)).await
    }

    async fn begin(database: Database, (config, folder): (Config, tempfile::TempDir), clock: Clock) -> Self {
        let issuer = config.server.issuer.as_str().trim_end_matches('/').to_owned();
        let running = Box::pin(server::start(config, clock))
            .await
            .expect("the server starts");
        let house = Arc::clone(&running.house);
        Self {
            running: Some(running),
            house,
            issuer,
            database,
            _folder: folder,
        }
    }

    /// The address of a path of this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// An act of the operator, to prepare what a test needs.
    pub(crate) fn op(&self) -> Op {
        Op::inside(&self.house, Actor::Operator)
    }

    /// Takes renewed certificates, as it does each minute.
    pub(crate) fn renew_certificates(&self) {
        self.running.as_ref().unwrap().renew_certificates();
    }

    /// Stops it and starts it again on the same database and keys, at the same moment: what was in memory only is gone.
    pub(crate) async fn restart(&mut self) {
        let (config, now) = (self.house.config.clone(), self.house.clock.now());
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
        let running = Box::pin(server::start(config, Clock::fixed(now))).await;
        let running = running.expect("the server starts again");
        self.house = Arc::clone(&running.house);
        self.running = Some(running);
    }

    /// Stops it and waits for the end; answers its database, which goes with whoever lets go of it.
    pub(crate) async fn stop(mut self) -> Database {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
        self.database
    }
}

/// A configuration for tests: a free port, cheap hashes, no metrics listener.
pub(crate) fn config(database: &Database, folder: &std::path::Path) -> Config {
    let listen = free_address();
    let mut config = Config::default();
    config.server.listen = listen;
    config.server.issuer = format!("http://localhost:{}", listen.port()).parse().unwrap();
    config.database.url = Secret::new(database.url.clone());
    config.database.connections = 4;
    config.keys.master_key = None;
    config.keys.master_key_file = Some(folder.join("master.key"));
    config.keys.algorithms = vec![doorward::jose::Algorithm::Es256];
    config.signin.argon2_memory = 64;
    config.signin.argon2_passes = 1;
    config.metrics.listen = None;
    config
}

fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, super::free_ports(1)).into()
}
