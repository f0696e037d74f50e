//! A certificate for `localhost`, made for one test, under a root of its own.

use std::path::PathBuf;

use doorward::config::Tls;
use doorward::domain::ClientCertificate;
use doorward::jose::{Algorithm, Jwk, SigningKey};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// Files for the server, and the root that a client trusts.
pub(crate) struct Certificate {
    pub(crate) files: Tls,
    pub(crate) root: reqwest::Certificate,
    /// The same in DER.
    pub(crate) root_der: Vec<u8>,
    _folder: tempfile::TempDir,
}

impl Certificate {
    /// A root, and a certificate of it for this machine.
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names)
            .unwrap()
            .signed_by(&key, &root)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, pem: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, pem).unwrap();
            path
        };
        Self {
            files: Tls {
                certificate_file: file("certificate.pem", certificate.pem()),
                key_file: file("key.pem", key.serialize_pem()),
            },
            root: reqwest::Certificate::from_der(root.der()).unwrap(),
            root_der: root.der().to_vec(),
            _folder: folder,
        }
    }
}

/// Whoever issues certificates to clients, and the file that names it a trust anchor.
pub(crate) struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    pub(crate) file: PathBuf,
    _folder: tempfile::TempDir,
}

/// A client's certificate with its key.
pub(crate) struct Shown {
    pub(crate) certificate: ClientCertificate,
    /// Certificate and key together.
    pub(crate) pem: String,
    pub(crate) jwk: Jwk,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchors.pem");
        std::fs::write(&file, root.pem()).unwrap();
        Self {
            root,
            file,
            _folder: folder,
        }
    }

    /// A certificate for a subject and its other names.
    pub(crate) fn issue(&self, params: &CertificateParams) -> Shown {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.root).unwrap();
        Shown::new(&certificate, &key)
    }
}

impl Shown {
    /// One that nobody else has issued.
    pub(crate) fn self_signed() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::default().self_signed(&key).unwrap();
        Self::new(&certificate, &key)
    }

    fn new(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        let jwk = SigningKey::from_pkcs8(Algorithm::Es256, &key.serialize_der())
            .unwrap()
            .public_jwk();
        Self {
            certificate: ClientCertificate {
                certificate: certificate.der().to_vec(),
                chain: Vec::new(),
            },
            pem: format!("{}{}", certificate.pem(), key.serialize_pem()),
            jwk,
        }
    }
}
