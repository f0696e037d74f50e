//! A certificate for `localhost`, made for one test, under a root of its own.

use doorward::config::Tls;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// Files for the server, and the root that a client trusts.
pub(crate) struct Certificate {
    pub(crate) files: Tls,
    pub(crate) root: reqwest::Certificate,
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
            _folder: folder,
        }
    }
}
