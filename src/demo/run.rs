//! Starting the demonstration: server, sample organisation, sample application.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;

use super::certificate::{self, Certificates};
use super::desk::{self, Desk, router};
use super::integration::Proof;
use super::table::Addresses;
use super::transport::Transport;
use super::{Sample, integration, organisation, table};
use crate::config::{self, ClientCertificates, ClientIdMetadata, Config, Limits, Mtls};
use crate::domain::{Limit, ResponseType, Secret};
use crate::jose::Algorithm;
use crate::op::{Clock, House};
use crate::server::{self, Running, StartError};

/// How the demonstration is asked for on the command line.
#[derive(Debug, Clone)]
pub struct Options {
    /// Everything that it keeps is in this folder.
    pub data_dir: PathBuf,
    /// The server listens here, the application on the next port, metrics on the one after, clients with certificates on the one after
    /// that; `None`: those that the folder was made for, and 8080, 8081, 9464 and 8083 for a new one.
    pub port: Option<u16>,
    /// Begin anew: what the folder holds is removed first.
    pub reset: bool,
    /// Print the table as one JSON object.
    pub json: bool,
}

/// Why the demonstration does not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the server of the demonstration does not start")]
    Start(#[from] StartError),
    #[error("the data folder {folder} cannot be used")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("{0} is not a folder that the demonstration made; choose another --data-dir")]
    NotOurs(PathBuf),
    #[error("the sample organisation cannot be made")]
    Sample(#[from] organisation::SampleError),
    /// Checkpoints that are signed cannot be signed anew in another name, and nobody should be able to: so the folder stays
    /// where it is.
    #[error(
        "{folder} was made for port {made}: its audit log is signed in the name of http://localhost:{made}, which \
         another port would make untrue; start with --port {made}, with another --data-dir, or anew with --reset"
    )]
    OtherPort { folder: PathBuf, made: u16 },
    #[error("port {port} is taken: another program listens there, and the demonstration needs it for {what}")]
    Taken { port: u16, what: &'static str },
    #[error("the port must be between 1 and 65532, because the next three are used as well")]
    Port,
    #[error("the certificates of the demonstration cannot be made in its data folder")]
    Certificates(#[source] std::io::Error),
    #[error("the sample application does not start")]
    Application(#[source] std::io::Error),
    #[error("the sample application's connections cannot be made ready")]
    Transport(#[from] reqwest::Error),
    #[error("the table cannot be written")]
    Table(#[from] serde_json::Error),
}

/// A file that marks a folder as ours, so that `--reset` never removes anything else.
const MARK: &str = "demo.json";

/// The clients of the sample application and of the sample integration.
const DESK: &str = "feedback-desk";
const INTEGRATION: &str = "feedback-export-key";

/// The one of folders that were made before there was a key.
const EARLIER_INTEGRATION: &str = "feedback-export";

/// Runs the demonstration until it is asked to stop. `print` gets the table once everything answers.
pub async fn run(options: Options, config: Config, print: impl FnOnce(&str)) -> Result<(), DemoError> {
    let asked = server::asked_to_stop();
    let demo = Box::pin(start(options, config)).await?;
    print(&demo.table);
    asked.await;
    demo.stop().await
}

struct Demo {
    table: String,
    running: Running,
    application: Handle<SocketAddr>,
}

impl Demo {
    async fn stop(self) -> Result<(), DemoError> {
        self.application.shutdown();
        Ok(self.running.stop().await?)
    }
}

async fn start(options: Options, config: Config) -> Result<Demo, DemoError> {
    let folder = &options.data_dir;
    check(folder)?;
    // What begins anew keeps no port.
    let made = server_port(folder).filter(|_| !options.reset);
    let ports = Ports::of(options.port, made, folder)?;
    // Before anything is made or removed.
    ports.check_free()?;
    prepare(folder, options.reset)?;
    let clock = Clock::system();
    let certificates =
        certificate::kept_in(&options.data_dir, clock.now()).map_err(DemoError::Certificates)?;
    let config = configure(config, &options.data_dir, &ports);
    let config = with_certificates(config, &ports, &certificates).map_err(DemoError::Certificates)?;
    let issuer = config.server.issuer_text().to_owned();
    let application = format!("http://localhost:{}", ports.application);
    let listener =
        std::net::TcpListener::bind(("127.0.0.1", ports.application)).map_err(DemoError::Application)?;
    let running = server::start(config, clock).await?;
    let sample = organisation::create(&running.house, &options.data_dir, &application).await?;
    let handle = serve_desk(listener, &running.house, &issuer, &application, &sample)?;
    let addresses = Addresses {
        issuer: &issuer,
        application: &application,
        mtls: &ports.mtls_address(),
        certificates: &certificates,
    };
    let table = if options.json {
        table::json(&addresses, &sample)?
    } else {
        table::text(&addresses, &sample)
    };
    Ok(Demo {
        table,
        running,
        application: handle,
    })
}

struct Ports {
    server: u16,
    application: u16,
    metrics: u16,
    mtls: u16,
}

impl Ports {
    const USUAL: Self = Self {
        server: 8080,
        application: 8081,
        metrics: 9464,
        mtls: 8083,
    };

    /// Where clients with certificates find the server.
    fn mtls_address(&self) -> String {
        format!("https://localhost:{}", self.mtls)
    }

    /// Fails where another program listens on one of them.
    fn check_free(&self) -> Result<(), DemoError> {
        let all = [
            (self.server, "the server"),
            (self.application, "the sample application"),
            (self.metrics, "metrics"),
            (self.mtls, "clients with certificates"),
        ];
        for (port, what) in all {
            if let Err(fault) = std::net::TcpListener::bind(("127.0.0.1", port))
                && fault.kind() == io::ErrorKind::AddrInUse
            {
                return Err(DemoError::Taken { port, what });
            }
        }
        Ok(())
    }

    /// The ports that are asked for, or else those that the folder was made for.
    fn of(asked: Option<u16>, made: Option<u16>, folder: &Path) -> Result<Self, DemoError> {
        if let (Some(made), Some(asked)) = (made, asked)
            && made != asked
        {
            let folder = folder.to_owned();
            return Err(DemoError::OtherPort { folder, made });
        }
        match asked.or(made.filter(|made| *made != Self::USUAL.server)) {
            None => Ok(Self::USUAL),
            Some(port @ 1..=65_532) => Ok(Self {
                server: port,
                application: port + 1,
                metrics: port + 2,
                mtls: port + 3,
            }),
            Some(_) => Err(DemoError::Port),
        }
    }
}

/// A data folder that is not there yet, or empty, or ours.
fn check(folder: &Path) -> Result<(), DemoError> {
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(unusable(folder, source)),
    };
    let ours = folder.join(MARK).exists() || folder.join("doorward.db").exists();
    if entries.next().is_some() && !ours {
        return Err(DemoError::NotOurs(folder.to_owned()));
    }
    Ok(())
}

/// The data folder: emptied if asked, made if missing.
fn prepare(folder: &Path, reset: bool) -> Result<(), DemoError> {
    if reset && folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|source| unusable(folder, source))?;
    }
    std::fs::create_dir_all(folder).map_err(|source| unusable(folder, source))
}

fn unusable(folder: &Path, source: io::Error) -> DemoError {
    let folder = folder.to_owned();
    DemoError::Folder { folder, source }
}

/// The organisation whose clients and accounts those become for which nobody speaks.
const SLUG: &str = "northbeam";

/// The configuration of the demonstration: the operator's own, on these ports, with its data in the folder (a database
/// that was configured otherwise is kept).
fn configure(mut config: Config, folder: &Path, ports: &Ports) -> Config {
    config.server.listen = SocketAddr::from(([127, 0, 0, 1], ports.server));
    config.metrics.listen = Some(SocketAddr::from(([127, 0, 0, 1], ports.metrics)));
    if config.database.url.expose() == Config::default().database.url.expose() {
        keep_data_in(&mut config, folder);
    } else {
        config.keys.master_key_file = Some(folder.join("master.key"));
    }
    config.server.issuer = localhost(ports.server);
    config.keys.algorithms = Algorithm::ALL.to_vec();
    config.oauth.registration = config::Registration::Token;
    // What is off for good reasons elsewhere can be tried here.
    config.oauth.client_id_metadata = ClientIdMetadata::Approval;
    // Programs of this machine need nobody's approval, and show a certificate of the demonstration.
    config.oauth.client_id_metadata_hosts.push("localhost".to_owned());
    config.oauth.response_types = ResponseType::ALL.to_vec();
    SLUG.clone_into(&mut config.oauth.registration_organisation);
    config.oauth.session_management = true;
    config.signin.account_creation = true;
    config.mail.kept = true;
    // Everything of it is on this machine, its applications too.
    config.outbound.allowed_networks.extend(loopback());
    config.outbound.strangers_use_allowed_networks = true;
    if config.limits == Limits::default() {
        config.limits = for_trying();
        config.signin.attempts_per_address = 1_000;
    }
    config
}

/// A listener beside for clients with certificates: the server itself speaks plain http to this machine. What it calls may
/// show a certificate of the same authority.
fn with_certificates(mut config: Config, ports: &Ports, certificates: &Certificates) -> io::Result<Config> {
    config.outbound.extra_roots.push(certificates.root()?);
    config.server.client_certificates = ClientCertificates::Listener;
    config.server.mtls = Some(Mtls {
        listen: SocketAddr::from(([127, 0, 0, 1], ports.mtls)),
        tls: certificates.server.clone(),
    });
    config.oauth.mtls_address = url::Url::parse(&ports.mtls_address()).ok();
    config.oauth.mtls_trust_anchors_file = Some(certificates.authority.clone());
    Ok(config)
}

/// Limits for somebody who tries things out: all come from one address, and the sample people answer as quickly as scripts.
fn for_trying() -> Limits {
    let wide = Limit {
        burst: 1_000,
        refill: Duration::from_millis(10),
    };
    Limits {
        client_failures: wide,
        client_failures_per_address: wide,
        user_codes_per_address: wide,
        user_codes_per_person: wide,
        user_codes_of_strangers: wide,
        backchannel_waiting: 50,
        backchannel_requests: wide,
        backchannel_requests_per_person: wide,
        backchannel_pause: Duration::ZERO,
        registrations_per_address: wide,
        unproven_requests_per_address: wide,
        unproven_proofs_per_address: wide,
        request_objects_per_address: wide,
        client_documents_per_address: wide,
        ..Limits::default()
    }
}

fn loopback() -> [ipnet::IpNet; 2] {
    let (v4, v6) = (std::net::Ipv4Addr::LOCALHOST, std::net::Ipv6Addr::LOCALHOST);
    [
        ipnet::IpNet::from(std::net::IpAddr::from(v4)),
        ipnet::IpNet::from(std::net::IpAddr::from(v6)),
    ]
}

/// Lets a configuration use the database, the master key and the issuer of a demonstration's data folder.
pub fn keep_data_in(config: &mut Config, folder: &Path) {
    if let Some(port) = server_port(folder) {
        config.server.issuer = localhost(port);
    }
    config.database.url = Secret::new(format!("sqlite:{}", folder.join("doorward.db").display()));
    config.keys.master_key = None;
    config.keys.master_key_file = Some(folder.join("master.key"));
    config.mail.kept = true;
}

/// The server's port that the folder was made for: the one before the application's.
fn server_port(folder: &Path) -> Option<u16> {
    organisation::made_for(folder)?.port()?.checked_sub(1)
}

#[expect(clippy::expect_used, reason = "every port makes a valid URL")]
fn localhost(port: u16) -> url::Url {
    url::Url::parse(&format!("http://localhost:{port}")).expect("a URL of a port")
}

fn serve_desk(
    listener: std::net::TcpListener,
    house: &Arc<House>,
    issuer: &str,
    home: &str,
    sample: &Sample,
) -> Result<Handle<SocketAddr>, DemoError> {
    let secret_of = |client_id: &str| {
        let found = sample.clients.iter().find(|client| client.client_id == client_id);
        found
            .and_then(|client| client.client_secret.clone())
            .unwrap_or_default()
    };
    let registration = desk::Registration {
        issuer: issuer.to_owned(),
        client_id: DESK.to_owned(),
        client_secret: secret_of(DESK),
        home: home.to_owned(),
    };
    let with_key = sample
        .clients
        .iter()
        .find(|client| client.client_id == INTEGRATION);
    let (client_id, proof) = match with_key.and_then(|client| client.private_key.clone()) {
        Some(key) => (INTEGRATION.to_owned(), Proof::Key(key)),
        None => (
            EARLIER_INTEGRATION.to_owned(),
            Proof::Secret(secret_of(EARLIER_INTEGRATION)),
        ),
    };
    let access = integration::Access {
        issuer: issuer.to_owned(),
        token_endpoint: format!("{issuer}/token"),
        client_id,
        proof,
        api: format!("{home}/api/feedback"),
    };
    let clock = Arc::clone(house);
    let desk = Desk::new(registration, access, Transport::new()?, move || {
        clock.clock.now().as_seconds()
    })
    .map_err(|fault| DemoError::Application(std::io::Error::other(fault)))?;
    let handle = Handle::new();
    let server = axum_server::from_tcp(listener)
        .map_err(DemoError::Application)?
        .handle(handle.clone());
    tokio::spawn(server.serve(router(Arc::new(desk)).into_make_service()));
    Ok(handle)
}
