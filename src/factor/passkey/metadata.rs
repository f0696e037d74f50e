//! What makers say of their authenticators: the metadata BLOB of the FIDO Alliance (Metadata Service 3.0, section 3.1), as a file
//! that an operator gives. It is believed if its signature leads to a root of the configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use serde::Deserialize;
use webauthn_rs::prelude::{AttestationCaList, AttestationCaListBuilder};

use crate::config::Passkeys;
use crate::domain::{Aaguid, Timestamp};
use crate::op::{House, KeptFile, Part};

/// Who signs it (section 3.1.2).
const SIGNER: &str = "mds.fidoalliance.org";

/// What a report of an authenticator's fall says (section 3.1.4).
const FALLEN: &[&str] = &[
    "REVOKED",
    "ATTESTATION_KEY_COMPROMISE",
    "USER_VERIFICATION_BYPASS",
    "USER_KEY_REMOTE_COMPROMISE",
    "USER_KEY_PHYSICAL_COMPROMISE",
];

/// Why a file of metadata is not believed.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    #[error("`passkeys.metadata_file` needs `passkeys.metadata_roots_file` beside it")]
    NoRoots,
    #[error("the roots cannot be read as certificates in PEM")]
    Roots(#[from] rustls::pki_types::pem::Error),
    #[error("a root, or the chain of the file's signature, is not good")]
    Chain(#[from] rustls::Error),
    #[error("the file is no BLOB of metadata: {0}")]
    Shape(&'static str),
    #[error("the signature of the file is not that of its certificate")]
    Signature,
}

/// A product.
#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) name: String,
    roots: Vec<Vec<u8>>,
    /// A report says that it does not hold what it promises.
    pub(super) fallen: bool,
}

/// All of them, by what they call themselves.
#[derive(Debug, Default)]
pub(super) struct Metadata(BTreeMap<Aaguid, Product>);

/// The file of the configuration.
struct Kept(KeptFile<Metadata>);

impl Part for Kept {
    fn new(house: &House) -> Self {
        let config = house.config.passkeys.clone();
        let (file, roots) = (config.metadata_file.clone(), config.metadata_roots_file.clone());
        let (read, now) = (move |_: &Path, now| load(&config, now), house.clock.now());
        Self(KeptFile::new(file, now, read).beside(roots, now))
    }
}

/// What is known of products; nothing while no file is believed, so that no listed one can be enrolled.
pub(super) fn metadata(house: &House) -> Arc<Metadata> {
    house.part::<Kept>().0.get().unwrap_or_default()
}

/// Reads the file anew if it has changed: makers tell of what has fallen, and whoever signs it changes.
pub async fn read_changed_metadata(house: &Arc<House>) {
    let (kept, now) = (house.part::<Kept>(), house.clock.now());
    let read = tokio::task::spawn_blocking(move || kept.0.refresh(now));
    if read.await.is_err() {
        tracing::error!("the metadata of authenticators were not read");
    }
}

/// Whether the file of the configuration is believed; asked before the server starts. One that was believed, until its signer's
/// certificate ran out, keeps no server from starting: people sign in with what they have, and only listed products cannot be added.
pub fn check_metadata(config: &Passkeys, now: Timestamp) -> Result<(), MetadataError> {
    match load(config, now) {
        Err(fault) if fault.is_of_the_past() => {
            let error: &dyn std::error::Error = &fault;
            tracing::error!(
                error,
                "`passkeys.metadata_file` is too old: no listed product can be enrolled"
            );
            Ok(())
        }
        loaded => loaded.map(|_| ()),
    }
}

impl MetadataError {
    /// Whether nothing is wrong but the time.
    fn is_of_the_past(&self) -> bool {
        use rustls::{CertificateError, Error};
        matches!(
            self,
            Self::Chain(Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. }
            ))
        )
    }
}

fn load(config: &Passkeys, now: Timestamp) -> Result<Metadata, MetadataError> {
    let Some(path) = config.metadata_file.as_deref() else {
        return Ok(Metadata::default());
    };
    let roots = config
        .metadata_roots_file
        .as_deref()
        .ok_or(MetadataError::NoRoots)?;
    let text = std::fs::read_to_string(path).map_err(|fault| MetadataError::Read(path.to_owned(), fault))?;
    read(text.trim(), roots, now)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    x5c: Vec<String>,
}

#[derive(Deserialize)]
struct Payload {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    aaguid: Option<String>,
    metadata_statement: Option<Statement>,
    #[serde(default)]
    status_reports: Vec<Report>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    description: String,
    #[serde(default)]
    attestation_root_certificates: Vec<String>,
}

