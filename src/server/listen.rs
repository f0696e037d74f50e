//! Listening: the public address with or without TLS, and the metrics beside it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use tokio::task::JoinHandle;

use super::connections::Bounded;
use super::mutual_tls::{Beside, Ready};
use super::order::Ordering;
use super::tls::{self, Asked, Certificate};
use super::{StartError, assemble, descriptors, router, schedule, shutdown};
use crate::access;
use crate::config::{ClientCertificates, Config};
use crate::domain::Actor;
use crate::factor::password;
use crate::op::{Clock, House, Op, OpError};
use crate::signin::setup;
use crate::telemetry::{CONTENT_TYPE, Metrics, tell_left_out_lines};

/// How often the peer of an HTTP/2 connection is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);

/// A server under way.
#[derive(Debug)]
pub struct Running {
    pub house: Arc<House>,
    /// Where it listens; tells the port when 0 was asked for.
    pub address: SocketAddr,
    handle: Handle<SocketAddr>,
    metrics: Option<Handle<SocketAddr>>,
    serving: JoinHandle<std::io::Result<()>>,
    beside: Option<Beside>,
    certificates: Vec<Certificate>,
    background: Vec<JoinHandle<()>>,
    ordering: Ordering,
}

/// Serves until SIGTERM or Ctrl-C. While there is no organisation, `print` gets a link that sets up the first one.
pub async fn run(config: Config, print: impl FnOnce(&str)) -> Result<(), StartError> {
    let asked = shutdown::asked();
    let running = start(config, Clock::system()).await?;
    if let Some(link) = set_up_link(&running.house).await? {
        let minutes = setup::LINK_LIFE.as_secs() / 60;
        print(&format!(
            "This server has no organisation yet. Set it up within {minutes} minutes, once, at\n\n  {link}\n"
        ));
    }
    tracing::info!(issuer = %running.house.config.server.issuer, address = %running.address, "ready");
    asked.await;
    tracing::info!("stopping: no new connections, requests under way are finished");
    running.stop().await
}

/// A link for the set-up, if nobody has set this installation up yet.
async fn set_up_link(house: &Arc<House>) -> Result<Option<String>, OpError> {
    let mut op = Op::inside(house, Actor::System);
    if !access::is_unfounded(&mut op).await? {
        return Ok(None);
    }
    let path = setup::make_link(&mut op).await?;
    op.commit().await?;
    Ok(Some(format!("{}{path}", house.config.server.issuer_text())))
}

/// Starts serving and answers when connections are accepted.
pub async fn start(config: Config, clock: Clock) -> Result<Running, StartError> {
    // Boxed: a start is rare and its state is large, too large for the futures of all who wait for it.
    Box::pin(open(config, clock)).await
}

