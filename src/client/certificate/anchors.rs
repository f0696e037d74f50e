//! The issuers whose certificates are believed (`oauth.mtls_trust_anchors_file`).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use crate::config::Config;
use crate::domain::{ClientCertificate, Timestamp};
use crate::op::{House, Op, Part};

/// The file of trust anchors is no such file.
#[derive(Debug, thiserror::Error)]
pub enum TrustAnchorsError {
    #[error("the file cannot be read as certificates in PEM")]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error("a certificate in it cannot be a trust anchor")]
    Anchor(#[from] rustls::Error),
    #[error("it holds no certificate")]
    Empty(#[from] rustls::server::VerifierBuilderError),
}

/// Most certificates whose chains are remembered as good.
const REMEMBERED: u64 = 10_000;

/// How long: a client that comes again costs no signature then. All of its chain was found good at the end of this while too.
const GOOD_FOR: Duration = Duration::from_mins(1);

/// Verifies chains of certificates; read once, as the server starts.
#[derive(Debug)]
struct Anchors {
    verifier: Option<Arc<dyn ClientCertVerifier>>,
    /// By the thumbprint of a certificate: until when it leads to an anchor, by whatever chain it was shown with.
    good: Cache<String, Timestamp>,
}

impl Part for Anchors {
    fn new(house: &House) -> Self {
        let file = house.config.oauth.mtls_trust_anchors_file.as_deref();
        let loaded = file.map(load).transpose().unwrap_or_else(|fault| {
            tracing::error!(fault = %fault, "the trust anchors cannot be used: no chain of certificates is believed");
            None
        });
        Self {
            verifier: loaded,
            good: Cache::new(REMEMBERED),
        }
    }
}

/// Whether the configured trust anchors can be used, to be known before anything is served.
pub fn check_trust_anchors(config: &Config) -> Result<(), TrustAnchorsError> {
    match config.oauth.mtls_trust_anchors_file.as_deref() {
        Some(file) => load(file).map(|_| ()),
        None => Ok(()),
    }
}

fn load(file: &Path) -> Result<Arc<dyn ClientCertVerifier>, TrustAnchorsError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?)
}

/// Whether a chain leads from the certificate to an anchor, all of it good for a client and at this moment: the validation
/// of RFC 5280 section 6.1, without revocation (6.3). A list would have to be fetched and be fresh, or its failure lock all
/// out; who is to be kept out is taken from the client, or from the anchors.
pub(super) fn trusted(op: &Op, shown: &ClientCertificate) -> bool {
    let anchors = op.house.part::<Anchors>();
    let Some(verifier) = &anchors.verifier else {
        return false;
    };
    let (thumbprint, until) = (shown.thumbprint(), op.now.plus(GOOD_FOR));
    if anchors.good.get(&thumbprint).is_some_and(|until| op.now < until) {
        return true;
    }
    let chain: Vec<_> = shown
        .chain
        .iter()
        .map(|one| CertificateDer::from(one.as_slice()))
        .collect();
    let certificate = CertificateDer::from(shown.certificate.as_slice());
    let is_good = |at: Timestamp| {
        let seconds = u64::try_from(at.as_seconds()).unwrap_or_default();
        let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        verifier.verify_client_cert(&certificate, &chain, at).is_ok()
    };
    let now = is_good(op.now);
    if now && is_good(until) {
        anchors.good.insert(thumbprint, until);
    }
    now
}
