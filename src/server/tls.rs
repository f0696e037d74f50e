//! TLS with a certificate of ours, which is taken anew when it has been renewed.
//!
//! A certificate is good for some weeks or months, and another program puts a new one into its file. Connections that are open keep the old
//! one; new ones get what was read last.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::{StartError, certificate};
use crate::config::Tls;

type Chain = Vec<CertificateDer<'static>>;

/// How often it is looked whether a certificate has been renewed.
const PERIOD: Duration = Duration::from_mins(1);

/// Who is asked for a certificate in the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Nobody,
    /// Every client, which may do without.
    Clients,
}

/// A certificate of ours with its key. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Certificate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: Tls,
    asked: Asked,
    config: RustlsConfig,
    /// The certificate and those between it and its root.
    taken: Mutex<Chain>,
}

impl Certificate {
    /// Reads the files.
    pub(super) fn load(files: &Tls, asked: Asked) -> Result<Self, StartError> {
        let loaded = chain_of(files).and_then(|chain| {
            let config = RustlsConfig::from_config(Arc::new(server_config(&chain, files, asked)?));
            Ok(Self(Arc::new(Inner {
                files: files.clone(),
                asked,
                config,
                taken: Mutex::new(chain),
            })))
        });
        loaded.map_err(|source| StartError::Tls {
            files: files.clone(),
            source,
        })
    }

    /// What a listener speaks TLS with, now and after each renewal.
    pub(super) fn config(&self) -> RustlsConfig {
        self.0.config.clone()
    }

    /// Takes the certificate anew if its file has changed; answers whether it has. One that does not fit its key is not taken: the key is
    /// perhaps written a moment later.
    pub(super) fn renew(&self) -> io::Result<bool> {
        let Inner {
            files, asked, config, ..
        } = &*self.0;
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let chain = chain_of(files)?;
        if *taken == chain {
            return Ok(false);
        }
        config.reload_from_config(Arc::new(server_config(&chain, files, *asked)?));
        *taken = chain;
        Ok(true)
    }

    fn renew_and_tell(&self) {
        let file = self.0.files.certificate_file.display();
        match self.renew() {
            Ok(false) => {}
            Ok(true) => tracing::info!(%file, "the certificate was renewed"),
            Err(fault) => {
                let fault: &dyn std::error::Error = &fault;
                tracing::warn!(%file, fault, "the certificate cannot be taken anew, the one before is kept");
            }
        }
    }
}

/// Reads a file, or says which one cannot be read.
fn content(file: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    std::fs::read(file)
        .map(Zeroizing::new)
        .map_err(|fault| io::Error::new(fault.kind(), format!("{}: {fault}", file.display())))
}

/// What is wrong with a file. Why is not told: the reader of PEM says it by what stands there, which may be a key.
fn unfit(file: &Path, what: &str) -> io::Error {
    io::Error::other(format!("{} {what}", file.display()))
}

fn chain_of(files: &Tls) -> io::Result<Chain> {
    let file = &files.certificate_file;
    let chain = CertificateDer::pem_slice_iter(&content(file)?).collect::<Result<Chain, _>>();
    chain
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| unfit(file, "holds no certificates in PEM"))
}

fn server_config(chain: &Chain, files: &Tls, asked: Asked) -> io::Result<ServerConfig> {
    let key = PrivateKeyDer::from_pem_slice(&content(&files.key_file)?)
        .map_err(|_| unfit(&files.key_file, "holds no private key in PEM"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let with_clients = match asked {
        Asked::Nobody => versions.with_no_client_auth(),
        Asked::Clients => versions.with_client_cert_verifier(certificate::any_held(provider)),
    };
    let mut config = with_clients
        .with_single_cert(chain.clone(), key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Takes those anew that have been renewed.
pub(super) fn renew(certificates: &[Certificate]) {
    for one in certificates {
        one.renew_and_tell();
    }
}

/// The same each minute, without an end.
pub(super) async fn keep_renewed(certificates: Vec<Certificate>) {
    let certificates: Arc<[Certificate]> = certificates.into();
    loop {
        tokio::time::sleep(PERIOD).await;
        let those = Arc::clone(&certificates);
        // Files may lie far away.
        if spawn_blocking(move || renew(&those)).await.is_err() {
            tracing::error!("renewed certificates were not looked for");
        }
    }
}