async fn open(config: Config, clock: Clock) -> Result<Running, StartError> {
    let listener = bind(config.server.listen)?;
    let address = listener.local_addr().map_err(StartError::Serve)?;
    let own = own_certificate(&config)?;
    let beside = Ready::of(&config)?;
    let certificates: Vec<Certificate> = [
        own.clone(),
        beside.as_ref().map(|ready| ready.certificate.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    tell_of_an_unlisted_proxy(&config);
    let metrics_address = config.metrics.listen;
    let house = Box::pin(assemble(config, clock)).await?;
    let handle = Handle::new();
    let app = router(Arc::clone(&house)).into_make_service_with_connect_info::<SocketAddr>();
    let bounded = Bounded::new(&house, descriptors::room(&house.config));
    let beside = beside
        .map(|ready| ready.serve(&house, bounded.clone()))
        .transpose()?;
    let server = server(listener, &house.config)?.handle(handle.clone());
    let serving = if let Some(own) = own {
        let acceptor = RustlsAcceptor::new(own.config())
            .handshake_timeout(house.config.server.header_timeout)
            .acceptor(bounded);
        tokio::spawn(server.acceptor(acceptor).serve(app))
    } else {
        tokio::spawn(server.acceptor(bounded).serve(app))
    };
    let metrics = metrics_address
        .map(|address| serve_metrics(address, &house))
        .transpose()?;
    let mut background = schedule::start(&house);
    background.push(tokio::spawn(tls::keep_renewed(certificates.clone())));
    let ordering = Ordering::start(&house);
    house.health.started();
    Ok(Running {
        house,
        address,
        handle,
        metrics,
        serving,
        beside,
        certificates,
        background,
        ordering,
    })
}

impl Running {
    /// Takes the certificates of our own listeners anew whose files have changed. It happens by itself each minute.
    pub fn renew_certificates(&self) {
        tls::renew(&self.certificates);
    }

    /// Stops: no new connections, requests under way are finished (at most `server.stop_timeout`), the database closes.
    pub async fn stop(self) -> Result<(), StartError> {
        self.house.health.stopping();
        self.handle
            .graceful_shutdown(Some(self.house.config.server.stop_timeout));
        if let Some(metrics) = &self.metrics {
            metrics.shutdown();
        }
        if let Some(beside) = &self.beside {
            beside.stop(self.house.config.server.stop_timeout);
        }
        let served = self.serving.await;
        let beside = match self.beside {
            Some(beside) => beside.stopped().await,
            None => Ok(()),
        };
        for task in &self.background {
            task.abort();
        }
        // Bounded: what was answered is on disk already, and a database that is stuck must not keep the process alive.
        let closing = async {
            self.house.recorder.stop().await;
            self.ordering.finish().await;
            self.house.storage.close().await;
        };
        if tokio::time::timeout(self.house.config.server.stop_timeout, closing)
            .await
            .is_err()
        {
            tracing::warn!("stopped without waiting longer for the database");
        }
        tell_left_out_lines();
        served.unwrap_or(Ok(())).and(beside).map_err(StartError::Serve)
    }
}

/// The certificate and its key, if the server is to speak TLS itself.
fn own_certificate(config: &Config) -> Result<Option<Certificate>, StartError> {
    let server = &config.server;
    let asked = match server.client_certificates {
        ClientCertificates::Listener if server.mtls.is_none() => Asked::Clients,
        ClientCertificates::Off | ClientCertificates::Listener | ClientCertificates::Proxy => Asked::Nobody,
    };
    let files = server.tls.as_ref();
    files.map(|files| Certificate::load(files, asked)).transpose()
}

/// Something on this machine has to end the TLS of an https issuer. Unlisted, it is taken for the visitor itself.
fn tell_of_an_unlisted_proxy(config: &Config) {
    let server = &config.server;
    if server.issuer.scheme() == "https" && server.tls.is_none() && server.trusted_proxies.is_empty() {
        tracing::warn!(
            "the issuer is https, but there are neither TLS files nor `server.trusted_proxies`: all visitors share the limits \
             of one address, that of the proxy; list it"
        );
    }
}

pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })
}

/// A server whose connections cannot rest for ever.
pub(super) fn server(listener: TcpListener, config: &Config) -> Result<Server<SocketAddr>, StartError> {
    let rest = config.server.header_timeout;
    let server = axum_server::from_tcp(listener).map_err(StartError::Serve)?;
    // The second bound begins with the first byte only: which version of HTTP is spoken has to be known for it.
    let mut server = server.first_request_timeout(rest);
    server.http_builder().http1().header_read_timeout(rest);
    // HTTP/2 rests as long as the peer answers: a peer that is gone without a word must not keep its place.
    let mut http2 = server.http_builder().http2();
    http2.keep_alive_interval(PING).keep_alive_timeout(rest);
    Ok(server)
}

/// Metrics have a listener of their own, so that they are never on the public address.
fn serve_metrics(address: SocketAddr, house: &Arc<House>) -> Result<Handle<SocketAddr>, StartError> {
    let listener = bind(address)?;
    let handle = Handle::new();
    let metrics = Arc::clone(house);
    let answer = move || {
        std::future::ready((
            [(http::header::CONTENT_TYPE, CONTENT_TYPE)],
            measured(&metrics).text(),
        ))
    };
    let app = Router::new().route("/metrics", axum::routing::get(answer));
    let server = server(listener, &house.config)?.handle(handle.clone());
    tokio::spawn(server.serve(app.into_make_service()));
    Ok(handle)
}

/// The metrics, after what has to be asked for has been asked for.
fn measured(house: &House) -> &Metrics {
    let metrics = &house.metrics;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (running, waiting) = password::load(house);
    metrics.hashing_running.set(number(running));
    metrics.hashing_queue.set(number(waiting));
    metrics.audit_backlog.set(number(house.recorder.backlog()));
    metrics
        .database_connections_in_use
        .set(number(house.storage.connections_in_use()));
    metrics.redis_lost.set(i64::from(house.ephemeral.is_lost()));
    metrics
}
