//! Putting a house together from its configuration.

use std::sync::Arc;

use crate::audit::Recorder;
use crate::client;
use crate::config::{Config, Tls};
use crate::ephemeral::{Ephemeral, EphemeralError};
use crate::factor::{passkey, password};
use crate::keys::{self, KeyError, KeyRing, MasterKey};
use crate::op::{Chance, Clock, House};
use crate::rule;
use crate::storage::{Options, Storage, StorageError};

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database cannot be used")]
    Storage(#[from] StorageError),
    #[error("the keys cannot be used")]
    Keys(#[from] KeyError),
    #[error("Redis cannot be used")]
    Ephemeral(#[from] EphemeralError),
    #[error("cannot listen on {address}")]
    Listen {
        address: std::net::SocketAddr,
        source: std::io::Error,
    },
    #[error("the TLS certificate {} cannot be used with the key {}", files.certificate_file.display(), files.key_file.display())]
    Tls { files: Tls, source: std::io::Error },
    #[error("the trust anchors of `oauth.mtls_trust_anchors_file` cannot be used")]
    TrustAnchors(#[from] client::TrustAnchorsError),
    #[error("a file of passwords cannot be used")]
    PasswordFile(#[from] password::FileError),
    #[error("a file of `[risk]` cannot be used")]
    RiskFile(#[from] rule::FileError),
    #[error("`passkeys.metadata_file` cannot be used")]
    Metadata(#[from] passkey::MetadataError),
    #[error("the server stopped by a fault of its listener")]
    Serve(#[source] std::io::Error),
    #[error(transparent)]
    Op(#[from] crate::op::OpError),
}

/// Opens the database, brings it up to date, loads the keys: everything but listening.
pub async fn assemble(config: Config, clock: Clock) -> Result<Arc<House>, StartError> {
    client::check_trust_anchors(&config)?;
    password::check_files(&config)?;
    rule::check_files(&config.risk)?;
    passkey::check_metadata(&config.passkeys, clock.now())?;
    let storage = Storage::open(&Options {
        url: config.database.url.clone(),
        connections: config.database.connections,
        wait: config.database.wait,
    })
    .await?;
    storage.migrate().await?;
    let master_key = master_key(&config)?;
    let keys = KeyRing::load(&storage, &master_key, &config.keys, clock.now()).await?;
    let ephemeral = match &config.redis.url {
        Some(url) => Ephemeral::redis(url).await?,
        None => Ephemeral::memory(),
    };
    let recorder = Recorder::start(storage.clone(), Chance::default().bytes());
    let house = Arc::new(House::new(
        config,
        storage,
        ephemeral,
        (master_key, keys),
        recorder,
        clock,
    ));
    keys::rotate_due(&house).await?;
    Ok(house)
}

fn master_key(config: &Config) -> Result<MasterKey, KeyError> {
    match (&config.keys.master_key, &config.keys.master_key_file) {
        (Some(key), _) => MasterKey::parse(key.expose()),
        (None, Some(file)) => MasterKey::from_file(file, true),
        (None, None) => Err(KeyError::MasterKey),
    }
}