#[derive(Deserialize)]
struct Report {
    status: String,
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, MetadataError> {
    let bytes = BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| MetadataError::Shape("it is not base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| MetadataError::Shape("its JSON lacks what is needed"))
}

fn read(blob: &str, roots: &Path, now: Timestamp) -> Result<Metadata, MetadataError> {
    let (content, signature) = blob
        .rsplit_once('.')
        .ok_or(MetadataError::Shape("it is no JWT"))?;
    let (header, payload) = content
        .split_once('.')
        .ok_or(MetadataError::Shape("it is no JWT"))?;
    let header: Header = part(header)?;
    let chain: Vec<CertificateDer<'_>> = header
        .x5c
        .iter()
        .map(|one| BASE64.decode(one.as_bytes()).map(CertificateDer::from))
        .collect::<Result<_, _>>()
        .map_err(|_| MetadataError::Shape("a certificate is not base64"))?;
    let (signer, between) = chain
        .split_first()
        .ok_or(MetadataError::Shape("it names no certificate"))?;
    verify_chain(signer, between, roots, now)?;
    let signature = BASE64URL_NOPAD
        .decode(signature.as_bytes())
        .map_err(|_| MetadataError::Signature)?;
    verify_signature(signer, &header.alg, (content.as_bytes(), &signature))?;
    let payload: Payload = part(payload)?;
    Ok(Metadata(
        payload.entries.into_iter().filter_map(product).collect(),
    ))
}

fn verify_chain(
    signer: &CertificateDer<'_>,
    between: &[CertificateDer<'_>],
    roots: &Path,
    now: Timestamp,
) -> Result<(), MetadataError> {
    let mut store = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(roots)? {
        store.add(root?)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
        .build()
        .map_err(|_| MetadataError::Shape("there are no roots to believe it by"))?;
    let name = ServerName::try_from(SIGNER).map_err(|_| MetadataError::Signature)?;
    let seconds = u64::try_from(now.as_seconds()).unwrap_or_default();
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier.verify_server_cert(signer, between, &name, &[], at)?;
    Ok(())
}

fn verify_signature(
    signer: &CertificateDer<'_>,
    algorithm: &str,
    (content, signature): (&[u8], &[u8]),
) -> Result<(), MetadataError> {
    let algorithm: &'static dyn VerificationAlgorithm = match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        _ => return Err(MetadataError::Shape("its algorithm is neither RS256 nor ES256")),
    };
    let (_, certificate) =
        x509_parser::parse_x509_certificate(signer).map_err(|_| MetadataError::Signature)?;
    let key = UnparsedPublicKey::new(
        algorithm,
        certificate.public_key().subject_public_key.data.as_ref(),
    );
    key.verify(content, signature)
        .map_err(|_| MetadataError::Signature)
}

/// Of FIDO2 authenticators only: others have no AAGUID.
fn product(entry: Entry) -> Option<(Aaguid, Product)> {
    let aaguid = Aaguid::parse(&entry.aaguid?)?;
    let statement = entry.metadata_statement?;
    let certificates = statement.attestation_root_certificates.iter();
    let product = Product {
        name: statement.description,
        roots: certificates
            .filter_map(|one| BASE64.decode(one.trim().as_bytes()).ok())
            .collect(),
        fallen: entry
            .status_reports
            .iter()
            .any(|report| FALLEN.contains(&report.status.as_str())),
    };
    Some((aaguid, product))
}

impl Metadata {
    pub(super) fn find(&self, aaguid: Aaguid) -> Option<&Product> {
        self.0.get(&aaguid)
    }

    /// All products, by name.
    pub(super) fn products(&self) -> Vec<(Aaguid, Product)> {
        let mut all: Vec<(Aaguid, Product)> = self.0.iter().map(|(id, one)| (*id, one.clone())).collect();
        all.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
        all
    }

    /// The makers' roots of these products, for the library that checks attestations. Empty if there are none.
    pub(super) fn roots_of(&self, listed: &[Aaguid]) -> AttestationCaList {
        let mut builder = AttestationCaListBuilder::new();
        for aaguid in listed {
            let Some(product) = self.find(*aaguid).filter(|product| !product.fallen) else {
                continue;
            };
            for root in &product.roots {
                let name = product.name.clone();
                if builder
                    .insert_device_der(root, aaguid.uuid(), name, BTreeMap::new())
                    .is_err()
                {
                    tracing::warn!(%aaguid, "a root of this product's maker cannot be read");
                }
            }
        }
        builder.build()
    }
}
