//! The release server with its sample organisation.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::net::TcpStream;

use super::database::Database;
use super::process::Process;
use super::wire::{Wire, request};

/// What `doorward demo --json` prints on its first line, as far as it is used here.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sample {
    pub(crate) issuer: url::Url,
    pub(crate) people: Vec<Person>,
    pub(crate) clients: Vec<Client>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) totp_secret: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Client {
    #[serde(rename = "client_id")]
    pub(crate) id: String,
    #[serde(rename = "client_secret")]
    pub(crate) secret: Option<String>,
    pub(crate) grant_types: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) scopes: Vec<String>,
}

/// The running server.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) process: Process,
    pub(crate) sample: Sample,
    pub(crate) address: SocketAddr,
    /// `Host` of requests to it.
    pub(crate) host: String,
    /// From the start of the process to the first answer that says that it is ready, on a database that was there.
    pub(crate) start_time: Duration,
    pub(crate) idle_kib: u64,
}

impl House {
    /// Starts the server twice: the first start makes the sample, the second one is measured.
    pub(crate) async fn start(database: &Database) -> Self {
        // The sample application is registered with its port.
        let port = free_port(4);
        let (first, ..) = start_once(database, port).await;
        first.stop().await;
        Self::start_again(database, port).await
    }

    /// Stops the server, does something, and starts it.
    pub(crate) async fn restart(self, database: &Database, between: impl Future<Output = ()>) -> Self {
        let port = self.address.port();
        self.stop().await;
        between.await;
        Self::start_again(database, port).await
    }

    async fn start_again(database: &Database, port: u16) -> Self {
        let (process, sample, address, start_time) = start_once(database, port).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let idle_kib = process.usage().resident_kib;
        let host = format!("{}:{}", sample.issuer.host_str().unwrap(), address.port());
        Self {
            process,
            sample,
            address,
            host,
            start_time,
            idle_kib,
        }
    }

    pub(crate) async fn stop(self) {
        self.process.stop().await;
    }
}

async fn start_once(database: &Database, port: u16) -> (Process, Sample, SocketAddr, Duration) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let begun = Instant::now();
    let mut process = Process::start(
        Command::new(env!("CARGO_BIN_EXE_doorward"))
            .args(["demo", "--json", "--port", &port.to_string(), "--data-dir"])
            .arg(database.folder.path())
            .env("DOORWARD_DATABASE__URL", &database.url)
            // All requests come from one address here.
            .env("DOORWARD_SIGNIN__ATTEMPTS_PER_ADDRESS", "100000")
            .env(
                "DOORWARD_LIMITS__UNPROVEN_REQUESTS_PER_ADDRESS",
                "100000, then one every 1ms",
            )
            .env("DOORWARD_SERVER__CONNECTIONS_PER_ADDRESS", "2000")
            .env("DOORWARD_LOGS__FILTER", "error")
            .stdout(Stdio::piped()),
    );
    let ready = wait_until_ready(&mut process, address, begun).await;
    let mut line = String::new();
    let output = process.0.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut line).unwrap();
    let sample = serde_json::from_str(&line).unwrap_or_else(|fault| panic!("{fault} in {line}"));
    (process, sample, address, ready)
}

async fn wait_until_ready(process: &mut Process, address: SocketAddr, begun: Instant) -> Duration {
    let question = request(
        "GET",
        &format!("localhost:{}", address.port()),
        "/readyz",
        &[],
        "",
    );
    loop {
        let listens = TcpStream::connect(address).await.is_ok();
        if listens && Wire::open(address).await.send(&question).await.status == 200 {
            return begun.elapsed();
        }
        assert!(!process.has_ended(), "the server has ended");
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "the server did not become ready"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits until someone listens.
pub(crate) async fn wait_for(address: SocketAddr) {
    let begun = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "nobody listens on {address}"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The first of so many ports in a row that are free.
pub(crate) fn free_port(count: u16) -> u16 {
    for _ in 0..100 {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let Some(end) = first.checked_add(count) else {
            continue;
        };
        let bound: Vec<_> = (first..end)
            .filter_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
            .collect();
        if bound.len() == usize::from(count) {
            return first;
        }
    }
    panic!("no free ports")
}
